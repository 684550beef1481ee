// A table's name from a URL → its entry in the catalog, or the problem that says why there is none.

import type { Entry, Snapshot } from '../catalog.ts';
import { nearest, type Problem } from '../problem.ts';
import type { Table } from '../table/table.ts';

/** An entry whose rows can be answered. */
export type ServedEntry = Entry & Readonly<{ table: Table; position: string }>;

/** The entry of a name; names are in NFC, whatever form the URL has. */
export function findEntry(snapshot: Snapshot, name: string): Entry | undefined {
  return snapshot.tables.get(name) ?? snapshot.tables.get(name.normalize('NFC'));
}

/** Whether an entry has rows. */
export function isServed(entry: Entry | undefined): entry is ServedEntry {
  return entry !== undefined && entry.table !== null;
}

/** Why a name has no rows: there is no such table, or its file was never readable. */
export function lookupProblem(snapshot: Snapshot, name: string, entry: Entry | undefined): Problem {
  return entry?.rejection ? unavailable(entry) : unknownTable(snapshot, name);
}

/** The table's URL. */
export function tableUrl(name: string): string {
  return `/api/${encodeURIComponent(name)}`;
}

function unavailable({ path, rejection }: Entry): Problem {
  const line = rejection?.line === undefined ? '' : `, line ${rejection.line}`;
  return { code: 'table-unavailable', detail: `${path}${line}: ${rejection?.reason}` };
}

function unknownTable(snapshot: Snapshot, name: string): Problem {
  const found = name.slice(0, 200);
  const rejected = snapshot.rejected.find((file) => file.name === name);
  if (rejected !== undefined) {
    const line = rejected.line === undefined ? '' : ` (line ${rejected.line})`;
    return { code: 'unknown-table', detail: `${rejected.path} is no table. ${rejected.reason}${line}` };
  }
  const near = nearest(name, snapshot.tables.keys());
  const said = `There is no table ${JSON.stringify(found)}.`;
  const hint = snapshot.isScanned
    ? '/tables lists those there are.'
    : 'The folder is still being read: try again soon.';
  const message = near === undefined ? said : `${said} Did you mean ${JSON.stringify(near)}?`;
  const fault = { parameter: 'table', code: 'unknown-table', message, found };
  return {
    code: 'unknown-table',
    detail: `${message} ${hint}`,
    errors: [near === undefined ? fault : { ...fault, nearest: near }],
  };
}
