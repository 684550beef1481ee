// A wish → what the server tells about it, each event once and in order.

import { holdConnection } from './connection.ts';
import { type Change, FeedError, type FollowOptions, type Key } from './types.ts';

/** What one does with a subscription; without names of members, as these are not shortened. */
type Feed = readonly [
  /** Connects; after `pause` once more, from where it was. */
  open: () => void,
  pause: () => void,
  /** Lets go of everything: nothing more is told. */
  close: () => void,
];

/** How a table stands, in the answer to a subscription. */
type Standing = Readonly<{
  table: string;
  position: string | null;
  recovered?: boolean;
  reason?: string | undefined;
}>;
/** What of the server's frames the client reads. */
type Frame = Standing &
  Readonly<{
    type: string;
    id?: unknown;
    /** `subscribed` to all tables. */
    tables?: readonly Standing[];
    /** `error` */
    code: string;
    message: string;
    nearest?: string;
    /** `snapshot` */
    part: number;
    last: boolean;
    rows: unknown[];
    keys: Key[];
    /** Events. */
    data?: Readonly<{ table: string; subscriptions?: readonly unknown[] }>;
  }>;

/** How long `rowcast.table.` is. */
const PREFIX = 14;
/** Rows are read again after this pause, so that a burst of edits costs few readings. */
const REREAD_MS = 50;
/** No server has this position: nothing is recovered, and a table that is not there is waited for. */
const NOWHERE = '0';
/** The longest `since` of all tables, in characters of up to three bytes: the server takes frames of 64 KiB. */
const MOST_SINCE = 20_000;

/**
 * Holds a subscription until it is closed, or refused.
 * @param tell takes each change, and how long its JSON was; says whether the rows must be read again
 * @param fail takes what ended the subscription: a refusal, or the reason of the signal
 */
export function holdFeed<Row>(
  url: string | URL,
  options: FollowOptions,
  tell: (change: Change<Row>, length: number) => unknown,
  fail: (error: unknown) => void,
): Feed {
  const { table, where, query, fields, events, since, snapshot, signal } = options;
  signal?.throwIfAborted();
  /** By table: from where on the server is to tell. */
  const positions = new Map(typeof since === 'string' ? [[table, since]] : since && Object.entries(since));
  /** The id of the last `schemaChanged`. */
  let lastSchema: unknown;
  /** The snapshot that is coming in. */
  let whole: Frame;
  let id = 0;
  const isAll = table === '*';
  /**
   * Of all tables: the last event, where all before it has come too. Empty while each table goes on from its own
   * position, as then what was missed comes one table after the other.
   */
  let latest: string | undefined;

  const subscribe = () => {
    let from: unknown = positions.get(table);
    if (isAll && positions.size) {
      const each = Object.fromEntries(positions);
      latest = !from && JSON.stringify(each).length < MOST_SINCE ? '' : latest || (from as string) || NOWHERE;
      from = latest || each;
    }
    send({ op: 'subscribe', id, table, where, query, fields, events, since: from, snapshot });
  };
  const subscribeAgain = () => {
    send({ op: 'unsubscribe', id });
    const own = ++id;
    setTimeout(() => {
      if (own === id) subscribe();
    }, REREAD_MS);
  };
  const give = (change: Standing & { kind: string }, length = 0) => {
    if (tell(change as Change<Row>, length)) {
      positions.set(change.table, NOWHERE);
      latest = NOWHERE;
      subscribeAgain();
    }
  };

  const takeReply = (standing: Standing) => {
    const { table, position, recovered } = standing;
    if (recovered) return;
    const wasLost = positions.get(table) === NOWHERE;
    positions.set(table, snapshot ? NOWHERE : (position ?? NOWHERE));
    // Who is about to read all rows has lost nothing.
    if (recovered === false && !(snapshot && wasLost && position)) give({ ...standing, kind: 'lost' });
  };
  const takePart = (part: Frame) => {
    if (part.part) {
      whole.rows.push(...part.rows);
      whole.keys.push(...part.keys);
    } else whole = part;
    if (!part.last) return;
    positions.set(part.table, part.position as string);
    give({ kind: 'snapshot', ...whole });
  };
  const takeEvent = (event: Frame, table: string, length: number) => {
    const kind = event.type.slice(PREFIX);
    latest &&= event.id as string;
    // The rows of a new schema come with the next event: whoever has this one alone gets it again, and drops it.
    if (kind !== 'schemaChanged') positions.set(table, event.id as string);
    else if (lastSchema === event.id) return;
    else lastSchema = event.id;
    give({ ...event, kind, table, position: positions.get(table) as string }, length);
  };
  const take = (frame: Frame, length: number) => {
    const { type, data, code, recovered } = frame;
    if (data?.subscriptions?.includes(id)) takeEvent(frame, data.table, length);
    else if ((frame.id ?? id) !== id) return;
    else if (type === 'subscribed') {
      praise();
      if (isAll && latest !== '' && !recovered) latest = snapshot ? NOWHERE : (frame.position as string);
      // A table that is new to who goes on with others: its beginning was missed.
      const missing = recovered === undefined ? {} : { recovered: false, reason: 'unknown' };
      for (const standing of frame.tables ?? [frame]) takeReply({ ...missing, ...standing });
    } else if (type === 'snapshot') takePart(frame);
    // What was dropped may still be in the history: asked for it, the server tells all of it, or that it is lost.
    else if (type === 'resync') subscribeAgain();
    else if (type === 'error') {
      // What others have taken may be free again later.
      if (code === 'too-many-requests' && positions.size) retry();
      else end(Object.assign(new FeedError(frame.message), { code, nearest: frame.nearest }));
    }
  };

  const [open, send, pause, retry, praise] = holdConnection(
    url,
    options,
    () => {
      id++;
      subscribe();
    },
    take,
  );
  const close = () => {
    signal?.removeEventListener('abort', abort);
    pause();
  };
  const end = (error: unknown) => {
    close();
    fail(error);
  };
  const abort = () => end(signal?.reason);
  signal?.addEventListener('abort', abort);
  return [open, pause, close];
}
