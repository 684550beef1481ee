// The name of every message of the feed → what it says, in one line.

/** What the server sends, by the frame's `type`. */
export const SERVER_SUMMARIES: ReadonlyMap<string, string> = new Map([
  ['hello', 'The first frame: the tables there are, where each stands, and the limits.'],
  [
    'subscribed',
    'The subscription holds from this position on. With `since`: whether what was missed follows.',
  ],
  ['unsubscribed', 'The subscription has ended.'],
  ['pong', 'The answer to a ping.'],
  ['presence', 'How many follow the table, and the names of those who gave one.'],
  ['error', 'The frame was not understood or cannot be done; the socket stays open.'],
  ['snapshot', 'A part of the rows as they are at one position. Every later change follows.'],
  ['resync', 'Changes were left out: read the rows again, or subscribe with a snapshot.'],
  ['rowcast.table.added', 'A table can be read for the first time.'],
  ['rowcast.table.changed', 'A table has a new version: these rows differ.'],
  ['rowcast.table.removed', "A table's file is gone."],
  [
    'rowcast.table.schemaChanged',
    'Fields, types or the key are others. It is told to every view of the table, also where no `changed` follows for it.',
  ],
  ['rowcast.table.rejected', 'A file cannot be read now. If it was a table, its last good rows stay.'],
  ['rowcast.table.recovered', 'The file can be read again.'],
  ['rowcast.table.joined', 'Somebody with a name follows the table now.'],
  ['rowcast.table.left', 'Somebody with a name follows the table no longer.'],
]);

/** What a client sends, by the frame's `op`, with the `type` of the frame that answers it. */
export const CLIENT_SUMMARIES: ReadonlyMap<string, Readonly<{ says: string; reply: string }>> = new Map([
  ['subscribe', { says: 'Follow a table, or the rows of it that a query selects.', reply: 'subscribed' }],
  ['unsubscribe', { says: 'End a subscription.', reply: 'unsubscribed' }],
  ['ping', { says: 'Ask for a sign of life.', reply: 'pong' }],
  [
    'presence',
    { says: 'Ask who follows a table, give a name, watch who comes and goes.', reply: 'presence' },
  ],
]);
