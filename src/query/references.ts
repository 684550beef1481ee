// A table's declared foreign keys and the names of its fields → which of its fields hold values of which others.

import type { ForeignKey } from '../table/schema.ts';
import { fieldIndex, type Table } from '../table/table.ts';
import { indexOf, isComparable, keyOf, type Link, linkRows, type Steps } from './links.ts';
import type { NameIndex, Pointer } from './relation-names.ts';

/** Fields of one table that hold values of fields of another. */
export type Reference = Link &
  Readonly<{
    from: string;
    to: string;
    hasValues: boolean;
    /** Whether a person said so, or names and values did. */
    isDeclared: boolean;
  }>;

/** What is known of the references of a table. */
export type References = Readonly<{
  /** In column order. */
  found: readonly Reference[];
  /** What was declared and does not hold, in sentences. */
  faults: readonly string[];
}>;

/** With more tables that match a name equally well than this, none of them is meant. */
const MOST_ALIKE = 8;

/** Finds the references of a table: those that are declared, and of other fields those that names and values show. */
export function* findReferences(
  tables: ReadonlyMap<string, Table>,
  names: NameIndex,
  from: string,
): Steps<References> {
  const faults: string[] = [];
  const declared: Reference[] = [];
  for (const foreignKey of tables.get(from)?.schema.foreignKeys ?? []) {
    const checked = yield* check(tables, from, foreignKey);
    if (checked.reference !== null) declared.push(checked.reference);
    if (checked.fault !== null) faults.push(checked.fault);
  }
  const told = new Set(declared.flatMap(({ columns }) => (columns.length === 1 ? columns : [])));
  const found: Reference[] = [];
  for (const pointer of names.pointers.get(from) ?? []) {
    if (told.has(pointer.column)) continue;
    const reference = yield* resolve(tables, from, pointer);
    if (reference !== null) found.push(reference);
  }
  const all = [...declared, ...found].sort((a, b) => (a.columns[0] as number) - (b.columns[0] as number));
  return Object.freeze({ found: Object.freeze(all), faults: Object.freeze(faults) });
}

/**
 * The table that a foreign key means by a resource: the one of this name, beside the table itself or at the top; its
 * own where it says nothing.
 */
export function targetOf(
  tables: ReadonlyMap<string, Table>,
  from: string,
  { reference: { resource } }: ForeignKey,
): string | null {
  if (resource === '') return from;
  const folder = from.slice(0, from.lastIndexOf('.') + 1);
  return [resource, `${folder}${resource}`].find((name) => tables.has(name)) ?? null;
}

type Checked = Readonly<{ reference: Reference | null; fault: string | null }>;

/** A foreign key that some rows break is one all the same: these rows refer to nothing, and that is told. */
function* check(tables: ReadonlyMap<string, Table>, from: string, foreignKey: ForeignKey): Steps<Checked> {
  const { fields, reference } = foreignKey;
  const to = targetOf(tables, from, foreignKey);
  const said = `The foreign key ${listed(fields)}`;
  const fail = (why: string): Checked => ({ reference: null, fault: `${said} ${why}` });
  if (to === null)
    return fail(`refers to ${JSON.stringify(reference.resource)}, and there is no such table now.`);
  const [table, other] = [tables.get(from) as Table, tables.get(to) as Table];
  const columns = fields.map((name) => fieldIndex(table, name));
  const otherColumns = reference.fields.map((name) => fieldIndex(other, name));
  const there = `${listed(reference.fields)} of ${JSON.stringify(to)}`;
  if (columns.includes(-1)) return fail('names a field that the table does not have.');
  if (otherColumns.includes(-1)) return fail(`refers to ${there}, which has no such field.`);
  if (columns.length === 0 || columns.length !== otherColumns.length)
    return fail(`refers to ${there}: there must be as many fields here as there.`);
  const isFit = columns.every((at, index) => {
    const [here, far] = [table.columns[at], other.columns[otherColumns[index] as number]];
    return here !== undefined && far !== undefined && isComparable(here, far);
  });
  const link = { columns, otherColumns };
  if ((yield* indexOf(other, otherColumns)) === null)
    return fail(
      `refers to ${there}, which does not tell the rows there apart: a value comes more than once.`,
    );
  const links = yield* linkRows(table, link, other, false);
  if (links === null || (!isFit && links.hasValues))
    return fail(`refers to ${there}, whose values are of another type.`);
  const { hasValues, orphans, firstOrphan } = links;
  const rows = orphans === 1 ? '1 row has a value' : `${orphans} rows have values`;
  const fault =
    orphans === 0
      ? null
      : `${said}: ${rows} that ${there} does not have, the first is row ${firstOrphan + 1}.`;
  return { reference: Object.freeze({ from, to, ...link, hasValues, isDeclared: true }), fault };
}

function listed(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

/**
 * The one table that a pointer means: of those that match its name best, the only one that has all its values as keys.
 * A table's own key, named like the table, identifies its rows and refers to nothing.
 */
function* resolve(
  tables: ReadonlyMap<string, Table>,
  from: string,
  { column, isMarked, ranks }: Pointer,
): Steps<Reference | null> {
  const table = tables.get(from) as Table;
  const columns = [column];
  const isKey = String(keyOf(table)) === String(columns);
  for (const rank of ranks) {
    if (rank.length > MOST_ALIKE || (isKey && rank.includes(from))) return null;
    const fitting: Reference[] = [];
    for (const to of rank) {
      const other = tables.get(to) as Table;
      const otherColumns = keyOf(other);
      if (otherColumns?.length !== 1 || table.columns[column]?.kind === 'boolean') continue;
      const links = yield* linkRows(table, { columns, otherColumns }, other, true);
      if (links === null || !(links.hasValues || isMarked)) continue;
      fitting.push({ from, columns, to, otherColumns, hasValues: links.hasValues, isDeclared: false });
    }
    if (fitting.length > 0) return fitting.length === 1 ? (fitting[0] as Reference) : null;
  }
  return null;
}
