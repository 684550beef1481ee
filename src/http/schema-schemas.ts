// How a Table Schema looks in /tables/{table}, as JSON Schema for the OpenAPI document.

import { FIELD_TYPES } from '../table/field-types.ts';

const text = (description: string) => ({ type: 'string', description });
const texts = { type: 'array', items: { type: 'string' } };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const bound = { type: ['number', 'string'] };

const CONSTRAINTS = {
  type: 'object',
  description: 'What every value is to keep to, as declared. A value that does not is served all the same.',
  properties: {
    required: flag,
    unique: flag,
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    minLength: count,
    maxLength: count,
    pattern: { type: 'string' },
    enum: { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
  },
};

const FIELD = {
  type: 'object',
  properties: {
    name: text('The name in rows and queries.'),
    type: { type: 'string', enum: FIELD_TYPES.map(({ name }) => name), description: 'The logical type.' },
    title: text('The name for people, as declared.'),
    description: text('What the field means, as declared.'),
    format: text(
      'How the cells are written, `%d/%m/%Y` for example; `date-time`: as in RFC 3339, with zones.',
    ),
    decimalChar: text('The decimal mark in the file, where it is no dot.'),
    groupChar: text('What stands between groups of digits in the file.'),
    trueValues: { ...texts, description: 'Texts of true, as declared.' },
    falseValues: { ...texts, description: 'Texts of false, as declared.' },
    bareNumber: { type: 'boolean', description: 'False where cells have more than the number.' },
    missingValues: { ...texts, description: 'Texts that stand for null.' },
    categories: {
      type: 'array',
      description: 'The declared values.',
      items: {
        type: 'object',
        properties: { value: { type: ['string', 'number'] }, label: { type: 'string' } },
        required: ['value'],
      },
    },
    constraints: CONSTRAINTS,
    reason: text('Why the field has this type.'),
  },
  required: ['name', 'type', 'reason'],
};

const FOREIGN_KEY = {
  type: 'object',
  properties: {
    fields: texts,
    reference: {
      type: 'object',
      properties: { resource: text('The other table; empty: this one.'), fields: texts },
      required: ['resource', 'fields'],
    },
  },
  required: ['fields', 'reference'],
};

/** The Table Schema of a table. */
export const SCHEMA_SCHEMA = {
  type: 'object',
  description: 'A Table Schema.',
  properties: {
    fields: { type: 'array', items: FIELD },
    primaryKey: { ...texts, description: 'The fields of the key, in its order; none: it is the row number.' },
    foreignKeys: { type: 'array', items: FOREIGN_KEY, description: 'Those declared, then those found.' },
  },
  required: ['fields', 'primaryKey', 'foreignKeys'],
};
