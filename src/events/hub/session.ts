// One client's connection → its frames answered, one by one, and what its URL implies followed.

import type { Snapshot } from '../../catalog.ts';
import { EVERYTHING } from '../../query/plan.ts';
import { readFrame } from '../frames/client-frame.ts';
import type { Presence, Subscribe, Unsubscribe } from '../frames/client-frames.ts';
import type { Reply } from '../frames/frames.ts';
import type { Outlet } from '../transport/outlet.ts';
import type { Wish } from '../view/filter.ts';
import { viewOf } from '../view/view.ts';
import { type Delivery, resyncFrame } from './delivery.ts';
import { type Answer, type Desk, refuse } from './operations/operation.ts';
import { ping } from './operations/ping.ts';
import { presence } from './operations/presence.ts';
import { subscribe } from './operations/subscribe.ts';
import { unsubscribe } from './operations/unsubscribe.ts';
import { ALL, type Member, URL_ID } from './subscription.ts';
import { planWish, startOf } from './wanted.ts';

/** What a URL implies: the subscription "url". `since` null: from now on. `table` may be `*`. */
export type Implied = Readonly<{ table: string; wish: Wish; since: string | null }>;

/** A client while it is connected. */
export type Session = Readonly<{
  /** Takes a frame of the client. */
  receive: (data: Buffer, isBinary: boolean) => void;
  /** Says that the connection has ended. */
  end: () => void;
}>;

export type SessionOptions = Readonly<{
  /** Writes the first frame; null: there is none. */
  hello: ((snapshot: Snapshot) => Buffer) | null;
  implied: readonly Implied[];
  /** What the client calls itself, for those who ask who follows a table. */
  name: string | null;
}>;

type Tools = Readonly<{ desk: Desk; tell: Delivery['tell']; onError: (error: unknown) => void }>;

/** Sends hello and follows what the URL implies, in this tick: no event is lost between the two, or told twice. */
export function openSession(tools: Tools, outlet: Outlet, { hello, implied, name }: SessionOptions): Session {
  const { desk } = tools;
  const member: Member = {
    outlet,
    name,
    subscriptions: [],
    dropped: null,
    catchUps: null,
    isPaced: false,
    isWaiting: false,
    isEnded: false,
  };
  if (hello !== null) outlet.send({ bytes: hello(desk.catalog.current()), id: null, isShared: false });
  for (const each of implied) followImplied(desk, member, each);
  return Object.freeze({
    receive: (data: Buffer, isBinary: boolean) => receive(tools, member, data, isBinary),
    end: () => end(desk, member),
  });
}

function followImplied(desk: Desk, member: Member, { table, wish, since }: Implied): void {
  const entry = table === ALL ? undefined : desk.catalog.current().tables.get(table);
  const planned = planWish(wish, entry);
  const { plan, canonical } = planned.kind === 'planned' ? planned : { plan: EVERYTHING, canonical: '' };
  const view = viewOf(wish, canonical, null, 'rows');
  const subscription = desk.following.add(member, { id: URL_ID, table, view, isImplied: true });
  if (since === null || table === ALL) {
    desk.following.goLive(subscription);
    return;
  }
  const start = startOf({ ...desk, id: URL_ID, table, entry, plan, since, hasSnapshot: false });
  const { position = null, reason } = start?.standing ?? {};
  if (start?.before) desk.following.prepare(subscription, [start.before])();
  else {
    if (reason !== undefined) member.outlet.send(resyncFrame(URL_ID, table, position, reason));
    desk.following.goLive(subscription);
  }
}

function receive({ desk, tell, onError }: Tools, member: Member, data: Buffer, isBinary: boolean): void {
  if (member.isEnded) return;
  const read = readFrame(data, isBinary);
  let answer: Answer;
  try {
    answer =
      read.kind === 'fault'
        ? refuse('invalid-frame', read.fault.message, read.fault.nearest)
        : operate(desk, member, read.op, read.frame);
  } catch (error) {
    onError(error);
    answer = refuse('internal-error', 'The server failed. Its log has the details.');
  }
  tell(member, replyText(answer.reply, read.id), answer.whenTold);
}

/** The frame has been held against the schema of its `op`. */
function operate(desk: Desk, member: Member, op: string, frame: Readonly<Record<string, unknown>>): Answer {
  switch (op) {
    case 'subscribe':
      return subscribe(desk, member, frame as Subscribe);
    case 'unsubscribe':
      return unsubscribe(desk, member, frame as Unsubscribe);
    case 'presence':
      return presence(desk, member, frame as Presence);
    default:
      return ping();
  }
}

/** @param id the JSON text of the id of the frame that is answered; null: it has none */
function replyText(reply: Reply, id: string | null): Buffer {
  const { type, ...rest } = reply;
  const members = JSON.stringify(rest).slice(1);
  const echo = id === null ? '' : `,"id":${id}`;
  return Buffer.from(`{"type":"${type}"${echo}${members === '}' ? '' : ','}${members}`);
}

function end(desk: Desk, member: Member): void {
  if (member.isEnded) return;
  member.isEnded = true;
  desk.following.end(member, member.subscriptions);
  desk.presence.forget(member);
  member.dropped = null;
  member.catchUps = null;
}
