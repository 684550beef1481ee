// What a client asked to follow → one subscription of a member: a table or all of them, seen in one way.

import type { Snapshot } from '../../catalog.ts';
import type { Outlet, Sent } from '../transport/outlet.ts';
import type { SubscriptionId, View } from '../view/view.ts';

/** The name that stands for all tables, those to come too. */
export const ALL = '*';
/** The id of the subscription that a URL implies. */
export const URL_ID = 'url';

export type Subscription = {
  readonly id: SubscriptionId;
  /** A table's name, or `*`. */
  readonly table: string;
  readonly view: View;
  readonly member: Member;
  /** The ids in a frame stand in the order of their numbers. */
  readonly number: number;
  /** It follows from the URL: the first that is asked for replaces it. */
  readonly isImplied: boolean;
  /** `waiting`: what was missed is being sent. `live`: in its channel. `ended`: nothing more is sent. */
  state: 'waiting' | 'live' | 'ended';
};

/** What a subscription is sent before it is live. When nothing is left it goes live in the same tick. */
export type CatchUp = Readonly<{ subscription: Subscription; frames: Iterator<Sent | null, void> }>;

/** A client while it is connected. There are many: what most never need is made when they do. */
export type Member = {
  readonly outlet: Outlet;
  name: string | null;
  subscriptions: readonly Subscription[];
  /** The subscriptions that were left out of changes for slowness, by id: of which tables, and where each stands then. */
  dropped: Map<SubscriptionId, Map<string, string | null>> | null;
  /** In the order in which they were asked for. */
  catchUps: CatchUp[] | null;
  /** Whether the catch-ups have their turn in the rounds. */
  isPaced: boolean;
  /** Whether the outlet is to say when it has drained. */
  isWaiting: boolean;
  isEnded: boolean;
};

/** Where a table stands; null where it has no rows to read. */
export function positionOf(snapshot: Snapshot, table: string): string | null {
  return snapshot.tables.get(table)?.position ?? null;
}
