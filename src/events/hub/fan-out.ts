// Frames and who gets each → deliveries in order, a few milliseconds of them at a time.

import type { Sent } from '../transport/outlet.ts';

/** Something on its way: `make` is asked once, when its turn comes; null: there is nothing to deliver. */
export type Turn<Recipient> = Readonly<{
  make: () => Sent | null;
  deliver: (recipient: Recipient, sent: Sent) => void;
  /** Whether a recipient goes without it anyway. Where all do, nothing is made. */
  isSpared?: (recipient: Recipient) => boolean;
  /** About what the turn holds in memory while it waits. */
  bytes: number;
}>;

export type FanOut<Recipient> = Readonly<{
  /** Delivers a turn to each recipient, after all that were pushed before: at once, if none is waiting. */
  push: (turn: Turn<Recipient>, recipients: readonly Recipient[]) => void;
  /** Delivers what is waiting, as far as that can be done in time, and drops the rest and all that comes later. */
  close: (mostMs: number) => Promise<void>;
}>;

/** How long deliveries may keep everything else waiting: two thousand sockets take a hundred times as long. */
const SLICE_MS = 5;
/** When more waits than this, all of it is delivered at once: whoever makes frames faster than they go out waits. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** The clock is read once for so many deliveries. */
const DELIVERIES = 16;

type Waiting<Recipient> = Readonly<{ turn: Turn<Recipient>; recipients: readonly Recipient[] }>;

/** @param onError takes what a turn or a recipient throws; the others get their frames all the same */
export function openFanOut<Recipient>(onError: (error: unknown) => void): FanOut<Recipient> {
  let queue: Waiting<Recipient>[] = [];
  let first = 0;
  let waitingBytes = 0;
  // Of the turn in hand: what it made, and who is next.
  let sent: Sent | null = null;
  let next = 0;
  let isDraining = false;
  let later: NodeJS.Immediate | null = null;
  /** When the deliveries of this tick have had their time; null: none were made in it. */
  let tickEnd: number | null = null;
  let isClosed = false;

  const make = ({ turn }: Waiting<Recipient>): Sent | null => {
    try {
      return turn.make();
    } catch (error) {
      onError(error);
      return null;
    }
  };
  /** Works on the turn in hand. @returns whether it is done */
  const work = (waiting: Waiting<Recipient>, end: number): boolean => {
    const { turn, recipients } = waiting;
    if (next === 0) sent = recipients.every((each) => turn.isSpared?.(each)) ? null : make(waiting);
    if (sent === null) return true;
    for (; next < recipients.length; next++) {
      if (next % DELIVERIES === DELIVERIES - 1 && performance.now() > end) return false;
      try {
        turn.deliver(recipients[next] as Recipient, sent);
      } catch (error) {
        onError(error);
      }
    }
    return true;
  };
  const drain = (end: number) => {
    // A delivery may push: that waits for its turn, and is not delivered within this one.
    if (isDraining) return;
    isDraining = true;
    for (let waiting = queue[first]; waiting !== undefined; waiting = queue[first]) {
      const isDone = performance.now() <= end && work(waiting, end);
      if (!isDone) {
        later ??= setImmediate(goOn);
        break;
      }
      waitingBytes -= waiting.turn.bytes;
      sent = null;
      next = 0;
      first++;
      if (first === queue.length) {
        queue = [];
        first = 0;
      }
    }
    isDraining = false;
  };
  const goOn = () => {
    later = null;
    drain(performance.now() + SLICE_MS);
  };
  /** All pushes of one tick share one slice: there may be many, and each by itself short. */
  const endOfTick = (): number => {
    if (tickEnd === null) {
      tickEnd = performance.now() + SLICE_MS;
      setImmediate(() => {
        tickEnd = null;
      });
    }
    return tickEnd;
  };

  return Object.freeze({
    push(turn: Turn<Recipient>, recipients: readonly Recipient[]) {
      if (isClosed) return;
      queue.push({ turn, recipients });
      waitingBytes += turn.bytes;
      if (waitingBytes > MOST_WAITING_BYTES) drain(Number.POSITIVE_INFINITY);
      else if (later === null) drain(endOfTick());
    },
    async close(mostMs: number) {
      const end = performance.now() + mostMs;
      while (queue.length > 0 && performance.now() < end)
        await new Promise((resolve) => setImmediate(resolve));
      isClosed = true;
      if (later !== null) clearImmediate(later);
      queue = [];
      first = 0;
    },
  });
}
