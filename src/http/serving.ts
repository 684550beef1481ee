// What the routes of rows share while the server runs: indexes, answers made before, and when files were modified.
import type { FastifyInstance } from 'fastify';
import type { Catalog, Entry } from '../catalog.ts';
import type { IndexStore } from '../indexing/index-store.ts';
import { type BodyCache, createBodyCache } from './body-cache.ts';
import type { ServedEntry } from './lookup.ts';
import { followModified } from './modified.ts';

/** Bytes of all answers that are kept, and of the largest of them. */
const MOST_KEPT = 64 * 1024 * 1024;
export const LARGEST_KEPT = 1024 * 1024;

export type Serving = Readonly<{
  catalog: Catalog;
  indexes: IndexStore;
  bodies: BodyCache;
  /** What every answer from a table carries. */
  about: (entry: ServedEntry) => AboutTable;
}>;

/** Which moment of a table an answer shows. `modified` is in ms since 1970, null where it tells nothing. */
export type AboutTable = Readonly<{ headers: Readonly<Record<string, string>>; modified: number | null }>;

/** Drops the answers of a version when the catalog does. */
export function startServing(app: FastifyInstance, catalog: Catalog, indexes: IndexStore): Serving {
  const bodies = createBodyCache(MOST_KEPT, LARGEST_KEPT);
  const modifiedAt = followModified(catalog);
  const stop = catalog.subscribe((change) => {
    if (change.kind !== 'changed' && change.kind !== 'removed') return;
    const version = change.previous.table?.version;
    if (version !== undefined) bodies.drop(version);
  });
  app.addHook('onClose', async () => stop());

  const known = new WeakMap<Entry, AboutTable>();
  const about = (entry: ServedEntry): AboutTable => {
    const before = known.get(entry);
    if (before !== undefined) return before;
    const modified = modifiedAt(entry);
    const fresh = Object.freeze({ modified, headers: Object.freeze(headersOf(entry, modified)) });
    known.set(entry, fresh);
    return fresh;
  };
  return Object.freeze({ catalog, indexes, bodies, about });
}

function headersOf({ table, position }: ServedEntry, modified: number | null): Record<string, string> {
  const headers = { 'table-version': table.version, 'table-position': position };
  return modified === null ? headers : { ...headers, 'last-modified': new Date(modified).toUTCString() };
}
