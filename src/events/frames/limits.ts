// What the feed allows each socket and the server, and what it tells clients of that in `hello`.

import { MOST_CHANGES } from '../../table/diff.ts';

/** Every limit of the feed, with its unit in its name. `hello` carries all of them. */
export const LIMITS = Object.freeze({
  /** Sockets that are open at once; further ones are closed with 1013. */
  sockets: 20_000,
  /** Subscriptions of one socket, and of all together; more are refused. */
  subscriptionsPerSocket: 100,
  subscriptions: 200_000,
  /** The longest frame that a client may send; a longer one closes its socket with 1009. */
  frameBytes: 64 * 1024,
  /** Frames that a client may send at once, and how many more each second; a flood closes its socket with 1008. */
  frameBurst: 1000,
  framesPerSecond: 100,
  /** Output that waits for a client to read it: past this, changes become one `resync`. */
  resyncBytes: 512 * 1024,
  /** Output that waits for a client to read it: past this, its socket is closed with 1013. */
  pendingBytes: 1024 * 1024,
  /** An event with more changed rows, or a longer `changes`, has none and says `truncated`. */
  changedRows: MOST_CHANGES,
  changeBytes: 256 * 1024,
  /** Rows of the longest snapshot, and of each of its parts; a part ends soon after so many bytes, too. */
  snapshotRows: 100_000,
  snapshotPartRows: 1000,
  snapshotPartBytes: 128 * 1024,
  /** How much of the past is kept for those who come back, all tables together. */
  historyBytes: 64 * 1024 * 1024,
  historySeconds: 60 * 60,
  /** Frames from this size on are compressed where the client can, and not too many get them. */
  deflateBytes: 16 * 1024,
  /** How often the server pings, and how long it waits for the pong before it cuts the connection. */
  pingSeconds: 25,
  pongSeconds: 10,
  /** How often an event stream has a comment, which keeps proxies from cutting it. */
  ssePingSeconds: 15,
  /** How long an upgrade may take, and how long a closing socket has to answer. */
  handshakeSeconds: 10,
  closeSeconds: 10,
  /** How long sockets have to answer when the server stops. */
  shutdownSeconds: 1,
});

/** The limits that hold for one feed. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };
