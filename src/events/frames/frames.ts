// Every frame that the server sends, as a JSON Schema; the types of what it builds derive from these.

import { PROBLEMS } from '../../problem.ts';
import { count, EVENTS, position, table, text, version } from './event-frames.ts';
import { LIMITS } from './limits.ts';
import { object, type Shape } from './shape.ts';

const limitNames = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
const number = { type: 'number' } as const;
const limits = object(
  Object.fromEntries(limitNames.map((name) => [name, number])) as Record<keyof typeof LIMITS, typeof number>,
  limitNames,
);

const hello = object(
  {
    type: { const: 'hello' },
    server: text,
    tables: {
      type: 'array',
      items: object({ table, version, position, rows: count }, ['table', 'version', 'position', 'rows']),
    },
    limits,
  },
  ['type', 'server', 'tables', 'limits'],
);

const echoed = { description: 'The `id` of the frame that this answers, as it was.' } as const;
const id = { type: ['string', 'integer'], description: "The subscription's id." } as const;
const nowhere = { type: ['string', 'null'], description: 'null: the table cannot be read now.' } as const;
const standing = {
  table,
  version: nowhere,
  position: nowhere,
  recovered: {
    type: 'boolean',
    description:
      'With `since`: every event after it follows; or none of them, and the table is to be read again.',
  },
  reason: {
    enum: ['evicted', 'unknown', 'removed'],
    description: 'Why nothing is recovered: it is too long ago, it never was, or there is no such table now.',
  },
} as const;
const standsAt = object(standing, ['table', 'version', 'position']);
const subscribed = object({ type: { const: 'subscribed' }, id: echoed, ...standing }, [
  'type',
  'id',
  'table',
  'version',
  'position',
]);
const subscribedToAll = object(
  {
    type: { const: 'subscribed' },
    id: echoed,
    table: { const: '*' },
    position: { ...position, description: 'The last of all positions and ids of events.' },
    tables: { type: 'array', items: standsAt },
    recovered: { type: 'boolean', description: 'With `since`: whether all tables are.' },
  },
  ['type', 'id', 'table', 'position', 'tables'],
);
const unsubscribed = object({ type: { const: 'unsubscribed' }, id: echoed }, ['type', 'id']);
const pong = object({ type: { const: 'pong' }, id: echoed }, ['type']);
const presence = object(
  {
    type: { const: 'presence' },
    id: echoed,
    table,
    count: { ...count, description: 'Clients that follow the table.' },
    names: { type: 'array', items: text, description: 'The names of those that have one, sorted.' },
  },
  ['type', 'table', 'count', 'names'],
);
const error = object(
  {
    type: { const: 'error' },
    id: echoed,
    code: { enum: PROBLEMS.map(({ code }) => code) },
    message: text,
    nearest: { type: 'string', description: 'What was probably meant.' },
  },
  ['type', 'code', 'message'],
);

const cell = { type: ['string', 'number', 'boolean', 'null'] } as const;
const snapshot = object(
  {
    type: { const: 'snapshot' },
    id,
    table,
    version,
    position,
    primaryKey: {
      type: 'array',
      items: text,
      description: 'The fields that make the key; none: it is the row number.',
    },
    part: { ...count, description: 'Parts are numbered from 0.' },
    last: { type: 'boolean' },
    rows: { type: 'array', items: { type: 'object', additionalProperties: cell } },
    keys: {
      type: 'array',
      items: { ...cell, type: [...cell.type, 'array'], items: cell },
      description: 'The key of each of `rows`; a key of several fields is an array of their values.',
    },
  },
  ['type', 'id', 'table', 'version', 'position', 'primaryKey', 'part', 'last', 'rows', 'keys'],
);
const resync = object(
  {
    type: { const: 'resync' },
    id,
    table,
    position: nowhere,
    reason: {
      enum: ['slow', 'evicted', 'unknown', 'removed'],
      description: 'Why changes up to `position` were not sent: read the table again.',
    },
  },
  ['type', 'id', 'table', 'position', 'reason'],
);

export type Hello = Shape<typeof hello>;
export type Resync = Readonly<Omit<Shape<typeof resync>, 'id' | 'position'>> &
  Readonly<{ id: string | number; position: string | null }>;
/** Where a table stands for somebody who subscribes to it. */
export type StandsAt = Readonly<
  Omit<Shape<typeof standsAt>, 'version' | 'position'> & { version: string | null; position: string | null }
>;
type Subscribed = Readonly<{ type: 'subscribed' }> & StandsAt;
/** The answer to a client's frame; the `id` of the frame is put in as it was. */
export type Reply =
  | Subscribed
  | (Omit<Shape<typeof subscribedToAll>, 'id' | 'tables'> & Readonly<{ tables: readonly StandsAt[] }>)
  | Omit<Shape<typeof unsubscribed>, 'id'>
  | Shape<typeof pong>
  | Shape<typeof presence>
  | Shape<typeof error>;

/** The schema of every frame that the server sends, by the frame's `type`. */
export const SERVER_FRAMES: ReadonlyMap<string, object> = new Map<string, object>([
  ['hello', hello],
  ['subscribed', { oneOf: [subscribed, subscribedToAll] }],
  ['unsubscribed', unsubscribed],
  ['snapshot', snapshot],
  ['resync', resync],
  ['presence', presence],
  ['pong', pong],
  ['error', error],
  ...EVENTS,
]);
