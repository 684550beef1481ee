// Finds values of path parameters with which an operation answers something at this moment.

import type { Snapshot } from '../catalog.ts';
import { valueAt } from '../table/column.ts';
import { keyText } from '../table/key-text.ts';
import { fieldIndex, rowKey, type Table } from '../table/table.ts';
import type { Binding, Selection } from './binding.ts';
import { selectRows } from './match.ts';
import type { Operation } from './operations.ts';
import type { Template } from './route.ts';

/** How many rows of a table are tried. */
const TRIED = 20;

/**
 * Values in the order of the route's parameters: those of the document if they work, else those of a row.
 * @returns undefined for a parameter that no example is known for
 */
export function exampleValues(operation: Operation, snapshot: Snapshot): readonly (string | undefined)[] {
  const { binding, route, documentation } = operation;
  const given = route.parameters.map((name) => documentation.examples.get(name));
  if (binding.kind === 'static' || given.length === 0) return given;
  const selections = [binding.select, ...(binding.parent === null ? [] : [binding.parent])];
  let best: readonly (string | undefined)[] = given;
  let most = quality(binding, given, snapshot);
  for (const select of selections) {
    const table = snapshot.tables.get(select.table)?.table;
    for (let row = 0; table && row < Math.min(table.rowCount, TRIED) && most < BEST; row++) {
      const values = valuesOfRow(table, row, select, given);
      const found = quality(binding, values, snapshot);
      if (found > most) [best, most] = [values, found];
    }
  }
  return best;
}

const BEST = 2;

/** 2: an answer with rows in it; 1: an answer; 0: a 404; -1: a value is missing. */
function quality(
  binding: Exclude<Binding, { kind: 'static' }>,
  values: readonly (string | undefined)[],
  snapshot: Snapshot,
): number {
  if (!values.every((value) => value !== undefined && value !== '')) return -1;
  const hasRow = (select: Selection) => {
    const table = snapshot.tables.get(select.table)?.table;
    return table ? selectRows(table, select, values as readonly string[], 1).length > 0 : false;
  };
  if (binding.parent !== null && !hasRow(binding.parent)) return 0;
  if (hasRow(binding.select)) return BEST;
  return binding.kind === 'row' ? 0 : 1;
}

function valuesOfRow(
  table: Table,
  row: number,
  select: Selection,
  given: readonly (string | undefined)[],
): readonly (string | undefined)[] {
  const values = [...given];
  const put = (template: Template | null, value: unknown) => {
    const [part] = template ?? [];
    if (template?.length === 1 && typeof part === 'number')
      values[part] = value === null ? undefined : String(value);
  };
  if (select.by === 'key') put(select.key, keyText(rowKey(table, row)));
  else {
    for (const { field, value } of select.conditions) {
      const column = table.columns[fieldIndex(table, field)];
      if (column !== undefined) put(value, valueAt(column, row));
    }
  }
  return values;
}
