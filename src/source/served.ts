// A path's tables in the catalog: the one that is called as the file, and those stacked below it (`name.2`, `name.3`).

import type { Snapshot } from '../catalog.ts';
import type { Table } from '../table/table.ts';
import type { Tracked } from './tracked.ts';

/** The names of the tables that a path serves, or served when it was last read. */
export function namesOf({ name, parts }: Tracked): readonly string[] {
  return [name, ...parts];
}

/** What the tables of a file are called, by their place in it. */
export function partName(name: string, index: number): string {
  return index === 0 ? name : `${name}.${index + 1}`;
}

/** Whether a name may be that of a stacked table. */
export function isPartName(name: string): boolean {
  return /\.[1-9]\d*$/.test(name);
}

/** Whether the catalog serves a path as it was last read: then equal bytes need not be read again. */
export function isServedWhole(snapshot: Snapshot, tracked: Tracked): boolean {
  return namesOf(tracked).every((name) => {
    const entry = snapshot.tables.get(name);
    return entry?.state === 'ok' && entry.path === tracked.path;
  });
}

/** The tables that stand under a path's names, in the order of the file, up to the first name that has none. */
export function previousTables({ tables }: Snapshot, { name }: Tracked): readonly Table[] {
  const previous: Table[] = [];
  for (let index = 0; ; index++) {
    const table = tables.get(partName(name, index))?.table;
    if (table == null) return previous;
    previous.push(table);
  }
}
