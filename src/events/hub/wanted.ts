// What is to be followed → the view of it, and what is sent before what happens from now on.

import type { Entry } from '../../catalog.ts';
import type { Fault, Problem } from '../../problem.ts';
import { queryProblem } from '../../query/faults.ts';
import type { Indexes } from '../../query/indexes.ts';
import { EVERYTHING, type Plan } from '../../query/plan.ts';
import { fieldsOf } from '../../query/subjects.ts';
import { MOST_DEPTH, readTree, tooDeep } from '../../query/where.ts';
import type { Schema } from '../../table/schema.ts';
import type { StandsAt } from '../frames/frames.ts';
import type { Limits } from '../frames/limits.ts';
import type { EventLog, Located } from '../history/log.ts';
import { planFilter, type Wish } from '../view/filter.ts';
import type { SubscriptionId } from '../view/view.ts';
import type { Before } from './following.ts';
import { pickSnapshot, snapshotFrames } from './snapshot.ts';

/** A wish as a plan; without a table there is nothing to plan it for. */
export type PlannedWish =
  | Readonly<{ kind: 'planned'; plan: Plan; canonical: string }>
  | Readonly<{ kind: 'problem'; problem: Problem }>;

/** Plans a wish for the table that is there. Where none is, its words are taken as they are. */
export function planWish(wish: Wish, entry: Entry | undefined): PlannedWish {
  if (entry?.table) {
    const planned = planFilter(wish, entry.table.schema);
    if (planned.kind === 'problem') return planned;
    return { kind: 'planned', plan: planned.filter.plan, canonical: planned.filter.canonical };
  }
  const { where, query, fields } = wish;
  const problem = where === undefined ? null : shapeProblem(where);
  if (problem !== null) return { kind: 'problem', problem };
  const words = [
    ...(query ? [query] : []),
    ...(where === undefined ? [] : [`_where=${encodeURIComponent(JSON.stringify(where))}`]),
    ...(fields === undefined ? [] : [`_fields=${encodeURIComponent(fields.join())}`]),
  ];
  return { kind: 'planned', plan: EVERYTHING, canonical: words.join('&') };
}

/** What is wrong with a tree of conditions, whatever its table has; null: nothing. */
function shapeProblem(where: unknown): Problem | null {
  const faults: Fault[] = [];
  const place = { pointer: '/where' };
  readTree(where, fieldsOf(NO_FIELDS), place, faults);
  const wrong = faults.filter(({ code }) => code !== 'unknown-field');
  if (wrong.length === 0 && isDeeper(where, MOST_LEVELS)) wrong.push(tooDeep(place, where));
  return wrong.length === 0 ? null : queryProblem(wrong);
}

const NO_FIELDS: Schema = Object.freeze({ fields: [], primaryKey: [] });
/** A tree has an array in each `and` and `or`, and at its end a field with an operator that takes a list. */
const MOST_LEVELS = 2 * MOST_DEPTH + 2;

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((part) => isDeeper(part, most - 1));
}

/** Where a table stands, and what a subscription to it is sent before what happens from now on. */
export type Start = Readonly<{ standing: StandsAt; before: Before | null }>;

type StartOptions = Readonly<{
  log: EventLog;
  limits: Limits;
  indexes: Indexes;
  id: SubscriptionId;
  table: string;
  entry: Entry | undefined;
  plan: Plan;
  since: string | undefined;
  hasSnapshot: boolean;
}>;

/** Finds where to begin. @returns null where the snapshot has too many rows */
export function startOf(options: StartOptions): Start | null {
  const { log, table, entry, since } = options;
  const at = { table, version: entry?.table?.version ?? null, position: entry?.position ?? null };
  const located = since === undefined ? null : log.locate(table, since, at.position);
  const standing: StandsAt = { ...at, ...sayRecovered(located) };
  if (located?.kind === 'recovered')
    return { standing, before: { kind: 'records', table, next: located.next } };
  if (!options.hasSnapshot || !entry?.table) return { standing, before: null };
  const frames = snapshotOf(options, entry);
  return frames === null ? null : { standing, before: { kind: 'rows', table, frames } };
}

function sayRecovered(located: Located | null): Pick<StandsAt, 'recovered' | 'reason'> {
  if (located === null) return {};
  if (located.kind === 'recovered') return { recovered: true };
  return { recovered: false, reason: located.reason };
}

function snapshotOf(
  { table, plan, limits, indexes, id }: StartOptions,
  entry: Entry & { state: 'ok' | 'stale' },
) {
  const picked = pickSnapshot(table, entry.table, entry.position, plan, indexes);
  return picked.rows.count > limits.snapshotRows ? null : snapshotFrames(picked, id, limits);
}
