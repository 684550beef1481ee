// What a client offers to compress, and how large a frame is → whether it travels compressed (RFC 7692).

import type { IncomingHttpHeaders } from 'node:http';
import type { PerMessageDeflateOptions } from 'ws';

/** Windows of 2 to the power of so many bytes: what a socket's compressor, and decompressor, may remember. */
const SERVER_BITS = 12;
const CLIENT_BITS = 10;

/**
 * Nothing is kept from one message to the next, windows are small, and few messages are compressed at a time: memory
 * stays bounded, whatever the number of sockets. What clients send may not unpack to more than a frame may have.
 */
export const DEFLATE_OPTIONS = Object.freeze({
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: SERVER_BITS,
  clientMaxWindowBits: CLIENT_BITS,
  concurrencyLimit: 4,
  zlibDeflateOptions: { level: 3, memLevel: 5, chunkSize: 16 * 1024 },
  zlibInflateOptions: { chunkSize: 4 * 1024 },
} satisfies PerMessageDeflateOptions);

const OFFERS = 'sec-websocket-extensions';

/**
 * Takes back offers that leave us too large windows, or that mean nothing: without compression a socket is as good
 * (RFC 7692, section 7.1).
 */
export function dropUselessOffers(headers: IncomingHttpHeaders): void {
  const offers = headers[OFFERS];
  if (offers === undefined) return;
  const useful = offers
    .split(',')
    .map((offer) => offer.trim())
    .filter(isUseful);
  if (useful.length === 0) delete headers[OFFERS];
  else headers[OFFERS] = useful.join(',');
}

const PARAMETER =
  /^(server_no_context_takeover|client_no_context_takeover)$|^(?:(server|client)_max_window_bits)(?:="?(8|9|1[0-5])"?)?$/;

function isUseful(offer: string): boolean {
  const [name, ...parameters] = offer.split(';').map((part) => part.trim());
  const found = parameters.map((parameter) => PARAMETER.exec(parameter));
  if (name !== 'permessage-deflate' || found.includes(null)) return false;
  const kinds = found.map((parameter) => parameter?.[1] ?? parameter?.[2]);
  if (new Set(kinds).size < kinds.length) return false;
  const bits = (side: string) => found.find((parameter) => parameter?.[2] === side);
  const [server, client] = [bits('server'), bits('client')];
  const isClientSmall = client !== undefined && Number(client?.[3] ?? CLIENT_BITS) >= CLIENT_BITS;
  return isClientSmall && (server === undefined || Number(server?.[3] ?? 0) >= SERVER_BITS);
}
