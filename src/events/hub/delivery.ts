// A member's frames → its outlet, and the one word that stands for the changes which a slow member is not sent.

import type { Resync } from '../frames/frames.ts';
import type { EventRecord } from '../history/record.ts';
import type { Sent } from '../transport/outlet.ts';
import type { SubscriptionId } from '../view/view.ts';
import type { FanOut, Turn } from './fan-out.ts';
import type { Member } from './subscription.ts';

export type Delivery = Readonly<{
  /** Sends an event to a member's subscriptions, or drops it if the member is slow; it is told of that later. */
  event: (member: Member, sent: Sent, record: EventRecord, ids: readonly SubscriptionId[]) => void;
  /** Whether a member is known to be left out of an event, without any frame. */
  isSpared: (member: Member, record: EventRecord, ids: readonly SubscriptionId[]) => boolean;
  /** Sends a frame to a member alone, after all that was pushed before; then calls `then`. */
  tell: (member: Member, bytes: Buffer, then?: () => void) => void;
  /** Calls on a member, later, when its outlet has drained. */
  awaitDrain: (member: Member) => void;
}>;

type DeliveryOptions = Readonly<{
  fanOut: FanOut<Member>;
  /** More output than this waits only for those who are slow. */
  resyncBytes: number;
  /** Goes on with what a member is being sent at its own pace. */
  goOn: (member: Member) => void;
}>;

/** The frame that says that changes were not sent, and why. */
export function resyncFrame(
  id: SubscriptionId,
  table: string,
  position: string | null,
  reason: Resync['reason'],
): Sent {
  const frame: Resync = { type: 'resync', id, table, position, reason };
  return { bytes: Buffer.from(JSON.stringify(frame)), id: position, isShared: false };
}

export function openDelivery({ fanOut, resyncBytes, goOn }: DeliveryOptions): Delivery {
  const awaitDrain = (member: Member) => {
    if (member.isWaiting || member.isEnded) return;
    member.isWaiting = true;
    member.outlet.whenDrained(() => {
      member.isWaiting = false;
      if (member.isEnded) return;
      if (member.dropped !== null) pushResyncs(member);
      goOn(member);
    });
  };

  const pushResyncs = (member: Member) => {
    const turn: Turn<Member> = {
      make: () => NOTHING,
      deliver: () => {
        for (const id of [...(member.dropped?.keys() ?? [])]) resync(member, id);
      },
      bytes: 0,
    };
    fanOut.push(turn, [member]);
  };

  return Object.freeze({
    awaitDrain,
    event(member: Member, sent: Sent, record: EventRecord, ids: readonly SubscriptionId[]) {
      if (member.isEnded) return;
      const { dropped, outlet } = member;
      // Of all tables: who goes on from the last event that came must not have missed one of another table before it.
      const isBehind = dropped !== null && ids.some((id) => dropped.has(id));
      if (record.name !== 'changed') {
        if (isBehind) for (const id of ids) resync(member, id);
        outlet.send(sent);
      } else if (isBehind || outlet.pending() > resyncBytes) {
        for (const id of ids) drop(member, id, record);
        awaitDrain(member);
      } else outlet.send(sent);
    },
    isSpared(member: Member, record: EventRecord, ids: readonly SubscriptionId[]) {
      if (member.isEnded) return true;
      const { dropped } = member;
      if (record.name !== 'changed' || dropped === null) return false;
      if (!ids.every((id) => dropped.get(id)?.has(record.table) === true)) return false;
      for (const id of ids) drop(member, id, record);
      return true;
    },
    tell(member: Member, bytes: Buffer, then?: () => void) {
      const sent = { bytes, id: null, isShared: false };
      const deliver = () => {
        if (member.isEnded) return;
        member.outlet.send(sent);
        then?.();
      };
      fanOut.push({ make: () => sent, deliver, bytes: bytes.length }, [member]);
    },
  });
}

const NOTHING: Sent = Object.freeze({ bytes: Buffer.alloc(0), id: null, isShared: false });

function drop(member: Member, id: SubscriptionId, { table, position }: EventRecord): void {
  member.dropped ??= new Map();
  const tables = member.dropped.get(id);
  if (tables === undefined) member.dropped.set(id, new Map([[table, position]]));
  else tables.set(table, position);
}

/** Tells a subscription to read again the tables of whose changes it was left out. */
function resync(member: Member, id: SubscriptionId): void {
  const tables = member.dropped?.get(id);
  if (member.isEnded || tables === undefined) return;
  member.dropped?.delete(id);
  if (member.dropped?.size === 0) member.dropped = null;
  for (const [table, position] of tables) member.outlet.send(resyncFrame(id, table, position, 'slow'));
}
