// The time of a table's file → Last-Modified and what If-Modified-Since asks of it (RFC 9110, sections 8.8.2 and 13.1.3).

import type { Catalog } from '../catalog.ts';
import type { ServedEntry } from './lookup.ts';

const SECOND = 1000;

/** When a table was last modified, in ms since 1970 to the second; null where a date would not tell its versions apart. */
export type ModifiedAt = (entry: ServedEntry) => number | null;

/**
 * Follows a catalog. A date that is no later than that of an earlier version says nothing: two edits within one second,
 * or an older file moved into the place of a newer one.
 */
export function followModified(catalog: Catalog): ModifiedAt {
  /** The latest second of all earlier versions, by table. */
  const earlier = new Map<string, number>();
  catalog.subscribe((change) => {
    if (change.kind !== 'changed' && change.kind !== 'removed') return;
    const { name, file } = change.previous;
    if (file !== null) earlier.set(name, Math.max(earlier.get(name) ?? 0, secondOf(file.modified)));
  });
  return ({ name, file }) => {
    const modified = secondOf(file.modified);
    return modified > (earlier.get(name) ?? Number.NEGATIVE_INFINITY) && modified <= Date.now()
      ? modified
      : null;
  };
}

/** Whether a header, if it is a date at all, says that the client has what was modified then. */
export function isUnmodifiedSince(header: string | undefined, modified: number | null): boolean {
  if (header === undefined || modified === null) return false;
  return Date.parse(header) >= modified;
}

function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / SECOND) * SECOND;
}
