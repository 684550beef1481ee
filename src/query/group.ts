// Rows → one object for each group of them, with what the group's rows amount to.

import type { Column } from '../table/column.ts';
import type { Value } from '../table/field-types.ts';
import type { Table } from '../table/table.ts';
import { aggregateOutput, groupedOutput, type Output } from './aggregate.ts';
import { groupRows } from './group-rows.ts';
import { isHad } from './having.ts';
import { columnIndex, type Indexes } from './indexes.ts';
import type { Plan, Summary } from './plan.ts';
import { countUp, sortWindow } from './sort.ts';

/** Members by name: the fields grouped by, then the aggregates. */
export type GroupObject = Readonly<Record<string, Value>>;

/**
 * Groups rows. Without a sort, groups ascend by the fields grouped by, nulls last.
 * @param rows null: all rows of the table
 */
export function groupsOf(
  { by, aggregates, having, sort }: Summary & { kind: 'group' },
  { limit, offset }: Pick<Plan, 'limit' | 'offset'>,
  rows: Uint32Array | null,
  table: Table,
  indexes: Indexes,
): Readonly<{ total: number; objects: readonly GroupObject[] }> {
  const made = by.map((column) => columnIndex(indexes, table, column));
  const groups = groupRows(made, rows, table.rowCount);
  const outputs: readonly Output[] = [
    ...by.map((column, at) => {
      const name = table.schema.fields[column]?.name ?? '';
      return groupedOutput(
        name,
        table.columns[column] as Column,
        made[at] as (typeof made)[number],
        groups.firsts,
      );
    }),
    ...aggregates.map((aggregate) => aggregateOutput(aggregate, groups, table, indexes)),
  ];
  let kept: Uint32Array = countUp(groups.groups);
  if (having !== null) {
    kept = kept.filter((group) => isHad(having, (output) => (outputs[output] as Output).valueAt(group)));
  }
  const keys = sort.map(({ output, isDescending }) => (outputs[output] as Output).key(isDescending));
  const end = limit === null ? kept.length : Math.min(offset + limit, kept.length);
  const page = sortWindow(kept, keys, offset, end);
  return { total: kept.length, objects: Array.from(page, (group) => objectOf(outputs, group)) };
}

/** Names come from files: no member is inherited. */
function objectOf(outputs: readonly Output[], group: number): GroupObject {
  const object: Record<string, Value> = Object.create(null);
  for (const { name, valueAt } of outputs) object[name] = valueAt(group);
  return object;
}
