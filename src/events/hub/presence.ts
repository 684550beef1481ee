// Who follows which table → answers to those who ask, and events for those who want to know who comes and goes.

import type { Catalog } from '../../catalog.ts';
import type { EventRecord } from '../history/record.ts';
import { EVERYTHING_WISH } from '../view/filter.ts';
import { frameHead, frameOf, type SubscriptionId, viewOf } from '../view/view.ts';
import { ALL, type Member } from './subscription.ts';

export type Presence = Readonly<{
  /** A member follows a table, or all, once more. */
  start: (member: Member, table: string) => void;
  stop: (member: Member, table: string) => void;
  /** Gives a member a name, or another one. */
  rename: (member: Member, name: string) => void;
  /** How many follow a table, and the names of those that have one. */
  ask: (table: string) => Readonly<{ count: number; names: readonly string[] }>;
  isFollowed: (table: string) => boolean;
  /** Whether a member is told who comes and goes. */
  isWatched: (member: Member, table: string) => boolean;
  /** From now on the member is told who comes and goes, under this id; `false` ends that. */
  watch: (member: Member, table: string, id: SubscriptionId, isOn: boolean) => void;
  /** How much a member watches. */
  watchCount: (member: Member) => number;
  /** Forgets a member that is gone. */
  forget: (member: Member) => void;
}>;

type PresenceOptions = Readonly<{
  catalog: Catalog;
  now: () => Date;
  /** Sends a frame, after all that was pushed before. */
  tell: (member: Member, bytes: Buffer) => void;
}>;

const VIEW = viewOf(EVERYTHING_WISH, '', null, 'rows');

export function openPresence({ catalog, now, tell }: PresenceOptions): Presence {
  /** How often each member follows a table; `*` by its own name. */
  const followers = new Map<string, Map<Member, number>>();
  const watchers = new Map<string, Map<Member, Set<SubscriptionId>>>();
  let told = 0;

  const isBy = (member: Member, name: string) => followers.get(name)?.has(member) === true;
  const countOf = (table: string): number => {
    const own = followers.get(table);
    const all = followers.get(ALL);
    if (own === undefined || all === undefined) return (own ?? all)?.size ?? 0;
    const [few, many] = own.size < all.size ? [own, all] : [all, own];
    let count = many.size;
    for (const member of few.keys()) if (!many.has(member)) count++;
    return count;
  };
  const announce = (event: 'joined' | 'left', table: string, name: string) => {
    const watching = watchers.get(table);
    if (watching === undefined) return;
    const head = frameHead(recordOf(event, table, name), VIEW, 0);
    if (head !== null) for (const [member, ids] of watching) tell(member, frameOf(head, [...ids]));
  };
  const recordOf = (event: 'joined' | 'left', table: string, name: string): EventRecord => ({
    id: `${catalog.current().tag}.${event}.${++told}`,
    name: event,
    table,
    time: now().toISOString(),
    position: null,
    previousPosition: null,
    data: { table, name, count: countOf(table) },
    rows: null,
    bytes: 0,
  });
  /** The watched tables that a member follows by a name, but not by the other one. */
  const announceFor = (event: 'joined' | 'left', member: Member, followed: string) => {
    if (member.name === null || watchers.size === 0) return;
    if (followed !== ALL) {
      if (!isBy(member, ALL)) announce(event, followed, member.name);
      return;
    }
    for (const table of watchers.keys())
      if (table === ALL || !isBy(member, table)) announce(event, table, member.name);
  };
  const announceAll = (event: 'joined' | 'left', member: Member, name: string) => {
    for (const table of watchers.keys())
      if (isBy(member, ALL) || isBy(member, table)) announce(event, table, name);
  };
  const unwatch = (member: Member, table: string, id: SubscriptionId | null) => {
    const watching = watchers.get(table);
    const ids = watching?.get(member);
    if (watching === undefined || ids === undefined) return;
    if (id !== null) ids.delete(id);
    if (id === null || ids.size === 0) watching.delete(member);
    if (watching.size === 0) watchers.delete(table);
  };

  return Object.freeze({
    start(member: Member, table: string) {
      let known = followers.get(table);
      if (known === undefined) {
        known = new Map();
        followers.set(table, known);
      }
      const before = known.get(member) ?? 0;
      known.set(member, before + 1);
      if (before === 0) announceFor('joined', member, table);
    },
    stop(member: Member, table: string) {
      const known = followers.get(table);
      const before = known?.get(member);
      if (known === undefined || before === undefined) return;
      if (before > 1) return void known.set(member, before - 1);
      known.delete(member);
      if (known.size === 0) followers.delete(table);
      announceFor('left', member, table);
    },
    rename(member: Member, name: string) {
      const before = member.name;
      if (before === name) return;
      if (before !== null) announceAll('left', member, before);
      member.name = name;
      announceAll('joined', member, name);
    },
    ask(table: string) {
      const names = new Set<string>();
      for (const followed of [table, ALL]) {
        for (const { name } of followers.get(followed)?.keys() ?? []) if (name !== null) names.add(name);
      }
      return { count: countOf(table), names: [...names].sort() };
    },
    isFollowed: (table: string) => followers.has(table),
    isWatched: (member: Member, table: string) => watchers.get(table)?.has(member) === true,
    watch(member: Member, table: string, id: SubscriptionId, isOn: boolean) {
      if (!isOn) return unwatch(member, table, id);
      const watching = watchers.get(table) ?? new Map<Member, Set<SubscriptionId>>();
      watchers.set(table, watching);
      watching.set(member, (watching.get(member) ?? new Set()).add(id));
    },
    watchCount(member: Member) {
      let count = 0;
      for (const watching of watchers.values()) count += watching.get(member)?.size ?? 0;
      return count;
    },
    forget(member: Member) {
      for (const table of [...watchers.keys()]) unwatch(member, table, null);
    },
  });
}
