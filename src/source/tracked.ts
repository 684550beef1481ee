// One path's history → when its present content is to be read.

import { type Signature, sameSignature, type TableFile } from './table-files.ts';

/** A file in place is read when it has stood still for so long, in milliseconds. */
const REST = 100;
/** …for so long when it has grown and its last line has no line break: it may be half a line. */
const OPEN_END_REST = 500;
/** A file truncated to 0 bytes keeps its table for so long. */
const EMPTY_GRACE = 2000;
/** A file that never rests is read about so often, up to its last complete line. */
const GROWING_INTERVAL = 1000;
/** A file that is gone may come back within this time. */
export const MISSING_GRACE = 150;
/** What could not be read is tried again after this time. */
const RETRY = 1000;

/** What is known of a path. Times are in milliseconds of the wall clock, as file times are. */
export type Tracked = {
  readonly path: string;
  readonly name: string;
  /** The names of the further tables that were found in the file. */
  parts: readonly string[];
  /** What the file was declared to be when it was last read; null: nothing. */
  declared: string | null;
  /** The content that was last dealt with; null: none yet, or it must be looked at again. */
  settled: Signature | null;
  /** The digest of the bytes that the catalog serves for this path; null if they are not just these. */
  digest: string | null;
  /** The size of the content that was served last, if its last line had no line break; else null. */
  openSize: number | null;
  seen: Signature;
  seenAt: number;
  /** Since when the content differs from what was dealt with; null: it does not. */
  unsettledSince: number | null;
  missingSince: number | null;
  retryAt: number | null;
  /** The present content is not read again before this time. */
  notBefore: number;
  isLoading: boolean;
};

/** Begins to track a path. */
export function track({ path, name, signature }: TableFile, now: number): Tracked {
  return {
    path,
    name,
    parts: [],
    declared: null,
    settled: null,
    digest: null,
    openSize: null,
    seen: signature,
    seenAt: now,
    unsettledSince: now,
    missingSince: null,
    retryAt: null,
    notBefore: 0,
    isLoading: false,
  };
}

/** Has a path read again, also if its bytes are what they were. */
export function unsettle(tracked: Tracked): void {
  tracked.settled = null;
  tracked.digest = null;
}

/** Takes in what a listing says of the path. */
export function observe(tracked: Tracked, signature: Signature, now: number): void {
  tracked.missingSince = null;
  if (!sameSignature(tracked.seen, signature)) {
    // What was truncated and is filled now begins anew.
    if (tracked.seen.size === 0) tracked.unsettledSince = null;
    tracked.seen = signature;
    tracked.seenAt = now;
    tracked.notBefore = 0;
  }
  const isSettled = tracked.settled !== null && sameSignature(tracked.settled, signature);
  tracked.unsettledSince = isSettled ? null : (tracked.unsettledSince ?? now);
}

/** The path is read now. @param isStart what is there at the start is served at once, whatever its end */
export function beginReading(tracked: Tracked, isStart: boolean): void {
  tracked.isLoading = true;
  tracked.retryAt = null;
  if (isStart) tracked.openSize = Number.POSITIVE_INFINITY;
}

/** When to read, and whether only complete lines count then. */
export type Due = Readonly<{ at: number; isGrowing: boolean }>;

/**
 * @param isServed whether the catalog has a table of this path
 * @returns null when there is nothing to read
 */
export function dueTime(tracked: Tracked, isServed: boolean): Due | null {
  const { seen, seenAt, settled, unsettledSince, retryAt } = tracked;
  if (unsettledSince === null) return retryAt === null ? null : { at: retryAt, isGrowing: false };
  if (seen.size === 0 && isServed) return { at: seenAt + EMPTY_GRACE, isGrowing: false };
  // A rename touches the inode after its content was last written: what comes by rename is complete.
  const isNewInode = settled === null || settled.inode !== seen.inode;
  if (isNewInode && seen.changed > seen.modified) return { at: unsettledSince, isGrowing: false };
  const restedAt = Math.max(quietSince(tracked) + REST, tracked.notBefore);
  const growingAt = unsettledSince + GROWING_INTERVAL;
  return restedAt <= growingAt ? { at: restedAt, isGrowing: false } : { at: growingAt, isGrowing: true };
}

/**
 * Whether content that was just read may end in half a line, so that the rest is waited for a little.
 * @param isOpenEnded whether it has no line break at its end
 */
export function awaitsLineEnd(tracked: Tracked, isOpenEnded: boolean, now: number): boolean {
  const { openSize, seen } = tracked;
  if (!isOpenEnded || seen.changed > seen.modified) return false;
  if (openSize !== null && seen.size <= openSize) return false;
  tracked.notBefore = quietSince(tracked) + OPEN_END_REST;
  return tracked.notBefore > now;
}

/** Plans another try for what could not be read. */
export function retryLater(tracked: Tracked, now: number): void {
  tracked.retryAt = now + RETRY;
}

/** Since when size and time have stood still: the time of the last write, if the clock can be believed. */
function quietSince({ seen, seenAt }: Tracked): number {
  const written = Number(seen.modified / 1_000_000n);
  return written > seenAt ? seenAt : written;
}
