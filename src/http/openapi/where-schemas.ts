// A table's fields → the JSON Schemas of its tree of conditions and of the body of POST _search.
import { CONTROLS } from '../../query/controls.ts';
import { operatorOf, operatorsOf } from '../../query/operators.ts';
import { FIELD_TYPES, fieldType } from '../../table/field-types.ts';
import type { Field, FieldType } from '../../table/schema.ts';
import { anyValueSchema } from './any-value.ts';
import { MOST_FIELDS } from './field-parameters.ts';

/** What a condition on a field of each type may be, by component name: the same for all tables. */
export const CONDITION_SCHEMAS: Readonly<Record<string, object>> = Object.fromEntries([
  ...FIELD_TYPES.map(({ name }) => [conditionName(name), conditionSchema(name)]),
  ['AnyWhere', anyWhereSchema()],
]);

/** Whether the tree of conditions of these fields can be told: tools take some names for words of JSON Schema. */
export function isTreeTold(fields: readonly Field[]): boolean {
  const isOdd = (name: string) => /^(and|or|not|field|__proto__)$|^\$/.test(name);
  return fields.length <= MOST_FIELDS && !fields.some(({ name }) => isOdd(name));
}

/** The tree of conditions of a table; `component` is its own name, by which it holds itself. */
export function whereSchema(fields: readonly Field[], component: string): object {
  const self = { $ref: `#/components/schemas/${component}` };
  const conditions = fields.map(({ name, type }) => [
    name,
    { $ref: `#/components/schemas/${conditionName(type)}` },
  ]);
  return {
    type: 'object',
    description: 'Conditions on rows: all members must hold.',
    properties: Object.fromEntries([...conditions, ...Object.entries(connectives(self))]),
    additionalProperties: false,
  };
}

/** The body of POST _search of any table, member by member as the controls have it, but for its conditions. */
export const SEARCH_SCHEMA = {
  type: 'object',
  description: 'What is asked of a table: each member says what the control of that name says in a URL.',
  properties: Object.fromEntries(
    CONTROLS.flatMap(({ name, member, kind, describes }) =>
      member === null || kind === 'tree' ? [] : [[member, memberSchema(kind, `\`${name}\` ${describes}.`)]],
    ),
  ),
};

/** The body of POST _search of one table; `where` is the component of its conditions. */
export function searchSchema(where: string): object {
  const conditions = { $ref: `#/components/schemas/${where}` };
  return {
    allOf: [{ $ref: '#/components/schemas/Search' }, { type: 'object', properties: { where: conditions } }],
  };
}

function memberSchema(kind: (typeof CONTROLS)[number]['kind'], description: string): object {
  switch (kind) {
    case 'count':
      return { type: 'integer', minimum: 0, description };
    case 'position':
      return { type: 'integer', minimum: 1, description };
    case 'list':
      return { type: 'array', items: { type: 'string' }, description };
    default:
      return { type: 'string', description };
  }
}

function conditionName(type: FieldType): string {
  return `${type.slice(0, 1).toUpperCase()}${type.slice(1)}Condition`;
}

function conditionSchema(type: FieldType): object {
  const value = { type: fieldType(type).jsonType };
  const operators = operatorsOf(type).map(({ name, describes }) => {
    const { form } = operatorOf(name);
    const operand =
      form === 'list'
        ? { type: 'array', items: value }
        : form === 'pair'
          ? { type: 'array', items: value, minItems: 2, maxItems: 2 }
          : form === 'boolean'
            ? { type: 'boolean' }
            : value;
    return [name, { ...operand, description: `The field ${describes} …` }];
  });
  return {
    description: `A value that a field of type ${type} equals, null, or operators that all hold.`,
    anyOf: [
      { type: [value.type, 'null'] },
      { type: 'object', properties: Object.fromEntries(operators), additionalProperties: false },
    ],
  };
}

function anyWhereSchema(): object {
  return {
    type: 'object',
    description: 'Conditions on rows: all members must hold. A member is a field, `and`, `or` or `not`.',
    properties: connectives({ $ref: '#/components/schemas/AnyWhere' }),
    additionalProperties: { anyOf: [anyValueSchema(), { type: 'object' }] },
  };
}

function connectives(self: object): Record<string, object> {
  return {
    and: { type: 'array', items: self, description: 'All of these hold.' },
    or: { type: 'array', items: self, description: 'One of these holds, or more.' },
    not: { ...self, description: 'This does not hold.' },
  };
}
