// What the feed allows each socket, and what it tells clients of that in `hello`.

import { MOST_CHANGES } from '../table/diff.ts';

/** Every limit of the feed, with its unit in its name. `hello` carries all of them. */
export const LIMITS = Object.freeze({
  /** Sockets that are open at once; further ones are closed with 1013. */
  sockets: 4000,
  /** The longest frame that a client may send; a longer one closes its socket with 1009. */
  frameBytes: 64 * 1024,
  /** Frames that a client may send at once, and how many more each second; a flood closes its socket with 1008. */
  frameBurst: 1000,
  framesPerSecond: 100,
  /** Output that waits for a client to read it; more closes its socket with 1013. */
  pendingBytes: 1024 * 1024,
  /** An event with more changed rows, or a longer `changes`, has none and says `truncated`. */
  changedRows: MOST_CHANGES,
  changeBytes: 256 * 1024,
  /** How often the server pings, and how long it waits for the pong before it cuts the connection. */
  pingSeconds: 25,
  pongSeconds: 10,
  /** How long an upgrade may take, and how long a closing socket has to answer. */
  handshakeSeconds: 10,
  closeSeconds: 10,
  /** How long sockets have to answer when the server stops. */
  shutdownSeconds: 1,
});

/** The limits that hold for one feed. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };
