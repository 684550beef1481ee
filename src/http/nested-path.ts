// A path below a row → the relation that it names, or the words why it names none.

import type { Snapshot } from '../catalog.ts';
import { nearest, type Problem } from '../problem.ts';
import type { Relation } from '../query/relations.ts';
import { findEntry, isServed } from './lookup.ts';
import { relationsOf } from './relations.ts';

/** The children that a last segment names: a relation by its name, else the first one to a table of this name. */
export function findChildren(relations: readonly Relation[], segment: string): Relation | undefined {
  const name = segment.normalize('NFC');
  const children = relations.filter(({ kind }) => kind === 'children');
  return (
    children.find((relation) => relation.name === segment || relation.name === name) ??
    children.find(({ table }) => table === name)
  );
}

/**
 * Whether there may be rows at `/api/{table}/{key}/{child}` now, whatever the key. While large tables are compared, a
 * path to any two tables may.
 * @param path percent-encoded, as it came
 */
export function isNestedPath(path: string, snapshot: Snapshot): boolean {
  const [root, api, ...segments] = path.split('/');
  if (root !== '' || api !== 'api' || segments.length !== 3) return false;
  try {
    const [table = '', , child = ''] = segments.map(decodeURIComponent);
    const entry = findEntry(snapshot, table);
    if (entry === undefined) return false;
    const relations = isServed(entry) ? relationsOf(snapshot, entry.name) : null;
    if (relations === null || relations instanceof Promise) return findEntry(snapshot, child) !== undefined;
    return findChildren(relations, child) !== undefined;
  } catch {
    return false;
  }
}

/** The problem of a last segment that names no children of a table's rows. */
export function noChildren(name: string, relations: readonly Relation[], segment: string): Problem {
  const children = relations.filter(({ kind }) => kind === 'children').map((relation) => relation.name);
  const table = JSON.stringify(name);
  const said = `No field of a table ${JSON.stringify(segment.slice(0, 200))} refers to rows of ${table}.`;
  const near = nearest(segment, children);
  const hint = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
  return {
    code: 'not-found',
    detail: `${said}${hint} /tables/${encodeURIComponent(name)} lists its relations.`,
  };
}
