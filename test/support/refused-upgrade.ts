// An upgrade that a server refuses → its answer, once the connection has ended.
import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** @param headers instead of those of a good handshake, or beside them; undefined: left out */
export async function refusedUpgrade(url: string, headers: OutgoingHttpHeaders = {}) {
  const all = Object.entries({ ...HANDSHAKE, ...headers }).filter(([, value]) => value !== undefined);
  const asked = request(url, { headers: Object.fromEntries(all), agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const ended = once(response.socket, 'close');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  await ended;
  return { response, body: Buffer.concat(chunks).toString() };
}
