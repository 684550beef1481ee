// The records that are kept of one table, and a position of it → the first record after that position.

import { type PositionParts, readPosition } from './position.ts';
import type { EventRecord } from './record.ts';

/** Why it cannot be told what was missed. */
export type LostReason = 'evicted' | 'unknown' | 'removed';
export type Lost = Readonly<{ kind: 'lost'; reason: LostReason }>;

/** Where in the history of its table somebody stands: `next` is the number of the first record that was missed. */
export type Located = Readonly<{ kind: 'recovered'; next: number }> | Lost;

/** Records are numbered in order; `records[gone]` is the first that is kept, those before it are cut off later. */
export type Shelf = {
  readonly table: string;
  readonly records: EventRecord[];
  gone: number;
  /** The number of the first record that is kept. */
  first: number;
  /** The numbers of the records that are kept, by id. */
  readonly numbers: Map<string, number>;
  /** Where the table stood before the first record that is kept: a position, or the id of an evicted record. */
  before: string | null;
  /** The version that it had then. */
  versionBefore: string | null;
};

/** A shelf with nothing on it. @param first the number of the record that comes first */
export function emptyShelf(table: string, first: number): Shelf {
  return { table, records: [], gone: 0, first, numbers: new Map(), before: null, versionBefore: null };
}

/** The number of the record that comes next. */
export function endOf({ first, records, gone }: Shelf): number {
  return first + records.length - gone;
}

export function put(shelf: Shelf, record: EventRecord): void {
  if (shelf.before === null && shelf.records.length === shelf.gone) {
    shelf.before = record.previousPosition;
    shelf.versionBefore = readPosition(record.previousPosition ?? '')?.version ?? null;
  }
  shelf.numbers.set(record.id, endOf(shelf));
  shelf.records.push(record);
}

/** Lets go of the first record. */
export function drop(shelf: Shelf): EventRecord {
  const record = shelf.records[shelf.gone] as EventRecord;
  (shelf.records as (EventRecord | undefined)[])[shelf.gone] = undefined;
  shelf.gone++;
  shelf.first++;
  shelf.numbers.delete(record.id);
  shelf.before = record.id;
  const isOfState = record.name === 'rejected' || record.name === 'recovered';
  if (!isOfState) shelf.versionBefore = versionAfter(record);
  if (shelf.gone > 64 && shelf.gone * 2 > shelf.records.length) {
    shelf.records.splice(0, shelf.gone);
    shelf.gone = 0;
  }
  return record;
}

/**
 * Finds where somebody stands.
 * @param since a position or an event's id
 * @param current where the table stands now; null: there is no such table
 * @param epoch this run of the server
 */
export function locate(shelf: Shelf, since: string, current: string | null, epoch: string | null): Located {
  const at = shelf.numbers.get(since);
  if (at !== undefined) return { kind: 'recovered', next: at + 1 };
  if (since === shelf.before) return { kind: 'recovered', next: shelf.first };
  // The record that led here is gone: so is what happened to the file since, if that was kept at all.
  if (since === current)
    return shelf.before === null ? { kind: 'recovered', next: endOf(shelf) } : lost('evicted');
  const asked = readPosition(since);
  const isOwn = asked !== null && asked.epoch === epoch;
  // Who was told of a new schema does not have the rows under it yet.
  const hasRows = asked !== null && !asked.extra.startsWith('.schemaChanged');
  const isPresent = current !== null && asked !== null && readPosition(current)?.version === asked.version;
  if (!isOwn && hasRows && isPresent) return locate(shelf, current, current, epoch);
  const next = isOwn || !hasRows ? null : locateVersion(shelf, asked.version);
  if (next !== null) return { kind: 'recovered', next };
  if (current === null && !shelf.records.some((record) => record?.name === 'removed')) return lost('removed');
  return lost(isOwn && isOlder(asked, shelf, current) ? 'evicted' : 'unknown');
}

/** A position of another run: what counts is its content, where the history first came to it. */
function locateVersion(shelf: Shelf, version: string): number | null {
  if (version === '') return null;
  if (shelf.versionBefore === version) return shelf.first;
  for (let at = shelf.gone; at < shelf.records.length; at++) {
    const record = shelf.records[at] as EventRecord;
    if (versionAfter(record) === version) return shelf.first + at - shelf.gone + 1;
  }
  return null;
}

/** The version that a table has after a record; null where the record does not lead to one. */
function versionAfter({ name, position }: EventRecord): string | null {
  if ((name !== 'added' && name !== 'changed') || position === null) return null;
  return readPosition(position)?.version ?? null;
}

/** Whether a position lies before all that is kept of a table. */
function isOlder(asked: PositionParts, shelf: Shelf, current: string | null): boolean {
  const oldest = readPosition(shelf.records[shelf.gone]?.position ?? current ?? '');
  if (oldest === null) return false;
  const isOfOldest = asked.sequence === oldest.sequence && asked.version === oldest.version;
  return asked.sequence < oldest.sequence || (isOfOldest && asked.extra !== '');
}

function lost(reason: LostReason): Lost {
  return { kind: 'lost', reason };
}
