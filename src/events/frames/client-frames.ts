// Every frame that a client may send, as a JSON Schema; the types of what is read derive from these.

import type { EventName } from './event-frames.ts';
import { object, type Shape } from './shape.ts';

/** The events that a subscription may ask for. */
export const EVENT_NAMES = [
  'added',
  'changed',
  'removed',
  'schemaChanged',
  'rejected',
  'recovered',
] as const satisfies readonly EventName[];

// A description says what a value has to be: it ends the sentence that refuses another one.
const id = {
  type: ['string', 'integer'],
  minLength: 1,
  maxLength: 100,
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'a text of 1 to 100 characters or a whole number, different for each subscription',
} as const;
const anyId = { description: 'anything; it stands in the answer as it is' } as const;
const table = { type: 'string', minLength: 1, description: "a table's name" } as const;

const subscribe = object(
  {
    op: { const: 'subscribe' },
    id,
    table: { type: 'string', minLength: 1, description: "a table's name, or * for all tables" },
    where: { description: 'a tree of conditions, as POST /api/{table}/_search takes it' },
    query: { type: 'string', description: 'conditions as in the URL of a table, such as price__gt=5' },
    fields: {
      type: 'array',
      items: { type: 'string', description: "a field's name" },
      minItems: 1,
      description: 'a list of names of fields',
    },
    events: {
      type: 'array',
      items: {
        enum: [...EVENT_NAMES, ...EVENT_NAMES.map((name) => `rowcast.table.${name}` as const)],
        description: `one of ${EVENT_NAMES.join(', ')}`,
      },
      minItems: 1,
      description: 'a list of kinds of events',
    },
    changes: { enum: ['rows', 'counts'], description: 'rows or counts' },
    since: {
      type: ['string', 'object'],
      additionalProperties: { type: 'string', description: 'a position or the id of an event' },
      description:
        'a position or the id of an event; for * one of any table, if all before it was read, or an object that has one for each table',
    },
    snapshot: { type: 'boolean', description: 'true or false' },
  },
  ['op', 'id', 'table'],
);
const unsubscribe = object({ op: { const: 'unsubscribe' }, id }, ['op', 'id']);
const ping = object({ op: { const: 'ping' }, id: anyId }, ['op']);
const presence = object(
  {
    op: { const: 'presence' },
    id: anyId,
    table,
    name: { type: 'string', minLength: 1, maxLength: 100, description: 'a text of 1 to 100 characters' },
    watch: { type: 'boolean', description: 'true or false' },
  },
  ['op', 'table'],
);

type WithId<Frame> = Readonly<Omit<Frame, 'id'> & { id: string | number }>;
export type Subscribe = WithId<Shape<typeof subscribe>>;
export type Unsubscribe = WithId<Shape<typeof unsubscribe>>;
export type Presence = Shape<typeof presence>;

/** The schema of every frame that a client may send, by its `op`. */
export const CLIENT_FRAMES: ReadonlyMap<string, object> = new Map<string, object>([
  ['subscribe', subscribe],
  ['unsubscribe', unsubscribe],
  ['ping', ping],
  ['presence', presence],
]);
