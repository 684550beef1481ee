// The names of the feed's messages → the channels of its AsyncAPI document: where which of them travel.

const text = { type: 'string' } as const;
const NAME = { ...text, description: 'A name for this socket, which `presence` tells others.' };
const SINCE = {
  ...text,
  description: 'A position that the client has read up to: what came after it is told first.',
};

/**
 * @param sent messages of the server
 * @param taken what clients ask for, by `op`
 */
export function channelsFor(sent: readonly string[], taken: readonly string[]): object {
  const all = messageRefs([...sent, ...taken.map(clientMessage)]);
  return {
    feed: {
      address: '/ws',
      title: 'All tables',
      description: 'Tells of the tables that `table` names; without it, of all.',
      servers: servers('websocket'),
      messages: all,
      bindings: {
        ws: queryOf({
          table: {
            type: 'array',
            items: text,
            description: 'The tables to follow; an empty one alone: none.',
          },
          name: NAME,
        }),
      },
    },
    table: {
      address: '/api/{table}',
      title: 'One table, or the rows of it that a query selects',
      description: 'The URL of rows: what selects rows there selects changes here.',
      servers: servers('websocket'),
      parameters: PARAMETERS,
      messages: all,
      bindings: { ws: queryOf({ _since: SINCE, _name: NAME }) },
    },
    stream: {
      address: '/api/{table}',
      title: 'The same as server-sent events',
      description:
        '`Accept: text/event-stream`. Each event has its position as `id:`, which `Last-Event-ID` brings back.',
      servers: servers('http'),
      parameters: PARAMETERS,
      messages: messageRefs(sent.filter(isStreamed)),
    },
  };
}

/** What a client's message is called among all: an answer may be called as its question. */
export function clientMessage(op: string): string {
  return `client.${op}`;
}

/** Whether a message reaches those who only listen. */
export function isStreamed(name: string): boolean {
  return name === 'resync' || (name.startsWith('rowcast.') && !isAsked(name));
}

/** Whether an event is only for those who asked for it in a frame. */
function isAsked(name: string): boolean {
  return name === 'rowcast.table.joined' || name === 'rowcast.table.left';
}

const PARAMETERS = {
  table: { description: "The table's name, percent-encoded." },
} as const;

function servers(name: string): object[] {
  return [{ $ref: `#/servers/${name}` }];
}

function messageRefs(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function queryOf(properties: Readonly<Record<string, object>>): object {
  return { method: 'GET', query: { type: 'object', properties }, bindingVersion: '0.1.0' };
}
