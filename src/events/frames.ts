// Every frame that the server sends, as a JSON Schema; the types of what it builds derive from these.

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
const pong = object({ type: { const: 'pong' }, id: echoed }, ['type']);
const error = object(
  {
    type: { const: 'error' },
    id: echoed,
    code: { enum: ['binary-frame', 'invalid-json', 'not-an-object', 'unknown-op'] },
    message: text,
    nearest: { type: 'string', description: 'What was probably meant.' },
  },
  ['type', 'code', 'message'],
);

export type Hello = Shape<typeof hello>;
/** The answer to a client's frame. */
export type Reply = Shape<typeof pong> | Shape<typeof error>;

/** The schema of every frame that the server sends, by the frame's `type`. */
export const SERVER_FRAMES: ReadonlyMap<string, object> = new Map<string, object>([
  ['hello', hello],
  ['pong', pong],
  ['error', error],
  ...EVENTS,
]);
