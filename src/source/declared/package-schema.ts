// What a Data Package may say, as JSON Schemas in our words. Members that are not named here are left alone.

import { DECLARED_TYPES, FIELDS_MATCHES, ITEM_TYPES } from '../../table/declared/declared-field.ts';
import type { WordedSchema } from './declared-words.ts';

const text = { type: 'string', expected: 'text' };
const flag = { type: 'boolean', expected: 'true or false' };
const count = { type: 'integer', minimum: 0, expected: 'a whole number from 0' };
const bound = { type: ['string', 'number'], expected: 'a number, or the text of a value' };
const character = { type: 'string', minLength: 1, maxLength: 2, expected: 'one character' };
const name = { type: 'string', minLength: 1, expected: 'a name' };
const names = {
  type: ['string', 'array'],
  minItems: 1,
  items: name,
  expected: 'a field name, or a list of field names',
};
const texts = { type: 'array', items: text, expected: 'a list of texts' };
const missingValues = {
  type: 'array',
  items: {
    type: ['string', 'object'],
    required: ['value'],
    properties: { value: text, label: text },
    expected: 'a text, or an object with "value"',
  },
  expected: 'a list of texts',
};

const CONSTRAINTS: WordedSchema = {
  type: 'object',
  expected: 'an object of constraints',
  properties: {
    required: flag,
    unique: flag,
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    minLength: count,
    maxLength: count,
    pattern: text,
    enum: {
      type: 'array',
      minItems: 1,
      items: { type: ['string', 'number', 'boolean'], expected: 'a text, a number, true or false' },
      expected: 'a list of at least one value',
    },
  },
};

const FIELD: WordedSchema = {
  type: 'object',
  required: ['name'],
  expected: 'a field: an object with "name"',
  properties: {
    name,
    type: { enum: DECLARED_TYPES, expected: `one of ${DECLARED_TYPES.join(', ')}` },
    format: text,
    title: text,
    description: text,
    missingValues,
    trueValues: texts,
    falseValues: texts,
    decimalChar: character,
    groupChar: character,
    bareNumber: flag,
    delimiter: { type: 'string', minLength: 1, expected: 'the text between the entries of a list' },
    itemType: { enum: ITEM_TYPES, expected: `one of ${ITEM_TYPES.join(', ')}` },
    categoriesOrdered: flag,
    categories: {
      type: 'array',
      minItems: 1,
      expected: 'a list of at least one value',
      items: {
        type: ['string', 'number', 'object'],
        required: ['value'],
        properties: { value: { type: ['string', 'number'], expected: 'a text or a number' }, label: text },
        expected: 'a text, a number, or an object with "value"',
      },
    },
    constraints: CONSTRAINTS,
  },
};

/** A Table Schema that stands in place; a text is the path of one. */
export const SCHEMA: WordedSchema = {
  type: ['object', 'string'],
  expected: 'a Table Schema, or the path of a JSON file with one',
  properties: {
    fields: { type: 'array', items: FIELD, expected: 'a list of fields' },
    fieldsMatch: {
      type: ['string', 'array'],
      enum: [...FIELDS_MATCHES, ...FIELDS_MATCHES.map((match) => [match])],
      expected: `one of ${FIELDS_MATCHES.join(', ')}`,
    },
    missingValues,
    primaryKey: names,
    uniqueKeys: { type: 'array', items: names, expected: 'a list of lists of field names' },
    foreignKeys: {
      type: 'array',
      expected: 'a list of foreign keys',
      items: {
        type: 'object',
        required: ['fields', 'reference'],
        expected: 'a foreign key: an object with "fields" and "reference"',
        properties: {
          fields: names,
          reference: {
            type: 'object',
            required: ['fields'],
            expected: 'an object with "resource" and "fields"',
            properties: { resource: { type: 'string', expected: 'the name of a resource' }, fields: names },
          },
        },
      },
    },
  },
};

/** A Table Dialect that stands in place; a text is the path of one. */
export const DIALECT: WordedSchema = {
  type: ['object', 'string'],
  expected: 'a Table Dialect, or the path of a JSON file with one',
  properties: {
    delimiter: character,
    quoteChar: { type: ['string', 'null'], minLength: 1, maxLength: 1, expected: 'one character, or null' },
    doubleQuote: flag,
    escapeChar: { type: ['string', 'null'], minLength: 1, maxLength: 1, expected: 'one character, or null' },
    nullSequence: { type: ['string', 'null'], expected: 'text, or null' },
    skipInitialSpace: flag,
    header: flag,
    headerRows: {
      type: 'array',
      minItems: 1,
      items: { type: 'integer', minimum: 1, expected: 'a line number from 1' },
      expected: 'a list of line numbers from 1',
    },
    headerJoin: text,
    commentChar: { type: ['string', 'null'], minLength: 1, maxLength: 1, expected: 'one character, or null' },
    lineTerminator: text,
  },
};

/** A whole `datapackage.json`. */
export const PACKAGE: WordedSchema = {
  type: 'object',
  required: ['resources'],
  expected: 'a Data Package: an object with "resources"',
  properties: {
    resources: {
      type: 'array',
      expected: 'a list of resources',
      items: {
        type: 'object',
        expected: 'a resource: an object with "path"',
        properties: {
          name,
          path: {
            type: ['string', 'array'],
            minItems: 1,
            items: text,
            expected: 'a path, or a list of one path',
          },
          title: text,
          description: text,
          encoding: text,
          dialect: DIALECT,
          schema: SCHEMA,
        },
      },
    },
  },
};
