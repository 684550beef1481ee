// What CSVW metadata of a table may say, as a JSON Schema in our words. Members that are not named here are left alone.

import type { WordedSchema } from './declared-words.ts';

const text = { type: 'string', expected: 'text' };
const flag = { type: 'boolean', expected: 'true or false' };
const count = { type: 'integer', minimum: 0, expected: 'a whole number from 0' };
const bound = { type: ['string', 'number'], expected: 'a number, or the text of a value' };
const texts = { type: ['string', 'array'], items: text, expected: 'a text, or a list of texts' };
const titles = {
  type: ['string', 'array', 'object'],
  expected: 'a text, a list of texts, or texts by language',
};

const DATATYPE: WordedSchema = {
  type: ['string', 'object'],
  expected: 'the name of a datatype, or an object with "base"',
  properties: {
    base: { type: 'string', expected: 'the name of a datatype' },
    format: {
      type: ['string', 'object'],
      expected: 'a text, or an object with "decimalChar" and "groupChar"',
    },
    minimum: bound,
    maximum: bound,
    minInclusive: bound,
    maxInclusive: bound,
    minExclusive: bound,
    maxExclusive: bound,
    length: count,
    minLength: count,
    maxLength: count,
  },
};

const COLUMN: WordedSchema = {
  type: 'object',
  expected: 'a column: an object with "name" or "titles"',
  properties: {
    name: { type: 'string', minLength: 1, expected: 'a name' },
    titles,
    datatype: DATATYPE,
    null: texts,
    required: flag,
    virtual: flag,
    default: text,
    separator: { type: ['string', 'null'], expected: 'text, or null' },
  },
};

const TABLE_SCHEMA: WordedSchema = {
  type: 'object',
  expected: 'a schema of a table, or the path of a JSON file with one',
  properties: {
    columns: { type: 'array', items: COLUMN, expected: 'a list of columns' },
    datatype: DATATYPE,
    null: texts,
    primaryKey: texts,
    foreignKeys: {
      type: 'array',
      expected: 'a list of foreign keys',
      items: {
        type: 'object',
        required: ['columnReference', 'reference'],
        expected: 'a foreign key: an object with "columnReference" and "reference"',
        properties: {
          columnReference: texts,
          reference: {
            type: 'object',
            required: ['resource', 'columnReference'],
            expected: 'an object with "resource" and "columnReference"',
            properties: { resource: text, columnReference: texts },
          },
        },
      },
    },
  },
};

const character = {
  type: ['string', 'null'],
  minLength: 1,
  maxLength: 1,
  expected: 'one character, or null',
};

const DIALECT: WordedSchema = {
  type: 'object',
  expected: 'a dialect, or the path of a JSON file with one',
  properties: {
    delimiter: { type: 'string', minLength: 1, maxLength: 2, expected: 'one character' },
    quoteChar: character,
    commentPrefix: character,
    doubleQuote: flag,
    header: flag,
    headerRowCount: count,
    skipRows: count,
    skipColumns: count,
    skipInitialSpace: flag,
    encoding: text,
    lineTerminators: texts,
  },
};

const TABLE: WordedSchema = {
  type: 'object',
  expected: 'a table: an object with "url" and "tableSchema"',
  properties: { url: text, tableSchema: TABLE_SCHEMA, dialect: DIALECT, datatype: DATATYPE, null: texts },
};

/** A whole metadata file: a table, or a group of tables. */
export const CSVW: WordedSchema = {
  ...TABLE,
  expected: 'CSVW metadata: an object with "tableSchema" or "tables"',
  properties: {
    ...(TABLE.properties as object),
    tables: { type: 'array', minItems: 1, items: TABLE, expected: 'a list of at least one table' },
  },
};
