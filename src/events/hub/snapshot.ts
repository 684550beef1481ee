// The rows of one version of a table, as a view sees them → the frames of a snapshot, made one by one.

import { execute, rowAt, type Selection } from '../../query/execute.ts';
import { type Indexes, NO_INDEXES } from '../../query/indexes.ts';
import type { Plan } from '../../query/plan.ts';
import { type Column, physicalText, valueAt } from '../../table/column.ts';
import { rowKey, type Table } from '../../table/table.ts';
import type { Limits } from '../frames/limits.ts';
import type { Sent } from '../transport/outlet.ts';
import type { SubscriptionId } from '../view/view.ts';

/** Which rows a snapshot has, and of which moment. */
export type Picked = Readonly<{ name: string; table: Table; position: string; plan: Plan; rows: Selection }>;

/** Finds the rows of a snapshot: its `count` may be more than may be sent. */
export function pickSnapshot(
  name: string,
  table: Table,
  position: string,
  plan: Plan,
  indexes: Indexes = NO_INDEXES,
): Picked {
  return { name, table, position, plan, rows: execute(plan, table, indexes) };
}

/** Writes the parts of a snapshot, each when it is asked for; at least one, also of no rows. */
export function* snapshotFrames(picked: Picked, id: SubscriptionId, limits: Limits): Generator<Sent, void> {
  const { name, table, position, rows } = picked;
  const write = rowWriter(picked);
  const { version, key: rowsKey } = table;
  const primaryKey = rowsKey.fields;
  const opening = JSON.stringify({ type: 'snapshot', id, table: name, version, position, primaryKey });
  let at = 0;
  for (let part = 0; at < rows.count || part === 0; part++) {
    const texts: string[] = [];
    const keys: string[] = [];
    let length = 0;
    while (at < rows.count && texts.length < limits.snapshotPartRows && length < limits.snapshotPartBytes) {
      const row = rowAt(rows, at++);
      const text = write(row);
      const key = JSON.stringify(rowKey(table, row));
      length += text.length + key.length;
      texts.push(text);
      keys.push(key);
    }
    const json = `${opening.slice(0, -1)},"part":${part},"last":${at >= rows.count},"rows":[${texts.join()}],"keys":[${keys.join()}]}`;
    yield { bytes: Buffer.from(json), id: null, isShared: false };
  }
}

/** The JSON text of a row; names are text all the way, so any name is safe. */
function rowWriter({ table, plan }: Picked): (row: number) => string {
  const columns = plan.fields ?? [...table.columns.keys()];
  const cells = columns.map((at) => {
    const column = table.columns[at] as Column;
    return {
      name: `${JSON.stringify(table.schema.fields[at]?.name)}:`,
      cell: (row: number) => (plan.isPhysical ? physicalText(column, row) : valueAt(column, row)),
    };
  });
  return (row) => `{${cells.map(({ name, cell }) => name + JSON.stringify(cell(row))).join()}}`;
}
