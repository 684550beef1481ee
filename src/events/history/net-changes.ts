// The events of a table since a position → what they come to: which rows are new or other now, and which are gone.

import { evaluate } from '../../query/evaluate.ts';
import { NO_INDEXES } from '../../query/indexes.ts';
import type { RowTest } from '../../query/scan.ts';
import { type Column, isNull, sameCell } from '../../table/column.ts';
import type { Truncation } from '../../table/diff.ts';
import type { Value } from '../../table/field-types.ts';
import { findSameKey, type KeyValue, keyColumns } from '../../table/key.ts';
import type { Field } from '../../table/schema.ts';
import { fieldIndex, type Table } from '../../table/table.ts';
import { type Filter, planFilter } from '../view/filter.ts';
import type { Since } from './log.ts';
import type { EventRecord, Step } from './record.ts';

/** Why the changes since a position cannot be told: read the table again. */
export type UntoldReason = (Since & { kind: 'lost' })['reason'] | Truncation;

/** What changed between two positions of a table, for those who want the rows that a filter matches. */
export type NetChanges =
  | Readonly<{ recovered: false; reason: UntoldReason }>
  | Readonly<{
      recovered: true;
      /** The rows that are new to the filter, or differ in the fields it shows: indices into the present table, ascending. */
      changed: readonly number[];
      /** The keys of rows that matched and are gone, or match no longer. */
      deleted: readonly KeyValue[];
    }>;

/** More rows than these are sooner read again than told one by one. */
export const MOST_NET_CHANGES = 10_000;

/** What a key stood for before its first change; null: there was no such row. */
type Before = Readonly<{ table: Table; row: number }> | null;
/** A row of one of a record's small tables that has the key. */
type Touched = Readonly<{ key: KeyValue; before: Before; table: Table; row: number }>;

/**
 * Folds events into what they come to: a row that was changed and changed back is no change.
 * @param since the events since a position, all of `table`'s; the last of them led to the present
 * @param present the table as it is now
 * @param filter which rows, and which of their fields, as planned for the present schema
 * @param query the text of the filter, which earlier schemas may not understand
 */
export function netChanges(since: Since, present: Table, filter: Filter, query: string): NetChanges {
  if (since.kind === 'lost') return lost(since.reason);
  const touched = new Map<Value, Touched>();
  for (const record of since.records) {
    const reason = whyLost(record, present);
    if (reason !== null) return lost(reason);
    touch(touched, record);
    if (touched.size > MOST_NET_CHANGES) return lost('size');
  }
  if (touched.size === 0 || present.key.mode !== 'field')
    return { recovered: true, changed: [], deleted: [] };
  const matchers = new Map<Table, RowTest | null>();
  const isMatch = testOf(filter, present, touched.size);
  const changed: number[] = [];
  const deleted: KeyValue[] = [];
  for (const { key, before, table, row } of touched.values()) {
    const now = rowNow(present, table, row);
    const isIn = now !== -1 && isMatch(now);
    const test = before === null ? none : matcherOf(matchers, before.table, query);
    if (test === null) return lost('schema');
    const wasIn = before !== null && test(before.row);
    if (wasIn && !isIn) deleted.push(key);
    if (isIn && !(wasIn && isSameShown(before, present, now, filter))) changed.push(now);
  }
  return { recovered: true, changed: changed.sort((a, b) => a - b), deleted };
}

/** Where a row's key is in the present table, or -1. Fields may stand in another order there. */
function rowNow({ key, columns }: Table, table: Table, row: number): number {
  if (key.mode !== 'field' || table.key.mode !== 'field') return -1;
  return findSameKey(key, columns, keyColumns(table.key, table.columns), row);
}

const none: RowTest = () => false;

function lost(reason: UntoldReason): NetChanges {
  return { recovered: false, reason };
}

/** Why a record does not tell which rows changed; null: it does. */
function whyLost({ name, rows }: EventRecord, present: Table): UntoldReason | null {
  // What was there before a removal is not compared with what came after it.
  if (name === 'removed' || name === 'added') return 'removed';
  if (rows === null) return null;
  if (rows.truncated !== null) return rows.truncated;
  // A row number is another row after each change.
  return rows.isKeyed && present.key.mode === 'field' ? null : 'key';
}

/** Remembers of each key what it stood for first. */
function touch(touched: Map<Value, Touched>, { rows }: EventRecord): void {
  if (rows === null) return;
  const { before, after, steps } = rows;
  for (const step of steps) {
    const { key } = step;
    const name = Array.isArray(key) ? JSON.stringify(key) : (key as Value);
    if (touched.has(name)) continue;
    const first = step.op === 'insert' ? null : { table: before, row: step.before };
    touched.set(name, { key, before: first, ...placeOf(step, before, after) });
  }
}

function placeOf(step: Step, before: Table, after: Table): Readonly<{ table: Table; row: number }> {
  return step.op === 'delete' ? { table: before, row: step.before } : { table: after, row: step.after };
}

/** The filter on the rows of an earlier version; null where that had no such fields. */
function matcherOf(known: Map<Table, RowTest | null>, table: Table, query: string): RowTest | null {
  const found = known.get(table);
  if (found !== undefined) return found;
  const planned = planFilter({ query }, table.schema);
  const made = planned.kind === 'filter' ? testOf(planned.filter, table, table.rowCount) : null;
  known.set(table, made);
  return made;
}

function testOf({ plan }: Filter, table: Table, asked: number): RowTest {
  const condition = evaluate(plan, table, NO_INDEXES);
  return condition === null ? () => true : condition.test(asked);
}

/** Whether the fields that a filter shows are in a row what they were. */
function isSameShown(before: Before, present: Table, now: number, { plan }: Filter): boolean {
  if (before === null) return false;
  const shown = plan.fields ?? present.columns.keys();
  for (const at of shown) {
    const was = fieldIndex(before.table, (present.schema.fields[at] as Field).name);
    const [a, b] = [before.table.columns[was], present.columns[at] as Column];
    if (a === undefined) return false;
    const isRetyped = before.table.schema.fields[was]?.type !== present.schema.fields[at]?.type;
    const isSame = sameCell(a, before.row, b, now) && (!isRetyped || isNull(b, now));
    if (!isSame) return false;
  }
  return true;
}
