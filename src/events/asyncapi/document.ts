// The schemas that the feed is built and checked with → its AsyncAPI 3.0 document.

import { CLIENT_FRAMES } from '../frames/client-frames.ts';
import { SERVER_FRAMES } from '../frames/frames.ts';
import { channelsFor, clientMessage } from './channels.ts';
import examples from './examples.json' with { type: 'json' };
import { operationsOn } from './operations.ts';
import { CLIENT_SUMMARIES, SERVER_SUMMARIES } from './summaries.ts';

/** Where the document was asked for. */
export type Place = Readonly<{ /** `localhost:5000` */ host: string; isSecure: boolean }>;

/** @param version of the product: `1.2.3` */
export function asyncApiDocument(version: string, place: Place): object {
  const sent = [...SERVER_FRAMES.keys()];
  const taken = [...CLIENT_FRAMES.keys()];
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rowcast', version, description: DESCRIPTION },
    defaultContentType: 'application/json',
    servers: serversAt(place),
    channels: channelsFor(sent, taken),
    operations: operationsOn(sent, taken),
    components: { messages: messages() },
  };
}

const DESCRIPTION = `Tells which rows of which table changed, as the files change.

- \`/ws\` tells of all tables until the first \`subscribe\`; \`/api/{table}?query\` of the rows of that query.
- Events are CloudEvents 1.0 in JSON. \`data.subscriptions\` lists the subscriptions that an event is for.
- Each frame of a client has one answer, which carries the \`id\` of the frame as it was.
- \`since\` takes a position or an event's id: what was missed follows, or \`recovered\` is false and the rows are to be read again.
- Without a WebSocket: \`new EventSource("/api/{table}?query")\`, or \`GET /api/{table}/_changes?since=\`.`;

function serversAt({ host, isSecure }: Place): object {
  const s = isSecure ? 's' : '';
  return {
    websocket: { host, protocol: `ws${s}`, description: 'JSON text frames, both ways.' },
    http: { host, protocol: `http${s}`, description: 'Server-sent events.' },
  };
}

/** Every message there is, by name. */
function messages(): Readonly<Record<string, object>> {
  return Object.fromEntries([
    ...[...SERVER_FRAMES].map(([name, payload]) => [
      name,
      message(name, SERVER_SUMMARIES.get(name), payload, exampleOf(examples.server, name)),
    ]),
    ...[...CLIENT_FRAMES].map(([op, payload]) => [
      clientMessage(op),
      message(op, CLIENT_SUMMARIES.get(op)?.says, payload, exampleOf(examples.client, op)),
    ]),
  ]);
}

function message(name: string, summary: string | undefined, payload: object, example: unknown): object {
  return { name, summary, contentType: 'application/json', payload, examples: [{ payload: example }] };
}

function exampleOf(kept: object, name: string): unknown {
  return new Map(Object.entries(kept)).get(name);
}
