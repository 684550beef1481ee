// What members are still to be sent → a frame of each in turn, no faster than each reads; then they are live.

import type { Delivery } from './delivery.ts';
import { openRounds } from './rounds.ts';
import type { CatchUp, Member, Subscription } from './subscription.ts';

export type Pacing = Readonly<{
  /** Sends what a subscription has missed, after what the member is being sent already. */
  add: (catchUp: CatchUp) => void;
  /** Goes on with a member whose outlet has drained. */
  goOn: (member: Member) => void;
  close: () => void;
}>;

/** While no more than this waits for a member, it is sent more. */
const MOST_PENDING_BYTES = 128 * 1024;

type PacingOptions = Readonly<{
  awaitDrain: Delivery['awaitDrain'];
  /** Takes a subscription that has missed nothing any more, at this very moment. */
  goLive: (subscription: Subscription) => void;
  onError: (error: unknown) => void;
}>;

export function openPacing({ awaitDrain, goLive, onError }: PacingOptions): Pacing {
  const sendNext = (member: Member): boolean => {
    const catchUp = member.catchUps?.[0];
    if (catchUp === undefined || member.isEnded) {
      member.catchUps = null;
      return false;
    }
    if (member.outlet.pending() > MOST_PENDING_BYTES) {
      awaitDrain(member);
      return false;
    }
    const { subscription, frames } = catchUp;
    const next = subscription.state === 'waiting' ? frames.next() : DONE;
    if (next.done !== true) {
      if (next.value !== null) member.outlet.send(next.value);
      return true;
    }
    member.catchUps?.shift();
    if (subscription.state === 'waiting') goLive(subscription);
    return true;
  };
  const rounds = openRounds<Member>((member) => {
    const hasMore = sendNext(member);
    member.isPaced = hasMore;
    return hasMore;
  }, onError);
  const goOn = (member: Member) => {
    if (member.isPaced || member.catchUps === null) return;
    member.isPaced = true;
    rounds.add(member);
  };

  return Object.freeze({
    add(catchUp: CatchUp) {
      const { member } = catchUp.subscription;
      if (member.isEnded) return;
      member.catchUps ??= [];
      member.catchUps.push(catchUp);
      goOn(member);
    },
    goOn,
    close: rounds.close,
  });
}

const DONE: IteratorResult<null, void> = { done: true, value: undefined };
