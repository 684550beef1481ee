// Every event, as a JSON Schema; the types of what is built derive from these.

import { LIMITS } from './limits.ts';
import { tableSchema } from './schema-shape.ts';
import { object, type Shape } from './shape.ts';

// The parts that other frames have too.
export const text = { type: 'string' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const version = { type: 'string', description: 'Names one content of one table.' } as const;
export const position = {
  type: 'string',
  description: 'An opaque token: where in its history the table stands.',
} as const;
export const table = { type: 'string', description: "The table's name." } as const;
const cell = { type: ['string', 'number', 'boolean', 'null'] } as const;
const subscriptions = {
  type: 'array',
  items: { type: ['string', 'integer'] },
  minItems: 1,
  description: 'The ids of the subscriptions that the event is for; `url` is the one that the URL implies.',
} as const;

const change = object(
  {
    op: {
      enum: ['insert', 'update', 'delete', 'enter', 'leave'],
      description:
        'In an enter or leave the row was there before and is there after, and starts or stops to match the filter.',
    },
    key: {
      type: ['string', 'number', 'boolean', 'null', 'array'],
      items: cell,
      description:
        'The value of the key; without a key field the row number from 1: the old one in a delete, else the new one.',
    },
    row: { type: 'object', additionalProperties: cell, description: 'The new row; in a delete the old one.' },
    changed: {
      type: 'array',
      items: text,
      minItems: 1,
      description: 'In an update: the fields that differ.',
    },
  },
  ['op', 'key', 'row'],
);

/** Somebody with a name starts or stops to follow a table. */
const follower = object(
  {
    table,
    name: { ...text, description: 'What the session calls itself.' },
    count: { ...count, description: 'Sessions that follow the table now.' },
    subscriptions,
  },
  ['table', 'name', 'count', 'subscriptions'],
);

/** The `data` of each event, by the last part of its `type`. */
const EVENT_DATA = {
  added: object({ table, version, position, rows: count, subscriptions }, [
    'table',
    'version',
    'position',
    'rows',
    'subscriptions',
  ]),
  changed: object(
    {
      table,
      version,
      previous: version,
      position,
      rows: count,
      counts: object(
        {
          inserted: count,
          updated: count,
          deleted: count,
          entered: { ...count, description: 'With a filter: rows that start to match.' },
          left: { ...count, description: 'With a filter: rows that stop to match.' },
        },
        ['inserted', 'updated', 'deleted'],
      ),
      reordered: { const: true, description: 'Rows that stayed stand in another order.' },
      truncated: { const: true, description: 'The changes are not told: read the table again.' },
      reason: { enum: ['key', 'schema', 'size'], description: 'Why the changes are not told.' },
      changes: { type: 'array', items: change, maxItems: LIMITS.changedRows },
      subscriptions,
    },
    ['table', 'version', 'previous', 'position', 'rows', 'counts', 'subscriptions'],
  ),
  removed: object({ table, previous: version, position, subscriptions }, [
    'table',
    'previous',
    'position',
    'subscriptions',
  ]),
  schemaChanged: object({ table, schema: tableSchema, previousSchema: tableSchema, subscriptions }, [
    'table',
    'schema',
    'previousSchema',
    'subscriptions',
  ]),
  rejected: object(
    {
      table,
      path: { type: 'string', description: 'The file, relative to the data folder.' },
      code: text,
      reason: text,
      line: { type: 'integer', minimum: 1 },
      subscriptions,
    },
    ['table', 'path', 'code', 'reason', 'subscriptions'],
  ),
  recovered: object({ table, version, position, subscriptions }, [
    'table',
    'version',
    'position',
    'subscriptions',
  ]),
  joined: follower,
  left: follower,
} as const;

/** The last part of an event's `type`. */
export type EventName = keyof typeof EVENT_DATA;
/** What an event of a kind says, but for the subscriptions it goes to. */
export type EventData<Name extends EventName> = Omit<Shape<(typeof EVENT_DATA)[Name]>, 'subscriptions'>;

/** What is told of one changed row. */
export type ChangeOp = Shape<typeof change>['op'];

/** An event's `type`. */
export function eventType<Name extends EventName>(name: Name): `rowcast.table.${Name}` {
  return `rowcast.table.${name}`;
}

/** A CloudEvents 1.0 envelope in structured mode around the data of one kind of event. */
function envelope(name: EventName) {
  return object(
    {
      specversion: { const: '1.0' },
      id: { ...text, description: 'Unique together with `source`.' },
      source: { type: 'string', format: 'uri-reference' },
      type: { const: eventType(name) },
      subject: table,
      time: { type: 'string', format: 'date-time' },
      datacontenttype: { const: 'application/json' },
      data: EVENT_DATA[name],
    },
    ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data'],
  );
}

/** The members of an event that stand before its data. */
export type EventContext = Omit<Shape<ReturnType<typeof envelope>>, 'data'>;

/** The schema of every event, by its `type`. */
export const EVENTS: ReadonlyMap<string, object> = new Map(
  (Object.keys(EVENT_DATA) as EventName[]).map((name) => [eventType(name), envelope(name)]),
);
