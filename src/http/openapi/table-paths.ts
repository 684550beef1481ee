// A table → its two concrete paths and the schema of its rows, made once per version.
import type { Entry } from '../../catalog.ts';
import type { Column } from '../../table/column.ts';
import type { Table } from '../../table/table.ts';
import { tableUrl } from '../lookup.ts';
import {
  anyValueSchema,
  CONTROL_PARAMETERS,
  headerRefs,
  otherResponses,
  problemResponse,
} from './components.ts';
import { exampleKey, exampleRows } from './examples.ts';
import { fieldParameter, fieldSchema, parameterName, valueSchema } from './field-schema.ts';
import { code, plain } from './markdown.ts';
import { operation } from './operation.ts';

/** Of a table with more fields than these, the further ones are described once, together. */
export const MOST_FIELDS = 100;

/** What the document says of one table. */
export type TablePaths = Readonly<{
  paths: readonly (readonly [path: string, item: object])[];
  /** Of its rows; null where none are known. */
  schema: object | null;
}>;
type Served = Entry & { table: Table };

const made = new WeakMap<Table, Readonly<{ of: string; paths: TablePaths }>>();

/**
 * The paths and the row schema of a table that can be read.
 * @param component the name of its row schema among the components
 */
export function tablePaths(entry: Served, component: string): TablePaths {
  const of = JSON.stringify([entry.name, entry.path, component]);
  const known = made.get(entry.table);
  if (known?.of === of) return known.paths;
  const paths = makePaths(entry, component);
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
  return { paths: [[tableUrl(name), item]], schema: null };
}

function makePaths(entry: Served, component: string): TablePaths {
  const { name, table } = entry;
  const row = { $ref: `#/components/schemas/${component}` };
  const rows = exampleRows(table, MOST_FIELDS);
  const list = {
    get: {
      ...operation(`list_${component}`, `Rows of ${name}`, describeList(entry)),
      parameters: [...fieldParameters(table), ...CONTROL_PARAMETERS],
      responses: {
        200: {
          description: 'The rows, in file order.',
          headers: headerRefs('ETag', 'X-Total-Count', 'Link', 'Table-Version', 'Table-Position'),
          content: {
            'application/json': {
              schema: { type: 'array', items: row },
              ...(rows[0] ? { example: rows } : {}),
            },
          },
        },
        ...otherResponses(304, 400, 406),
      },
    },
  };
  const one = {
    get: {
      ...operation(`read_${component}`, `One row of ${name}`),
      parameters: [keyParameter(table)],
      responses: {
        200: {
          description: 'The row.',
          headers: headerRefs('ETag', 'Table-Version', 'Table-Position'),
          content: { 'application/json': { schema: row, ...(rows[0] ? { example: rows[0] } : {}) } },
        },
        ...otherResponses(304, 400, 404, 406),
      },
    },
  };
  const path = tableUrl(name);
  return {
    paths: [
      [path, list],
      [`${path}/{key}`, one],
    ],
    schema: rowSchema(entry),
  };
}

function rowSchema({ name, table }: Served): object {
  const { fields } = table.schema;
  const described = fields
    .slice(0, MOST_FIELDS)
    .map(
      (field, index) =>
        [field.name, fieldSchema(field, table.columns[index] as Column, table.rowCount)] as const,
    );
  const prototype = described.find(([field]) => field === '__proto__');
  const further = fields.length - described.length;
  return {
    type: 'object',
    title: name,
    properties: Object.fromEntries(described),
    // Ajv, the most used validator, does not look at a property of this name.
    ...(prototype ? { patternProperties: { '^__proto__$': prototype[1] } } : {}),
    required: described.map(([field]) => field),
    additionalProperties:
      further > 0 ? { ...anyValueSchema(), description: `One of ${further} further fields.` } : false,
  };
}

function fieldParameters({ schema: { fields }, columns, rowCount }: Table): object[] {
  return fields.slice(0, MOST_FIELDS).flatMap((field, index) => {
    const name = parameterName(field.name, fields);
    return name === undefined ? [] : [fieldParameter(name, field, columns[index] as Column, rowCount)];
  });
}

function keyParameter(table: Table): object {
  const field = table.schema.fields.find(({ name }) => name === table.key.fields[0]);
  const example = exampleKey(table);
  return {
    name: 'key',
    in: 'path',
    required: true,
    description: field ? `The row's ${code(field.name)}.` : "The row's number, from 1.",
    ...(example === undefined ? {} : { example }),
    schema: field ? valueSchema(field) : { type: 'integer', minimum: 1 },
  };
}

function describeList({ name, path, table }: Served): string {
  const { fields } = table.schema;
  const key =
    table.key.mode === 'field' ? `the key is ${code(table.key.fields[0])}` : 'the key is the row number';
  const further = fields.length - MOST_FIELDS;
  return [
    `The file ${code(path)}: ${counted(table.rowCount, 'row')}, ${counted(fields.length, 'field')}; ${key}.`,
    ...(further > 0
      ? [
          `The ${further} further fields take equality parameters too; \`/tables/${encodeURIComponent(name)}\` lists them.`,
        ]
      : []),
  ].join(' ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
