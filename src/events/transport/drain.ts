// What waits for a slow reader → a call when little of it is left.

import type { Writable } from 'node:stream';

/** Bytes that count as little. */
const LITTLE = 64 * 1024;
/** How soon to look again at what has no event of its own, in ms. */
const GLANCE_MS = 5;

/**
 * Calls once, never at once, when little waits; not at all when the connection ends before.
 * @param out what the bytes leave by
 */
export function whenDrained(
  out: Writable,
  pending: () => number,
  isOpen: () => boolean,
  then: () => void,
): void {
  const look = () => {
    if (!isOpen()) return;
    if (pending() <= LITTLE) then();
    else if (out.writableNeedDrain) out.once('drain', look);
    else setTimeout(look, GLANCE_MS);
  };
  setImmediate(look);
}
