// What a request means, and what its client takes → an answer in which all is decided and no row was touched.

import type { IncomingHttpHeaders } from 'node:http';
import type { Snapshot } from '../catalog.ts';
import type { Problem } from '../problem.ts';
import type { Plan, Predicate } from '../query/plan.ts';
import type { Meant } from './ask.ts';
import { type Coding, chooseCoding } from './coding.ts';
import { type Paged, readCursor } from './cursor.ts';
import { type Embeds, prepareEmbeds } from './embed.ts';
import type { ServedEntry } from './lookup.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { codedEtag, etagOf } from './validators.ts';

/** Whose rows are asked for, at which moment. */
export type RowsTarget = Readonly<{
  snapshot: Snapshot;
  entry: ServedEntry;
  /** Where the rows are, without a query: for links. */
  url: string;
  /** A further condition, the versions of the other tables that it comes from, and a text that is the same for the same. */
  scope: Readonly<{ predicate: Predicate; versions: readonly string[]; canonical: string }> | null;
}>;

export type Draft = Readonly<{
  kind: 'draft';
  target: RowsTarget;
  meant: Meant;
  plan: Plan;
  /** What the cursors of the answer hold for. */
  paged: Paged;
  /** The one row that is asked for, by its index; null: those that the plan selects. */
  row: number | null;
  chosen: Negotiated & { kind: 'representation' };
  embeds: Embeds | null;
  coding: Coding | null;
  /** Those of all tables that are read. */
  versions: readonly string[];
  /** The same for answers that are the same, byte by byte but for their coding. */
  identity: string;
  etag: string;
}>;

export type Drafted = Draft | Readonly<{ kind: 'problem'; problem: Problem }>;

/** What was decided before about rows that depend on one table alone, by representation and coding. */
const decided = new WeakMap<Meant, Map<string, Draft>>();

/** @param row the index of the one row that is asked for */
export function draftOf(
  target: RowsTarget,
  meant: Meant,
  row: number | null,
  headers: IncomingHttpHeaders,
): Drafted {
  const chosen = negotiate(meant.plan, headers.accept);
  if (chosen.kind === 'problem') return chosen;
  const coding = chooseCoding(headers['accept-encoding']);
  if (target.scope !== null || row !== null || meant.plan.embeds.length > 0)
    return decide(target, meant, row, chosen, coding);
  const key = `${chosen.name} ${coding}`;
  const known = decided.get(meant)?.get(key);
  if (known !== undefined) return { ...known, target };
  const draft = decide(target, meant, null, chosen, coding);
  if (draft.kind === 'draft') {
    const drafts = decided.get(meant);
    if (drafts === undefined) decided.set(meant, new Map([[key, draft]]));
    else drafts.set(key, draft);
  }
  return draft;
}

function decide(
  target: RowsTarget,
  meant: Meant,
  row: number | null,
  chosen: Draft['chosen'],
  coding: Coding | null,
): Drafted {
  const { entry, snapshot, scope } = target;
  const { version } = entry.table;
  const paged = { version, canonical: scope === null ? meant.pages : `${scope.canonical}\n${meant.pages}` };
  const start = meant.plan.paging.kind === 'cursor' ? readCursor(paged, meant.plan.paging.cursor) : null;
  if (start?.kind === 'problem') return start;
  const plan = planOf(meant.plan, scope?.predicate ?? null, start?.offset ?? null, chosen.rows?.pageSize);
  const embeds =
    plan.embeds.length === 0 ? null : prepareEmbeds(snapshot, entry, meant.relations, plan.embeds);
  const others = [...(scope?.versions ?? []), ...(embeds?.versions ?? [])];
  const canonical = scope === null ? plan.canonical : `${scope.canonical}\n${plan.canonical}`;
  const isPlain = canonical === '' && chosen.name === 'json' && row === null && others.length === 0;
  const identity = isPlain
    ? version
    : JSON.stringify([version, others, canonical, chosen.name, row, entry.name]);
  const etag = codedEtag(isPlain ? `"${version}"` : etagOf(identity), coding);
  const versions = [version, ...others];
  return { kind: 'draft', target, meant, plan, paged, row, chosen, embeds, coding, versions, identity, etag };
}

/** The plan with the condition of its target, the start of its cursor, and the size of a page for people. */
function planOf(
  plan: Plan,
  predicate: Predicate | null,
  offset: number | null,
  pageSize: number | undefined,
): Plan {
  const limit = plan.limit ?? pageSize ?? null;
  if (predicate === null && offset === null && limit === plan.limit) return plan;
  const parts = plan.where === null ? [] : [plan.where];
  const where: Predicate | null =
    predicate === null ? plan.where : { kind: 'and', parts: [predicate, ...parts] };
  return Object.freeze({
    ...plan,
    where,
    offset: offset ?? plan.offset,
    limit,
  });
}
