// A member's frames → its outlet, and the one word that stands for the changes which a slow member is not sent.

import type { Catalog } from '../catalog.ts';
import type { FanOut, Turn } from './fan-out.ts';
import type { Resync } from './frames.ts';
import type { Sent } from './outlet.ts';
import type { EventRecord } from './record.ts';
import { type Member, positionOf } from './subscription.ts';
import type { SubscriptionId } from './view.ts';

export type Delivery = Readonly<{
  /** Sends an event to a member's subscriptions, or drops it if the member is slow; it is told of that later. */
  event: (member: Member, sent: Sent, record: EventRecord, ids: readonly SubscriptionId[]) => void;
  /** Sends a frame to a member alone, after all that was pushed before; then calls `then`. */
  tell: (member: Member, bytes: Buffer, then?: () => void) => void;
  /** Calls on a member, later, when its outlet has drained. */
  awaitDrain: (member: Member) => void;
}>;

type DeliveryOptions = Readonly<{
  catalog: Catalog;
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

export function openDelivery({ catalog, fanOut, resyncBytes, goOn }: DeliveryOptions): Delivery {
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

  /** Positions are those of now: changes that are waiting are older, and dropped until this turn comes. */
  const pushResyncs = (member: Member) => {
    const snapshot = catalog.current();
    const resyncs = droppedBy(member).map(([id, table]) => {
      return { id, table, position: positionOf(snapshot, table) };
    });
    const turn: Turn<Member> = {
      make: () => NOTHING,
      deliver: () => {
        for (const { id, table, position } of resyncs) resync(member, id, table, position);
      },
      bytes: 0,
    };
    fanOut.push(turn, [member]);
  };

  return Object.freeze({
    awaitDrain,
    event(member: Member, sent: Sent, record: EventRecord, ids: readonly SubscriptionId[]) {
      if (member.isEnded) return;
      const { table } = record;
      const { dropped, outlet } = member;
      const isBehind = dropped !== null && ids.some((id) => dropped.get(id)?.has(table) === true);
      if (record.name !== 'changed') {
        if (isBehind) for (const id of ids) resync(member, id, table, record.previousPosition);
        outlet.send(sent);
      } else if (isBehind || outlet.pending() > resyncBytes) {
        for (const id of ids) drop(member, id, table);
        awaitDrain(member);
      } else outlet.send(sent);
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

function drop(member: Member, id: SubscriptionId, table: string): void {
  member.dropped ??= new Map();
  const tables = member.dropped.get(id);
  if (tables === undefined) member.dropped.set(id, new Set([table]));
  else tables.add(table);
}

function droppedBy({ dropped }: Member): (readonly [SubscriptionId, string])[] {
  return [...(dropped ?? [])].flatMap(([id, tables]) => [...tables].map((table) => [id, table] as const));
}

/** Tells a subscription to read a table again, if it was left out of a change of it. */
function resync(member: Member, id: SubscriptionId, table: string, position: string | null): void {
  const tables = member.dropped?.get(id);
  if (member.isEnded || tables?.delete(table) !== true) return;
  if (tables.size === 0) member.dropped?.delete(id);
  if (member.dropped?.size === 0) member.dropped = null;
  member.outlet.send(resyncFrame(id, table, position, 'slow'));
}
