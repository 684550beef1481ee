// The media type of answers about the whole of a table, and the JSON Schema of each kind.

import { FIELD_TYPES } from '../table/field-types.ts';

/** What `_facet`, `_stats` and `_group` answer; a client that takes `application/json` takes it as well. */
export const SUMMARY_TYPE = 'application/vnd.rowcast.summary+json';

const count = (description: string) => ({ type: 'integer', minimum: 0, description });
const VALUE = { type: ['string', 'number', 'boolean', 'null'] };
const orNull = (type: string, description: string) => ({ type: [type, 'null'], description });

function object(properties: Readonly<Record<string, object>>, description: string) {
  return { type: 'object', description, properties, required: Object.keys(properties) };
}

function list(items: object, description: string) {
  return { type: 'array', description, items };
}

const ROWS = count('How many rows match.');
const FIELD = { type: 'string', description: 'The name of the field.' };
const TYPE = { type: 'string', enum: FIELD_TYPES.map(({ name }) => name), description: 'Its type.' };
const DISTINCT = count('How many different values it has, nulls apart.');
const NULLS = count('How many rows have none.');
const VALUE_COUNT = object({ value: VALUE, count: count('How many rows have it.') }, 'A value.');

const FACET = object(
  {
    field: FIELD,
    type: TYPE,
    distinct: DISTINCT,
    nulls: NULLS,
    values: list(VALUE_COUNT, 'The values, the most frequent first: as many as `_limit` says, else 100.'),
    others: count('How many rows have a value that is not listed.'),
  },
  'The values of one field.',
);

const quantile = (share: number) => ({ ...VALUE, description: `${share} % of the values are not above it.` });

const QUANTILES = {
  ...object(
    {
      p05: quantile(5),
      p25: quantile(25),
      p50: quantile(50),
      p75: quantile(75),
      p95: quantile(95),
    },
    'Of numbers, interpolated; of dates, values that occur; null for other types.',
  ),
  type: ['object', 'null'],
};

const BIN = object(
  {
    from: { ...VALUE, description: 'Where it begins.' },
    to: { ...VALUE, description: 'Where it ends: values before it, and in the last bin also itself.' },
    count: count('How many values are in it.'),
  },
  'A bin.',
);

const STATS = object(
  {
    field: FIELD,
    type: TYPE,
    count: count('How many values there are, nulls apart.'),
    nulls: NULLS,
    distinct: DISTINCT,
    min: { ...VALUE, description: 'The least value.' },
    max: { ...VALUE, description: 'The greatest value.' },
    mean: orNull('number', 'Of numbers.'),
    sum: orNull('number', 'Of numbers.'),
    quantiles: QUANTILES,
    histogram: {
      ...list(BIN, 'Of numbers and dates: bins in order, ready to plot.'),
      type: ['array', 'null'],
    },
    top: {
      ...list(VALUE_COUNT, 'Of texts and booleans: the most frequent values.'),
      type: ['array', 'null'],
    },
  },
  'Statistics of one field.',
);

/** What each kind of summary answers. */
export const SUMMARY_SCHEMAS = {
  facet: object(
    { rows: ROWS, facets: list(FACET, 'One for each field that was asked for.') },
    'Values with counts.',
  ),
  stats: object(
    { rows: ROWS, stats: list(STATS, 'One for each field that was asked for.') },
    'Statistics of fields.',
  ),
  group: list(
    {
      type: 'object',
      description: 'The fields grouped by, then the aggregates by their names, such as `sum(price)`.',
      additionalProperties: VALUE,
    },
    'One result for each combination of values.',
  ),
} as const;
