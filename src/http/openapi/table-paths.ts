// A table → its concrete paths and schemas, made once per version.
import type { Entry } from '../../catalog.ts';
import type { Relation } from '../../query/relations.ts';
import type { Table } from '../../table/table.ts';
import { tableUrl } from '../lookup.ts';
import { SUMMARY_TYPE } from '../summary-schemas.ts';
import { changesPath } from './changes-path.ts';
import { problemResponse } from './components.ts';
import { controlParameters, controlRefs, rowControlRefs } from './control-parameters.ts';
import { exampleKey, exampleRows } from './examples.ts';
import { fieldParameters, MOST_FIELDS, MOST_WITH_OPERATORS } from './field-parameters.ts';
import { valueSchema } from './field-schema.ts';
import { code, plain } from './markdown.ts';
import { operation } from './operation.ts';
import { relatedPath } from './related-path.ts';
import { manyRows, oneRow } from './row-answers.ts';
import { keepsConstraints, rowSchema } from './row-schema.ts';
import { searchPath } from './search-path.ts';
import { isTreeTold, whereSchema } from './where-schemas.ts';

/** What the document says of one table. */
export type TablePaths = Readonly<{
  paths: readonly (readonly [path: string, item: object])[];
  /** By component name. */
  schemas: readonly (readonly [component: string, schema: object])[];
}>;
export type Served = Entry & { table: Table };

/** How a table is described. */
export type Described = Readonly<{
  /** The names of its components: of a row, of its conditions. */
  row: string;
  where: string;
  /** Whether every operator has a parameter, or equality alone. */
  hasOperators: boolean;
  /** Its relations to other described tables, with the components of those. */
  relations: readonly Readonly<{ relation: Relation; row: string }>[];
}>;

const made = new WeakMap<Table, Readonly<{ of: string; paths: TablePaths }>>();

/** The paths and schemas of a table that can be read. */
export function tablePaths(entry: Served, described: Described): TablePaths {
  const of = JSON.stringify([
    entry.name,
    entry.path,
    entry.file?.title,
    entry.file?.description,
    keepsConstraints(entry.file),
    described,
  ]);
  const known = made.get(entry.table);
  if (known?.of === of) return known.paths;
  const paths = makePaths(entry, described);
  made.set(entry.table, { of, paths });
  return paths;
}

/** The one path of a table that never could be read: it answers 503 until the file is mended. */
export function unavailablePaths(
  { name, path, rejection }: Entry & { table: null },
  component: string,
): TablePaths {
  const line = rejection.line === undefined ? '' : `, line ${rejection.line}`;
  const reason = `The file ${code(path)}${line} cannot be read: ${plain(rejection.reason)}`;
  const item = {
    get: {
      ...operation(`list_${component}`, `Rows of ${name} (unavailable)`, reason),
      responses: { 503: problemResponse(503, reason) },
    },
  };
  return { paths: [[tableUrl(name), item]], schemas: [] };
}

function makePaths(entry: Served, described: Described): TablePaths {
  const { name, table } = entry;
  const { hasOperators, relations } = described;
  const answered = {
    row: { $ref: `#/components/schemas/${described.row}` },
    rows: exampleRows(table, MOST_FIELDS),
  };
  const embeds = relations.map(({ relation }) => relation.name);
  const controls = hasOperators
    ? controlParameters(table, embeds)
    : controlRefs(...(embeds.length > 0 ? [] : (['_embed'] as const)));
  const list = {
    get: {
      ...operation(`list_${described.row}`, `Rows of ${name}`, describeList(entry, hasOperators)),
      parameters: [...fieldParameters(table, hasOperators), ...controls],
      responses: manyRows(answered, 304, 400, 406, 409),
    },
  };
  const key = keyParameter(table);
  const one = {
    get: {
      ...operation(`read_${described.row}`, `One row of ${name}`),
      parameters: [key, ...rowControlRefs(embeds.length > 0)],
      responses: oneRow(answered, 304, 400, 404, 406),
    },
  };
  const path = tableUrl(name);
  const children = relations.filter(({ relation }) => relation.kind === 'children');
  const isTold = isTreeTold(table.schema.fields);
  const where = isTold ? described.where : 'AnyWhere';
  return {
    paths: [
      [path, list],
      [`${path}/_search`, searchPath(entry, { row: described.row, where }, answered)],
      [`${path}/_changes`, changesPath(described.row, name, answered.row, [])],
      [`${path}/{key}`, one],
      ...children.map((child) => relatedPath(entry, described.row, key, child)),
    ],
    schemas: [
      [described.row, rowSchema(entry, relations)],
      ...(isTold ? [[where, whereSchema(table.schema.fields, where)] as const] : []),
    ],
  };
}

function keyParameter(table: Table): object {
  const fields = table.key.fields.map((name) => table.schema.fields.find((field) => field.name === name));
  const [field, ...others] = fields;
  const names = table.key.fields.map(code).join(', ');
  const example = exampleKey(table);
  return {
    name: 'key',
    in: 'path',
    required: true,
    description:
      others.length > 0
        ? `The row's ${names}, with a comma between them; in a value a comma is \`%2C\` and a percent sign \`%25\`.`
        : field
          ? `The row's ${code(field.name)}.`
          : "The row's number, from 1.",
    ...(example === undefined ? {} : { example }),
    schema:
      others.length > 0 ? { type: 'string' } : field ? valueSchema(field) : { type: 'integer', minimum: 1 },
  };
}

function describeList({ name, path, table }: Served, hasOperators: boolean): string {
  const { fields } = table.schema;
  const key =
    table.key.mode === 'field'
      ? `the key is ${table.key.fields.map(code).join(', ')}`
      : 'the key is the row number';
  const further = fields.length - MOST_FIELDS;
  const parts = [
    `The file ${code(path)}: ${counted(table.rowCount, 'row')}, ${counted(fields.length, 'field')}; ${key}.`,
    `With \`_facet\`, \`_stats\` or \`_group\` it answers a summary instead of rows: \`${SUMMARY_TYPE}\`.`,
  ];
  if (further > 0) {
    const listed = `\`/tables/${encodeURIComponent(name)}\` lists them`;
    parts.push(`The ${further} further fields take equality parameters too; ${listed}.`);
  }
  if (!hasOperators) {
    const why =
      fields.length > MOST_WITH_OPERATORS ? `more than ${MOST_WITH_OPERATORS} fields` : 'many tables';
    parts.push(
      `With ${why}, only equality is listed here: every \`field__operator\` is taken all the same, and \`_where\` takes all operators, as \`{"field": {"operator": value}}\`.`,
    );
  }
  return parts.join(' ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
