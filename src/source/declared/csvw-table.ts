// A table of CSVW metadata → its declared schema.

import type { DeclaredField, DeclaredSchema } from '../../table/declared/declared-field.ts';
import { tableName } from '../table-files.ts';
import { DATATYPES, type GivenDatatype, readDatatype } from './csvw-datatype.ts';
import type { GivenCsvwDialect } from './csvw-dialect.ts';
import { type Fault, faultAt, pointerTo } from './declared-words.ts';
import { resolveLocal } from './package-read.ts';

type Texts = string | readonly string[];
type Titles = Texts | Readonly<Record<string, Texts>>;

type GivenColumn = Readonly<{
  name?: string;
  titles?: Titles;
  datatype?: GivenDatatype;
  null?: Texts;
  required?: boolean;
  virtual?: boolean;
  default?: string;
  separator?: string | null;
  'dc:title'?: unknown;
  'dc:description'?: unknown;
}>;

/** A table, or a group of tables, as it stands in a file, after it has been looked through. */
export type GivenTable = Readonly<{
  url?: string;
  dialect?: GivenCsvwDialect;
  datatype?: GivenDatatype;
  null?: Texts;
  tableSchema?: Readonly<{
    columns?: readonly GivenColumn[];
    datatype?: GivenDatatype;
    null?: Texts;
    primaryKey?: Texts;
    foreignKeys?: readonly Readonly<{
      columnReference: Texts;
      reference: Readonly<{ resource: string; columnReference: Texts }>;
    }>[];
  }>;
  tables?: readonly GivenTable[];
  'dc:title'?: unknown;
  'dc:description'?: unknown;
}>;

/**
 * @param group of which the table is one; the table itself where there is no group
 * @param folder that of the declaration
 * @param path the table's file
 * @param notes takes what is not followed
 */
export function readTableSchema(
  table: GivenTable,
  group: GivenTable,
  folder: string,
  path: string,
  notes: string[],
): DeclaredSchema {
  const tableSchema = table.tableSchema ?? group.tableSchema ?? {};
  const nulls = tableSchema.null ?? table.null ?? group.null;
  const datatype = tableSchema.datatype ?? table.datatype ?? group.datatype;
  const columns = tableSchema.columns?.filter((column) => column.virtual !== true) ?? null;
  if (columns !== null && columns.length < (tableSchema.columns?.length ?? 0))
    notes.push('Virtual columns are left out.');
  return Object.freeze({
    fields: columns?.map((column, index) => readColumn(column, index, datatype, notes)) ?? null,
    fieldsMatch: 'exact',
    missingValues: nulls === undefined ? null : listOf(nulls),
    primaryKey: tableSchema.primaryKey === undefined ? null : listOf(tableSchema.primaryKey),
    uniqueKeys: [],
    foreignKeys: (tableSchema.foreignKeys ?? []).map(({ columnReference, reference }) => {
      const there = resolveLocal(folder, decoded(reference.resource));
      const resource = there === null ? reference.resource : there === path ? '' : tableName(there);
      return {
        fields: listOf(columnReference),
        reference: { resource, fields: listOf(reference.columnReference) },
      };
    }),
  });
}

function readColumn(
  column: GivenColumn,
  index: number,
  inherited: GivenDatatype | undefined,
  notes: string[],
): DeclaredField {
  const titles = titlesOf(column.titles);
  const name = column.name ?? titles[0] ?? `column_${index + 1}`;
  const isList = typeof column.separator === 'string';
  if (isList) notes.push(`The values of ${JSON.stringify(name)} are one text: "separator" is not followed.`);
  if (column.default !== undefined && column.default !== '')
    notes.push(`"default" of ${JSON.stringify(name)} is not followed: an empty cell is null.`);
  const title = commonText(column['dc:title']) ?? titles.find((text) => text !== name);
  const description = commonText(column['dc:description']);
  const { constraints, ...type } = readDatatype(column.datatype ?? inherited, isList);
  const all = { ...constraints, ...(column.required === true ? { required: true } : {}) };
  return Object.freeze({
    name,
    ...type,
    ...(titles.length === 0 ? {} : { labels: titles }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(column.null === undefined ? {} : { missingValues: listOf(column.null) }),
    ...(Object.keys(all).length === 0 ? {} : { constraints: all }),
  });
}

/** Where a Table Schema says something, and where CSVW says it. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/\/fields\/(\d+)\/constraints\/pattern$/, '/columns/$1/datatype/format'],
  [/\/fields\/(\d+)\/constraints\/(\w+)$/, '/columns/$1/datatype/$2'],
  [/\/fields\/(\d+)\/groupChar$/, '/columns/$1/datatype/format/groupChar'],
  [/\/fields\/(\d+)\/trueValues$/, '/columns/$1/datatype/format'],
  [/\/fields\/(\d+)\/format$/, '/columns/$1/datatype/format'],
  [/\/fields\/(\d+)\/name$/, '/columns/$1/name'],
  [/\/(foreignKeys\/\d+(?:\/reference)?)\/fields$/, '/$1/columnReference'],
];

/** A fault of what was read, at the place that CSVW has for it. */
export function inCsvw(fault: Fault): Fault {
  const place = PLACES.find(([pattern]) => pattern.test(fault.pointer));
  return place === undefined ? fault : { ...fault, pointer: fault.pointer.replace(...place) };
}

/** @param at the pointer of the schema */
export function datatypeFaults(tableSchema: GivenTable['tableSchema'], at: string): Fault[] {
  return (tableSchema?.columns ?? []).flatMap(({ datatype }, index) => {
    const base = typeof datatype === 'string' ? datatype : datatype?.base;
    if (base === undefined || DATATYPES.includes(base)) return [];
    return [faultAt(`${at}${pointerTo('columns', index)}/datatype`, base, `one of ${DATATYPES.join(', ')}`)];
  });
}

function titlesOf(titles: Titles | undefined): readonly string[] {
  if (titles === undefined) return [];
  if (typeof titles === 'string' || Array.isArray(titles)) return listOf(titles as Texts);
  return Object.values(titles).flatMap(listOf);
}

/** A common property: a text, or an object with one. */
export function commonText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const text = (value as { '@value'?: unknown } | null | undefined)?.['@value'];
  return typeof text === 'string' ? text : undefined;
}

function listOf(texts: Texts): readonly string[] {
  return typeof texts === 'string' ? [texts] : texts;
}

/** A URL without percent signs, as far as it can be read. */
export function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
