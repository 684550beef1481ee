// How /tables and /tables/{table} look, as JSON Schema for the OpenAPI document.

import { SCHEMA_SCHEMA } from './schema-schemas.ts';

const text = (description: string) => ({ type: 'string', description });
const count = (description: string) => ({ type: ['integer', 'null'], minimum: 0, description });
const maybe = (description: string) => ({ type: ['string', 'null'], description });
const line = { type: 'integer', minimum: 1, description: 'The line of the file, from 1.' };
const texts = { type: 'array', items: { type: 'string' } };

const SUMMARY = {
  name: text('The name in URLs.'),
  path: text('The file, relative to the data folder.'),
  url: text('Where the rows are.'),
  state: {
    type: 'string',
    enum: ['ok', 'stale', 'error'],
    description:
      'ok: what is served is what is on disk. stale: the last good version is served. error: there is none.',
  },
  reason: text('Why the file cannot be read now.'),
  code: text('The kind of this reason.'),
  line,
  shadowedBy: text('The path of the contract operation that answers instead of the table.'),
  version: maybe('Names the content: a hash of schema and cells.'),
  position: maybe('Where the table stands in the feed of changes.'),
  rows: count('How many rows there are.'),
  bytes: count('The size of the file.'),
  modified: { ...maybe('When the file was changed last.'), format: 'date-time' },
};

const DIAGNOSTIC = {
  type: 'object',
  properties: {
    line,
    column: { type: 'integer', minimum: 1 },
    field: text('The field, where a cell breaks what was declared of it.'),
    code: text('The kind.'),
    message: text('What was found.'),
  },
  required: ['line', 'code', 'message'],
};

const RELATION = {
  type: 'object',
  properties: {
    kind: {
      type: 'string',
      enum: ['parent', 'children'],
      description:
        'parent: each row refers to at most one row of the other table. children: rows there refer to rows here.',
    },
    name: text('What `_embed` calls it. It hides no field.'),
    table: text('The other table.'),
    field: text('The field here that is compared.'),
    otherField: text('The field there.'),
    fields: { ...texts, description: 'In place of `field`, where there are several: the fields here.' },
    otherFields: { ...texts, description: 'In place of `otherField`: the fields there, in the same order.' },
    url: text('Where the other rows are; `{key}` stands for the key of the row here.'),
    reason: text('Why it is a relation.'),
  },
  required: ['kind', 'name', 'table', 'url', 'reason'],
};

const REQUIRED = ['name', 'path', 'url', 'state', 'version', 'position', 'rows', 'bytes', 'modified'];

/** The path parameter of a table. */
export const TABLE_PARAMS = {
  type: 'object',
  properties: { table: text('The name of a table.') },
  required: ['table'],
};

/** The answer of /tables. */
export const TABLES_SCHEMA = {
  description: 'What there is at this moment',
  type: 'object',
  properties: {
    tables: { type: 'array', items: { type: 'object', properties: SUMMARY, required: REQUIRED } },
    rejected: {
      type: 'array',
      description: 'Files that are no table.',
      items: {
        type: 'object',
        properties: {
          path: text('The file.'),
          code: text('The kind of reason.'),
          reason: text('Why not.'),
          line,
        },
        required: ['path', 'code', 'reason'],
      },
    },
    contracts: {
      type: 'array',
      description: 'The OpenAPI documents that are bound to tables.',
      items: {
        type: 'object',
        properties: { path: text('The file.'), state: text('How it fares.'), problems: texts },
        required: ['path', 'state', 'problems'],
      },
    },
  },
  required: ['tables', 'rejected', 'contracts'],
};

/** The answer of /tables/{table}. */
export const TABLE_SCHEMA = {
  description: 'What is known of the table',
  type: 'object',
  properties: {
    ...SUMMARY,
    title: text('The name for people, as declared.'),
    description: text('What the table is about, as declared.'),
    declaration: text('The file that declares it, relative to the data folder.'),
    key: {
      type: 'object',
      description: 'What identifies a row.',
      properties: {
        mode: { type: 'string', enum: ['field', 'rowNumber'] },
        fields: { ...texts, description: 'Several: their values are joined with a comma in URLs.' },
      },
      required: ['mode', 'fields'],
    },
    dialect: {
      type: 'object',
      description: 'How the file is written, and what showed it.',
      additionalProperties: true,
    },
    encoding: text('How the file encodes characters.'),
    encodingConfidence: { type: 'number', minimum: 0, maximum: 1, description: 'How sure that is.' },
    encodingEvidence: text('What showed it.'),
    schema: SCHEMA_SCHEMA,
    relations: {
      type: 'array',
      items: RELATION,
      description: 'What the rows refer to, then what refers to them.',
    },
    brokenForeignKeys: {
      ...texts,
      description: 'What does not hold of the declared foreign keys, in sentences.',
    },
    diagnostics: {
      type: 'array',
      items: DIAGNOSTIC,
      description: 'The first departures from the rules of CSV.',
    },
    diagnosticCount: { type: 'integer', minimum: 0, description: 'How many there are in all.' },
  },
  required: REQUIRED,
};
