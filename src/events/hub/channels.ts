// Live subscriptions → who gets a record in which view, in lists that are made again only when somebody comes or goes.

import type { Schema } from '../../table/schema.ts';
import type { EventRecord } from '../history/record.ts';
import type { SubscriptionId, View } from '../view/view.ts';
import { openViewIndex, type ViewIndex } from '../view/view-index.ts';
import { ALL, type Member, type Subscription } from './subscription.ts';

/** Those who get the very same bytes. */
export type Group = Readonly<{ ids: readonly SubscriptionId[]; members: readonly Member[] }>;
/** Everybody who sees a record in one way. */
export type Audience = Readonly<{ view: View; groups: readonly Group[] }>;

export type Channels = Readonly<{
  join: (subscription: Subscription) => void;
  leave: (subscription: Subscription) => void;
  /** Who may be told of a record: those whose view it does not concern find that out when the frame is made. */
  audiencesOf: (record: EventRecord) => readonly Audience[];
}>;

/** The subscriptions of one table, or of all, that have one view. `groups` null: to be made. */
type Channel = {
  readonly view: View;
  readonly subscriptions: Set<Subscription>;
  groups: readonly Group[] | null;
  /** The groups together with those of another channel, as both were. */
  together: Readonly<{ own: readonly Group[]; other: readonly Group[]; groups: readonly Group[] }> | null;
};
type TableChannels = Readonly<{ index: ViewIndex; byView: Map<string, Channel> }>;

/** @param schemaOf the schema that a table has now */
export function openChannels(schemaOf: (table: string) => Schema | undefined): Channels {
  const tables = new Map<string, TableChannels>();
  const ofAll = new Map<string, Channel>();

  const channelsOf = (table: string): TableChannels => {
    const known = tables.get(table);
    if (known !== undefined) return known;
    const made = { index: openViewIndex(), byView: new Map() };
    tables.set(table, made);
    return made;
  };
  const forget = (table: string, view: View) => {
    if (table === ALL) return void ofAll.delete(view.key);
    const { index, byView } = channelsOf(table);
    const channel = byView.get(view.key);
    if (channel !== undefined) index.remove(channel.view);
    byView.delete(view.key);
    if (byView.size === 0) tables.delete(table);
  };

  return Object.freeze({
    join(subscription: Subscription) {
      const { table, view } = subscription;
      const byView = table === ALL ? ofAll : channelsOf(table).byView;
      let channel = byView.get(view.key);
      if (channel === undefined) {
        channel = { view, subscriptions: new Set(), groups: null, together: null };
        byView.set(view.key, channel);
        if (table !== ALL) channelsOf(table).index.add(view, schemaOf(table));
      }
      channel.subscriptions.add(subscription);
      channel.groups = null;
    },
    leave(subscription: Subscription) {
      const { table, view } = subscription;
      const channel = table === ALL ? ofAll.get(view.key) : tables.get(table)?.byView.get(view.key);
      if (channel === undefined || !channel.subscriptions.delete(subscription)) return;
      channel.groups = null;
      if (channel.subscriptions.size === 0) forget(table, view);
    },
    audiencesOf(record: EventRecord) {
      const own = tables.get(record.table);
      const isTold = ({ events }: View) => events === null || events.has(record.name);
      const audiences: Audience[] = [];
      for (const view of own?.index.candidates(record) ?? []) {
        const channel = own?.byView.get(view.key);
        if (channel === undefined || !isTold(view)) continue;
        const other = ofAll.get(view.key);
        const groups = other === undefined ? groupsOf(channel) : groupsOfBoth(channel, other);
        audiences.push({ view: channel.view, groups });
      }
      for (const channel of ofAll.values()) {
        const { view } = channel;
        if (isTold(view) && own?.byView.has(view.key) !== true)
          audiences.push({ view, groups: groupsOf(channel) });
      }
      return audiences;
    },
  });
}

function groupsOf(channel: Channel): readonly Group[] {
  channel.groups ??= group([channel.subscriptions]);
  return channel.groups;
}

/** A member that sees a table in one way by its name and by `*` gets one frame for both. */
function groupsOfBoth(channel: Channel, all: Channel): readonly Group[] {
  const [own, other] = [groupsOf(channel), groupsOf(all)];
  if (channel.together?.own !== own || channel.together.other !== other) {
    channel.together = { own, other, groups: group([channel.subscriptions, all.subscriptions]) };
  }
  return channel.together.groups;
}

function group(sets: readonly ReadonlySet<Subscription>[]): readonly Group[] {
  const byMember = new Map<Member, Subscription[]>();
  for (const set of sets) {
    for (const subscription of set) {
      const known = byMember.get(subscription.member);
      if (known === undefined) byMember.set(subscription.member, [subscription]);
      else known.push(subscription);
    }
  }
  const groups = new Map<string, { ids: readonly SubscriptionId[]; members: Member[] }>();
  for (const [member, subscriptions] of byMember) {
    const ids = subscriptions.sort((a, b) => a.number - b.number).map(({ id }) => id);
    const name = JSON.stringify(ids);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, { ids, members: [member] });
    else known.members.push(member);
  }
  return [...groups.values()];
}
