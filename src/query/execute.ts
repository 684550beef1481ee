// A plan on a table → the rows to answer, as indices: no row is touched, nothing is made of a row.

import type { Column } from '../table/column.ts';
import type { Table } from '../table/table.ts';
import { operatorOf, type RowTest } from './operators.ts';
import type { Plan } from './plan.ts';

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

/** Time and memory: none for a plan without conditions; else a look at every row, and 4 bytes for each in the page. */
export function execute(plan: Plan, table: Table): Selection {
  const { offset } = plan;
  const limit = plan.limit ?? table.rowCount;
  if (plan.where.length === 0) {
    const total = table.rowCount;
    const start = Math.min(offset, total);
    return { rows: null, start, count: Math.min(limit, total - start), total };
  }
  const tests = plan.where.map(({ column, operator, operands }) =>
    operatorOf(operator).test(table.columns[column] as Column, operands),
  );
  return select(allOf(tests), table.rowCount, offset, limit);
}

/** The row's index that stands at a place of a selection. */
export function rowAt({ rows, start }: Selection, place: number): number {
  return rows === null ? start + place : (rows[place] as number);
}

function allOf(tests: readonly RowTest[]): RowTest {
  const [first, ...others] = tests;
  if (first === undefined || others.length === 0) return first ?? (() => true);
  const rest = allOf(others);
  return (row) => first(row) && rest(row);
}

function select(test: RowTest, rowCount: number, offset: number, limit: number): Selection {
  let rows = new Uint32Array(Math.min(limit, rowCount, 1024));
  let count = 0;
  let total = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!test(row)) continue;
    if (total++ < offset || count >= limit) continue;
    if (count === rows.length) {
      const grown = new Uint32Array(Math.min(limit, rowCount, count * 2));
      grown.set(rows);
      rows = grown;
    }
    rows[count++] = row;
  }
  return { rows: rows.subarray(0, count), start: 0, count, total };
}
