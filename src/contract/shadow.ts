// Finds the tables whose own URLs a contract answers.

import type { Snapshot } from '../catalog.ts';
import { keyText } from '../table/key-text.ts';
import { rowKey } from '../table/table.ts';
import { lookUp, type View } from './view.ts';

/** Tables whose `/api/{table}` or `/api/{table}/{key}` an operation answers instead, with that operation's path. */
export function shadowedTables(view: View, snapshot: Snapshot): ReadonlyMap<string, string> {
  const shadowed = new Map<string, string>();
  for (const [name, { table }] of snapshot.tables) {
    const rows = `/api/${encodeURIComponent(name)}`;
    const key = table && table.rowCount > 0 ? keyText(rowKey(table, 0)) : '1';
    for (const path of [rows, `${rows}/${encodeURIComponent(key)}`]) {
      const found = lookUp(view, path, snapshot);
      if (found === null) continue;
      shadowed.set(name, found.bound.operation.route.path);
      break;
    }
  }
  return shadowed;
}
