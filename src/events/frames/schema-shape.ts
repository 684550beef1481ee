// A table's schema (Table Schema words), as the JSON Schema of what frames say of it.

import { object } from './shape.ts';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const value = { type: ['string', 'number', 'boolean'] } as const;
const bound = { type: ['string', 'number'] } as const;
const constraints = object(
  {
    required: { type: 'boolean' },
    unique: { type: 'boolean' },
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    minLength: count,
    maxLength: count,
    pattern: text,
    enum: { type: 'array', items: value },
  },
  [],
);
const field = object(
  {
    name: text,
    type: { enum: ['integer', 'number', 'boolean', 'date', 'datetime', 'string'] },
    title: text,
    description: text,
    format: text,
    decimalChar: text,
    groupChar: text,
    bareNumber: { const: false },
    trueValues: { type: 'array', items: text },
    falseValues: { type: 'array', items: text },
    missingValues: { type: 'array', items: text },
    categories: { type: 'array', items: object({ value, label: text }, ['value']) },
    constraints,
    reason: text,
  },
  ['name', 'type', 'reason'],
);
const names = { type: 'array', items: text } as const;
const foreignKey = object(
  { fields: names, reference: object({ resource: text, fields: names }, ['resource', 'fields']) },
  ['fields', 'reference'],
);
/** What the schema of a table is in a frame. */
export const tableSchema = object(
  {
    fields: { type: 'array', items: field },
    primaryKey: names,
    foreignKeys: { type: 'array', items: foreignKey },
  },
  ['fields', 'primaryKey'],
);
