// Subscriptions that come and go → who is in which channel, who is being sent what was missed, how many there are.

import type { Catalog } from '../../catalog.ts';
import type { EventLog } from '../history/log.ts';
import type { Sent } from '../transport/outlet.ts';
import type { SubscriptionId, View } from '../view/view.ts';
import { type Missed, missedOf, missedOfAll, stretchOf, type Writer } from './catch-up.ts';
import type { Channels } from './channels.ts';
import { resyncFrame } from './delivery.ts';
import type { FrameCache } from './frame-cache.ts';
import type { Pacing } from './pacing.ts';
import type { Presence } from './presence.ts';
import { ALL, type Member, positionOf, type Subscription } from './subscription.ts';

/**
 * What is sent of one table before what happens from now on: its rows, or records from `next` on. For the table `*`
 * that is the number of a record among all.
 */
export type Before = Readonly<
  { kind: 'rows'; table: string; frames: Iterable<Sent> } | { kind: 'records'; table: string; next: number }
>;

export type Following = Readonly<{
  /** Makes a subscription, which is not live yet. */
  add: (
    member: Member,
    wanted: Readonly<{ id: SubscriptionId; table: string; view: View; isImplied: boolean }>,
  ) => Subscription;
  /** From now on it gets what happens. */
  goLive: (subscription: Subscription) => void;
  /**
   * Readies what a subscription is sent before it goes live.
   * @returns what begins to send it
   */
  prepare: (subscription: Subscription, before: readonly Before[]) => () => void;
  /** Ends some subscriptions of a member. */
  end: (member: Member, ended: readonly Subscription[]) => void;
  /** How many subscriptions there are, of all members. */
  count: () => number;
}>;

type FollowingOptions = Readonly<{
  catalog: Catalog;
  log: EventLog;
  channels: Channels;
  cache: FrameCache;
  presence: Presence;
  pacing: () => Pacing;
}>;

export function openFollowing(options: FollowingOptions): Following {
  const { catalog, log, channels, cache, presence, pacing } = options;
  let count = 0;
  let number = 0;

  const writerFor = ({ id, view }: Subscription): Writer => ({
    frame: (record) => (view.events?.has(record.name) === false ? null : cache.get(record, view, id)),
    lost: (table, position) => resyncFrame(id, table, position, 'evicted'),
  });
  const tablesNow = () =>
    [...catalog.current().tables.values()].flatMap(({ name, position }) =>
      position === null ? [] : [[name, position] as const],
    );

  /** Everything up to now of each table, then everything that happened while that was sent. */
  const missedByAll = (subscription: Subscription, before: readonly Before[]): Missed => {
    const snapshot = catalog.current();
    const writer = writerFor(subscription);
    const [first] = before;
    if (first?.kind === 'records' && first.table === ALL)
      return missedOfAll(log, first.next, writer, tablesNow);
    const parts = before.map((part) => {
      if (part.kind === 'rows') return part.frames;
      const stretch = [part.next, log.end(part.table)] as const;
      return stretchOf(log, part.table, stretch, writer, positionOf(snapshot, part.table));
    });
    return inTurn([...parts, missedOfAll(log, log.count(), writer, tablesNow)]);
  };
  const missedByOne = (subscription: Subscription, before: readonly Before[]): Missed => {
    const { table } = subscription;
    const writer = writerFor(subscription);
    const parts = before.flatMap((part) => (part.kind === 'rows' ? [part.frames] : []));
    const first = before.find((part) => part.kind === 'records');
    const next = first?.kind === 'records' ? first.next : log.end(table);
    const rest = missedOf(log, table, next, writer, () => positionOf(catalog.current(), table));
    return inTurn([...parts, rest]);
  };
  const end = (subscription: Subscription) => {
    if (subscription.state === 'live') channels.leave(subscription);
    subscription.state = 'ended';
    count--;
  };

  return Object.freeze({
    add(
      member: Member,
      wanted: Readonly<{ id: SubscriptionId; table: string; view: View; isImplied: boolean }>,
    ) {
      const { id, table, view, isImplied } = wanted;
      const subscription: Subscription = {
        id,
        table,
        view,
        member,
        number: ++number,
        isImplied,
        state: 'waiting',
      };
      member.subscriptions = [...member.subscriptions, subscription];
      count++;
      presence.start(member, table);
      return subscription;
    },
    goLive(subscription: Subscription) {
      subscription.state = 'live';
      channels.join(subscription);
    },
    prepare(subscription: Subscription, before: readonly Before[]) {
      const isAll = subscription.table === ALL;
      const frames = isAll ? missedByAll(subscription, before) : missedByOne(subscription, before);
      return () => pacing().add({ subscription, frames });
    },
    end(member: Member, ended: readonly Subscription[]) {
      if (ended.length === 0) return;
      member.subscriptions = member.subscriptions.filter((subscription) => !ended.includes(subscription));
      for (const subscription of ended) {
        end(subscription);
        member.dropped?.delete(subscription.id);
        presence.stop(member, subscription.table);
      }
    },
    count: () => count,
  });
}

function* inTurn(parts: readonly Iterable<Sent | null>[]): Missed {
  for (const part of parts) yield* part;
}
