// A plan on a table → the rows to answer, as indices: nothing is made of a row.

import type { Table } from '../table/table.ts';
import type { ColumnIndex } from './column-index.ts';
import { type Condition, rowsOf } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { columnIndex, type Indexes, NO_INDEXES } from './indexes.ts';
import type { Plan } from './plan.ts';
import { compareBy, countUp, type RankKey, rankKey, sortWindow } from './sort.ts';
import { walkBy, walkWhere } from './walk.ts';

/**
 * The rows of an answer, in order: `rows` lists their indices, or is null where they are just those from `start` to
 * before `start + count`.
 */
export type Selection = Readonly<{
  rows: Uint32Array | null;
  start: number;
  count: number;
  /** How many rows match, before paging. */
  total: number;
}>;

type Page = Readonly<{ offset: number; limit: number }>;
type Order = Readonly<{ keys: readonly RankKey[]; first: ColumnIndex | null }>;

/**
 * Finds the rows of a plan. Time: none for a stretch of the whole table; a scan or a look-up for conditions; for an
 * order, its indexes, which `neededIndexes` tells beforehand.
 * @param offset replaces the plan's own, for pages that a cursor begins
 */
export function execute(
  plan: Plan,
  table: Table,
  indexes: Indexes = NO_INDEXES,
  offset: number = plan.offset,
): Selection {
  const page: Page = { offset, limit: plan.limit ?? table.rowCount };
  const condition = evaluate(plan, table, indexes);
  if (plan.distinct !== null) return pickDistinct(plan.distinct, plan, table, indexes, condition, page);
  if (plan.sort.length > 0) return pickSorted(orderOf(plan, table, indexes), table, condition, page);
  if (condition !== null) return pageOf(rowsOf(condition, table.rowCount), page);
  const total = table.rowCount;
  const start = Math.min(page.offset, total);
  return { rows: null, start, count: Math.min(page.limit, total - start), total };
}

/** The row's index that stands at a place of a selection. */
export function rowAt({ rows, start }: Selection, place: number): number {
  return rows === null ? start + place : (rows[place] as number);
}

function orderOf({ sort, collate }: Plan, table: Table, indexes: Indexes): Order {
  const made = sort.map(({ column }) => columnIndex(indexes, table, column, collate));
  const keys = made.map((index, at) => rankKey(index, sort[at]?.isDescending === true));
  return { keys, first: made[0] ?? null };
}

function pickSorted(
  { keys, first }: Order,
  table: Table,
  condition: Condition | null,
  page: Page,
): Selection {
  const { rowCount } = table;
  if (condition === null) {
    const from = Math.min(page.offset, rowCount);
    const rows = walkBy(first as ColumnIndex, keys, from, Math.min(from + page.limit, rowCount));
    return listed(rows, rowCount);
  }
  // Where the count is known and matches are dense, the page is found soon by going along the order.
  const { estimate, isExact } = condition;
  if (isExact && keys.length === 1 && (page.offset + page.limit) * rowCount < estimate * estimate) {
    const isDescending = keys[0]?.isDescending === true;
    const rows = walkWhere(first as ColumnIndex, isDescending, condition, page, estimate);
    if (rows !== null) return listed(rows, estimate);
  }
  const rows = rowsOf(condition, rowCount);
  return listed(sortWindow(rows, keys, page.offset, page.offset + page.limit), rows.length);
}

/** Of the rows that share a value, the first in the order of the answer. */
function pickDistinct(
  column: number,
  plan: Plan,
  table: Table,
  indexes: Indexes,
  condition: Condition | null,
  page: Page,
): Selection {
  const { ranks, distinct } = columnIndex(indexes, table, column);
  const { keys } = orderOf(plan, table, indexes);
  const compare = compareBy(keys);
  const rows = condition === null ? countUp(ranks.length) : rowsOf(condition, table.rowCount);
  const best = new Uint32Array(distinct + 1); // row + 1; 0: none yet
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const rank = ranks[row] as number;
    const known = best[rank] as number;
    if (known === 0) count++;
    if (known === 0 || (keys.length > 0 && compare(row, known - 1) < 0)) best[rank] = row + 1;
  }
  const firsts = new Uint32Array(count);
  let at = 0;
  for (const known of best) if (known !== 0) firsts[at++] = known - 1;
  firsts.sort();
  return listed(sortWindow(firsts, keys, page.offset, page.offset + page.limit), count);
}

function pageOf(rows: Uint32Array, { offset, limit }: Page): Selection {
  return listed(rows.subarray(offset, offset + limit), rows.length);
}

function listed(rows: Uint32Array, total: number): Selection {
  return { rows, start: 0, count: rows.length, total };
}
