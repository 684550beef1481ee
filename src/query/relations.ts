// The tables of a moment → which fields of which hold values of another's: as declared, else by names and every value.

import type { ForeignKey, Schema } from '../table/schema.ts';
import type { Table } from '../table/table.ts';
import type { Link, Steps } from './links.ts';
import { findReferences, type Reference, type References, targetOf } from './references.ts';
import { indexNames, markedWord, type NameIndex } from './relation-names.ts';

/**
 * `parent`: fields of this table hold values of another. `children`: fields of another hold values of this one. Columns
 * are the fields here and those there, by position.
 */
export type Relation = Link &
  Readonly<{
    kind: 'parent' | 'children';
    /** Under which it is embedded; no field of this table and no other relation of it has the name. */
    name: string;
    /** The other table. */
    table: string;
    /** Whether a person declared it: then rows may refer to nothing. */
    isDeclared: boolean;
    /** Why it is one, for a person. */
    reason: string;
  }>;

/** The foreign keys of a table, resources being the names of tables, and what does not hold of those declared. */
export type ForeignKeys = Readonly<{ foreignKeys: readonly ForeignKey[]; faults: readonly string[] }>;

type Moment = Readonly<{
  tables: ReadonlyMap<string, Table>;
  names: NameIndex;
  /** The tables whose declared foreign keys refer to a table. */
  declaring: ReadonlyMap<string, readonly string[]>;
  references: Map<string, References>;
}>;

const moments = new WeakMap<ReadonlyMap<string, Table>, Moment>();

/**
 * The relations of every table that has any, in one go: what was compared before, in whatever moment, is not compared
 * again. A column of a million rows takes some 10 ms the first time; `relationsOf` may pause meanwhile.
 */
export function findRelations(tables: ReadonlyMap<string, Table>): ReadonlyMap<string, readonly Relation[]> {
  const found = new Map<string, readonly Relation[]>();
  for (const name of tables.keys()) {
    const relations = finish(relationsOf(tables, name));
    if (relations.length > 0) found.set(name, relations);
  }
  return found;
}

/** The relations of one table: its parents in column order, then its children by name. */
export function* relationsOf(tables: ReadonlyMap<string, Table>, name: string): Steps<readonly Relation[]> {
  const moment = yield* momentOf(tables);
  const parents = (yield* referencesFrom(moment, name)).found;
  const children: Reference[] = [];
  const others = [...(moment.names.pointing.get(name) ?? []), ...(moment.declaring.get(name) ?? [])];
  for (const other of new Set(others.sort((a, b) => (a < b ? -1 : 1)))) {
    const { found } = yield* referencesFrom(moment, other);
    children.push(...found.filter(({ to }) => to === name));
    yield;
  }
  const table = tables.get(name);
  if (table === undefined) return [];
  const taken = new Set(table.schema.fields.map((field) => field.name));
  return Object.freeze([
    ...parents.map((reference) => parentOf(tables, reference, taken)),
    ...children.map((reference) => childrenOf(tables, reference, taken)),
  ]);
}

/** The foreign keys of one table: those that are declared, then those that were found. */
export function* foreignKeysOf(tables: ReadonlyMap<string, Table>, name: string): Steps<ForeignKeys> {
  const { found, faults } = yield* referencesFrom(yield* momentOf(tables), name);
  const { foreignKeys: declared = [] } = tables.get(name)?.schema ?? {};
  const told = declared.map((foreignKey): ForeignKey => {
    const to = targetOf(tables, name, foreignKey);
    const { fields, reference } = foreignKey;
    return to === null
      ? foreignKey
      : { fields, reference: { ...reference, resource: to === name ? '' : to } };
  });
  const others = found
    .filter(({ isDeclared }) => !isDeclared)
    .map(
      ({ columns, to, otherColumns }): ForeignKey => ({
        fields: namesAt(tables, name, columns),
        reference: { resource: to === name ? '' : to, fields: namesAt(tables, to, otherColumns) },
      }),
    );
  return { foreignKeys: [...told, ...others], faults };
}

/** Indexes the names of a moment, which all its relations need: the first of them does it, if nobody did before. */
export function* prepareRelations(tables: ReadonlyMap<string, Table>): Steps<void> {
  yield* momentOf(tables);
}

/** Runs all the steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function* momentOf(tables: ReadonlyMap<string, Table>): Steps<Moment> {
  const known = moments.get(tables);
  if (known !== undefined) return known;
  const names = yield* indexNames(tables);
  const moment: Moment = { tables, names, declaring: declaringTables(tables), references: new Map() };
  moments.set(tables, moment);
  return moment;
}

function declaringTables(tables: ReadonlyMap<string, Table>): ReadonlyMap<string, readonly string[]> {
  const declaring = new Map<string, string[]>();
  for (const [from, { schema }] of tables) {
    for (const foreignKey of schema.foreignKeys ?? []) {
      const to = targetOf(tables, from, foreignKey);
      if (to !== null) declaring.set(to, [...(declaring.get(to) ?? []), from]);
    }
  }
  return declaring;
}

function* referencesFrom(moment: Moment, from: string): Steps<References> {
  const known = moment.references.get(from);
  if (known !== undefined) return known;
  const found = yield* findReferences(moment.tables, moment.names, from);
  moment.references.set(from, found);
  return found;
}

function parentOf(tables: ReadonlyMap<string, Table>, reference: Reference, taken: Set<string>): Relation {
  const { from, columns, to, otherColumns, isDeclared } = reference;
  const fields = namesAt(tables, from, columns);
  const plain = (fields.length === 1 ? markedWord(fields[0] as string) : undefined) ?? to;
  const { name, note } = nameFor(plain, `${to}.${fields.join()}`, taken);
  const reason = `${why(reference, fields, to, 'there')}${note}`;
  return Object.freeze({ kind: 'parent', name, table: to, columns, otherColumns, isDeclared, reason });
}

function childrenOf(tables: ReadonlyMap<string, Table>, reference: Reference, taken: Set<string>): Relation {
  const { from, columns, otherColumns, isDeclared } = reference;
  const fields = namesAt(tables, from, columns);
  const { name, note } = nameFor(from, `${from}.${fields.join()}`, taken);
  const reason = `${why(reference, [`${fields.join(', ')} of ${from}`], 'this table', 'here')}${note}`;
  return Object.freeze({
    kind: 'children',
    name,
    table: from,
    columns: otherColumns,
    otherColumns: columns,
    isDeclared,
    reason,
  });
}

function why(
  { isDeclared, hasValues }: Reference,
  fields: readonly string[],
  to: string,
  place: 'here' | 'there',
): string {
  const named = fields.join(', ');
  if (isDeclared) return `${named} is declared as a foreign key to ${to}.`;
  return `${named} is named after ${to}, and ${hasValues ? `every value is a key ${place}` : 'it has no values yet'}.`;
}

/** The plain name if it is free; else that of the other table with the fields that refer; else with a number. */
function nameFor(plain: string, qualified: string, taken: Set<string>): { name: string; note: string } {
  let name = taken.has(plain) ? qualified : plain;
  for (let n = 2; taken.has(name); n++) name = `${qualified}_${n}`;
  taken.add(name);
  const note = name === plain ? '' : ` It is embedded as ${name}, because ${plain} is taken.`;
  return { name, note };
}

function namesAt(tables: ReadonlyMap<string, Table>, table: string, columns: readonly number[]): string[] {
  const { fields }: Schema = (tables.get(table) as Table).schema;
  return columns.map((column) => fields[column]?.name as string);
}
