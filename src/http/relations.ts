// A moment of the catalog and a table's name → its relations, and how /tables/{table} lists them.

import type { Snapshot } from '../catalog.ts';
import {
  type ForeignKeys,
  finish,
  foreignKeysOf,
  prepareRelations,
  type Relation,
  relationsOf as search,
} from '../query/relations.ts';
import type { Table } from '../table/table.ts';
import { tableUrl } from './lookup.ts';
import { inSlices } from './slices.ts';

type Found = readonly Relation[] | Promise<readonly Relation[]>;
type Moment = {
  readonly tables: ReadonlyMap<string, Table>;
  readonly found: Map<string, Found>;
  /** What all of them need: begun by the first who asks, done once. */
  preparation: 'done' | Promise<unknown> | null;
};

const moments = new WeakMap<Snapshot['tables'], Moment>();

/**
 * The relations of a table at a moment.
 * @returns a promise only while large tables are compared for the first time
 */
export function relationsOf(snapshot: Snapshot, table: string): Found {
  const moment = momentOf(snapshot);
  const { tables, found } = moment;
  const known = found.get(table);
  if (known !== undefined) return known;
  moment.preparation ??= inSlices(prepareRelations(tables)) ?? 'done';
  const find = () => {
    moment.preparation = 'done';
    return inSlices(search(tables, table));
  };
  const relations = moment.preparation === 'done' ? find() : moment.preparation.then(find);
  found.set(table, relations);
  if (relations instanceof Promise) {
    relations.then(
      (all) => found.set(table, all),
      () => found.delete(table),
    );
  }
  return relations;
}

/** The tables of a moment that can be read, by name. */
export function servedTables(snapshot: Snapshot): ReadonlyMap<string, Table> {
  return momentOf(snapshot).tables;
}

/** The foreign keys of a table whose relations are known already: nothing is compared anew. */
export function knownForeignKeys(snapshot: Snapshot, table: string): ForeignKeys {
  return finish(foreignKeysOf(servedTables(snapshot), table));
}

/** A relation as it is listed; of several fields, `fields` and `otherFields` stand for `field` and `otherField`. */
export type ListedRelation = Pick<Relation, 'kind' | 'name' | 'table' | 'reason'> &
  Readonly<{
    field?: string | undefined;
    otherField?: string | undefined;
    fields?: readonly string[];
    otherFields?: readonly string[];
    url: string;
  }>;

/** How relations are listed; `url` is where the other rows are (RFC 6570, `{key}` being this row's). */
export function describeRelations(
  snapshot: Snapshot,
  name: string,
  relations: readonly Relation[],
): ListedRelation[] {
  const { tables } = momentOf(snapshot);
  return relations.map(({ kind, name: as, table, columns, otherColumns, reason }) => {
    const fields = namesAt(tables.get(name), columns);
    const otherFields = namesAt(tables.get(table), otherColumns);
    return {
      kind,
      name: as,
      table,
      // Nearly always it is one field.
      ...(fields.length === 1 ? { field: fields[0], otherField: otherFields[0] } : { fields, otherFields }),
      url: kind === 'parent' ? tableUrl(table) : `${tableUrl(name)}/{key}/${encodeURIComponent(as)}`,
      reason,
    };
  });
}

function namesAt(table: Table | undefined, columns: readonly number[]): string[] {
  return columns.map((column) => table?.schema.fields[column]?.name ?? '');
}

function momentOf({ tables }: Snapshot): Moment {
  const known = moments.get(tables);
  if (known !== undefined) return known;
  const served = [...tables].flatMap(([name, { table }]) => (table === null ? [] : [[name, table] as const]));
  const moment: Moment = { tables: new Map(served), found: new Map(), preparation: null };
  moments.set(tables, moment);
  return moment;
}
