// A plan that asks about the whole, on a table → the answer: facets, statistics or groups.

import type { Column } from '../table/column.ts';
import type { Field, FieldType } from '../table/schema.ts';
import type { Table } from '../table/table.ts';
import { rowsOf } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { type GroupObject, groupsOf } from './group.ts';
import { columnIndex, type Indexes, NO_INDEXES } from './indexes.ts';
import type { Plan } from './plan.ts';
import { type FieldStats, statsOf } from './stats.ts';
import { type Counted, mostFrequent, tallyOf } from './tally.ts';

/** `others` is how many rows have a value that is not listed. */
export type FieldFacet = Readonly<{
  field: string;
  type: FieldType;
  distinct: number;
  nulls: number;
  values: readonly Counted[];
  others: number;
}>;

/** `total`: of a group, how many groups there are before paging; else how many rows match. */
export type SummaryAnswer = Readonly<{ total: number }> &
  (
    | Readonly<{ kind: 'facet'; body: Readonly<{ rows: number; facets: readonly FieldFacet[] }> }>
    | Readonly<{ kind: 'stats'; body: Readonly<{ rows: number; stats: readonly FieldStats[] }> }>
    | Readonly<{ kind: 'group'; body: readonly GroupObject[] }>
  );

/** A facet lists so many values where the plan has no limit. */
export const FACET_VALUES = 100;

/** Statistics of whole columns, made once per version. */
const wholeStats = new WeakMap<Table, Map<number, FieldStats>>();

/** Answers a plan whose `summary` is there. Values, groups and members are plain, ready for JSON. */
export function summarize(plan: Plan, table: Table, indexes: Indexes = NO_INDEXES): SummaryAnswer {
  const { summary } = plan;
  if (summary === null) throw new Error('the plan asks for rows');
  const condition = evaluate(plan, table, indexes);
  const rows = condition === null ? null : rowsOf(condition, table.rowCount);
  const total = rows === null ? table.rowCount : rows.length;
  switch (summary.kind) {
    case 'facet': {
      const facets = summary.columns.map((column) => facetOf(column, plan, rows, table, indexes));
      return { kind: 'facet', total, body: { rows: total, facets } };
    }
    case 'stats': {
      const stats = summary.columns.map((column) => fieldStats(column, rows, table, indexes));
      return { kind: 'stats', total, body: { rows: total, stats } };
    }
    case 'group': {
      const { total: groups, objects } = groupsOf(summary, plan, rows, table, indexes);
      return { kind: 'group', total: groups, body: objects };
    }
  }
}

function facetOf(
  at: number,
  { limit, offset }: Plan,
  rows: Uint32Array | null,
  table: Table,
  indexes: Indexes,
): FieldFacet {
  const { name, type } = table.schema.fields[at] as Field;
  const index = columnIndex(indexes, table, at);
  const tally = tallyOf(index, rows);
  const end = offset + (limit ?? FACET_VALUES);
  const values = mostFrequent(table.columns[at] as Column, index, tally, offset, end);
  const listed = values.reduce((sum, { count }) => sum + count, 0);
  const { nulls, present } = tally;
  return { field: name, type, distinct: tally.ranks.length, nulls, values, others: present + nulls - listed };
}

function fieldStats(at: number, rows: Uint32Array | null, table: Table, indexes: Indexes): FieldStats {
  const known = rows === null ? wholeStats.get(table)?.get(at) : undefined;
  if (known !== undefined) return known;
  const field = table.schema.fields[at] as Field;
  const stats = statsOf(field, table.columns[at] as Column, columnIndex(indexes, table, at), rows);
  if (rows === null) {
    const kept = wholeStats.get(table) ?? new Map();
    wholeStats.set(table, kept.set(at, stats));
  }
  return stats;
}
