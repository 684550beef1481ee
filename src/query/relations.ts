// The tables of a moment → which field of which holds keys of another: found by names first, then by every value.

import type { Field } from '../table/schema.ts';
import type { Table } from '../table/table.ts';
import { linkRows, type Steps } from './links.ts';
import { indexNames, markedWord, type NameIndex, type Pointer } from './relation-names.ts';

/** `parent`: a field of this table holds keys of another. `children`: a field of another holds keys of this one. */
export type Relation = Readonly<{
  kind: 'parent' | 'children';
  /** Under which it is embedded; no field of this table and no other relation of it has the name. */
  name: string;
  /** The other table. */
  table: string;
  /** The field here, and the one there, by position. */
  column: number;
  otherColumn: number;
  /** Why it is one, for a person. */
  reason: string;
}>;

/** With more tables that match a name equally well than this, none of them is meant. */
const MOST_ALIKE = 8;

/** A field of one table that holds keys of another. */
type Reference = Readonly<{ from: string; pointer: Pointer; to: string; hasValues: boolean }>;

type Moment = Readonly<{
  tables: ReadonlyMap<string, Table>;
  names: NameIndex;
  references: Map<string, readonly Reference[]>;
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
  const parents = yield* referencesFrom(moment, name);
  const children: Reference[] = [];
  for (const other of moment.names.pointing.get(name) ?? []) {
    const references = yield* referencesFrom(moment, other);
    children.push(...references.filter(({ to }) => to === name));
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
  const moment: Moment = { tables, names: yield* indexNames(tables), references: new Map() };
  moments.set(tables, moment);
  return moment;
}

function* referencesFrom(moment: Moment, from: string): Steps<readonly Reference[]> {
  const known = moment.references.get(from);
  if (known !== undefined) return known;
  const found: Reference[] = [];
  for (const pointer of moment.names.pointers.get(from) ?? []) {
    const reference = yield* resolve(moment.tables, from, pointer);
    if (reference !== null) found.push(reference);
  }
  moment.references.set(from, found);
  return found;
}

/**
 * The one table that a pointer means: of those that match its name best, the only one that has all its values as keys.
 * A table's own key, named like the table, identifies its rows and refers to nothing.
 */
function* resolve(
  tables: ReadonlyMap<string, Table>,
  from: string,
  pointer: Pointer,
): Steps<Reference | null> {
  const table = tables.get(from) as Table;
  const isKey = table.key.mode === 'field' && table.key.column === pointer.column;
  for (const rank of pointer.ranks) {
    if (rank.length > MOST_ALIKE || (isKey && rank.includes(from))) return null;
    const fitting: Reference[] = [];
    for (const to of rank) {
      const links = yield* linkRows(table, pointer.column, tables.get(to) as Table);
      if (links === null || !(links.hasValues || pointer.isMarked)) continue;
      fitting.push({ from, pointer, to, hasValues: links.hasValues });
    }
    if (fitting.length > 0) return fitting.length === 1 ? (fitting[0] as Reference) : null;
  }
  return null;
}

function parentOf(
  tables: ReadonlyMap<string, Table>,
  { from, pointer, to, hasValues }: Reference,
  taken: Set<string>,
): Relation {
  const field = fieldAt(tables, from, pointer.column).name;
  const plain = markedWord(field) ?? to;
  const why = hasValues ? 'every value is a key there' : 'it has no values yet';
  const { name, note } = nameFor(plain, `${to}.${field}`, taken);
  const reason = `${field} is named after ${to}, and ${why}.${note}`;
  return freeze({
    kind: 'parent',
    name,
    table: to,
    column: pointer.column,
    otherColumn: keyColumn(tables, to),
    reason,
  });
}

function childrenOf(
  tables: ReadonlyMap<string, Table>,
  { from, pointer, to, hasValues }: Reference,
  taken: Set<string>,
): Relation {
  const field = fieldAt(tables, from, pointer.column).name;
  const why = hasValues ? 'every value is a key here' : 'it has no values yet';
  const { name, note } = nameFor(from, `${from}.${field}`, taken);
  const reason = `${field} of ${from} is named after this table, and ${why}.${note}`;
  return freeze({
    kind: 'children',
    name,
    table: from,
    column: keyColumn(tables, to),
    otherColumn: pointer.column,
    reason,
  });
}

/** The plain name if it is free; else that of the other table with the field that holds the key; else with a number. */
function nameFor(plain: string, qualified: string, taken: Set<string>): { name: string; note: string } {
  let name = taken.has(plain) ? qualified : plain;
  for (let n = 2; taken.has(name); n++) name = `${qualified}_${n}`;
  taken.add(name);
  const note = name === plain ? '' : ` It is embedded as ${name}, because ${plain} is taken.`;
  return { name, note };
}

function fieldAt(tables: ReadonlyMap<string, Table>, table: string, column: number): Field {
  return (tables.get(table) as Table).schema.fields[column] as Field;
}

function keyColumn(tables: ReadonlyMap<string, Table>, name: string): number {
  const { key } = tables.get(name) as Table;
  return key.mode === 'field' ? key.column : -1;
}

function freeze(relation: Relation): Relation {
  return Object.freeze(relation);
}
