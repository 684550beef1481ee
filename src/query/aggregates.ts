// The registry of aggregates: what a group of rows can be summed up in, and how that is written.

import { FIELD_TYPES } from '../table/field-types.ts';
import type { FieldType } from '../table/schema.ts';
import type { Aggregate, AggregateName } from './plan.ts';
import type { Subjects } from './subjects.ts';

type AggregateDefinition = Readonly<{
  name: AggregateName;
  /** In words, for documentation. */
  describes: string;
  /** The types of field that it takes. */
  types: readonly FieldType[];
  /** The type of what it answers; null: the field's. */
  answers: FieldType | null;
}>;

const ALL = FIELD_TYPES.map(({ name }) => name);

/** Every aggregate. Only `count` may stand without a field: then it counts rows. */
export const AGGREGATES: readonly AggregateDefinition[] = [
  {
    name: 'count',
    describes: 'rows, or with a field its values that are not null',
    types: ALL,
    answers: 'integer',
  },
  { name: 'sum', describes: 'the sum of the values', types: ['integer', 'number'], answers: 'number' },
  { name: 'mean', describes: 'the mean of the values', types: ['integer', 'number'], answers: 'number' },
  {
    name: 'min',
    describes: 'the least value',
    types: ALL.filter((type) => type !== 'boolean'),
    answers: null,
  },
  {
    name: 'max',
    describes: 'the greatest value',
    types: ALL.filter((type) => type !== 'boolean'),
    answers: null,
  },
  {
    name: 'distinct',
    describes: 'how many different values there are, nulls apart',
    types: ALL,
    answers: 'integer',
  },
];

/** What a group's results hold where nothing says so. */
export const COUNT_ROWS: Aggregate = Object.freeze({ fn: 'count', column: null, name: 'count()' });

/** The definition of an aggregate by its name. */
export function aggregateOf(name: string): AggregateDefinition | undefined {
  return AGGREGATES.find((aggregate) => aggregate.name === name);
}

/** `sum(total)` → its parts; `field` is '' where none is named. Undefined when it is not of that form. */
export function splitAggregate(text: string): Readonly<{ fn: string; field: string }> | undefined {
  const open = text.indexOf('(');
  return open > 0 && text.endsWith(')')
    ? { fn: text.slice(0, open), field: text.slice(open + 1, -1) }
    : undefined;
}

/** The names and types of what a group's result holds: the fields it is grouped by, then the aggregates. */
export function outputsOf(
  by: readonly number[],
  aggregates: readonly Aggregate[],
  fields: Subjects,
): Subjects['list'] {
  const typeAt = (column: number) => fields.list[column]?.type ?? 'string';
  return [
    ...by.map((column) => ({ name: fields.list[column]?.name ?? '', type: typeAt(column) })),
    ...aggregates.map(({ fn, column, name }) => ({
      name,
      type: aggregateOf(fn)?.answers ?? typeAt(column ?? 0),
    })),
  ];
}
