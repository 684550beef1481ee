// Records of events → a bounded history of each table, from which whoever was away takes what was missed.

import { readPosition } from './position.ts';
import type { EventRecord } from './record.ts';
import { drop, emptyShelf, endOf, type Located, type Lost, locate, put, type Shelf } from './shelf.ts';

export type { Located, LostReason } from './shelf.ts';

/** All that was missed, in order, or why that cannot be told. */
export type Since = Readonly<{ kind: 'recovered'; records: readonly EventRecord[] }> | Lost;

export type EventLog = Readonly<{
  append: (record: EventRecord) => void;
  /**
   * What happened to a table after `since`.
   * @param since a position or an event's id
   * @param current where the table stands now; null: there is no such table
   */
  since: (table: string, since: string, current: string | null) => Since;
  /** The same, as the number of the first record that was missed, to `read` on from. */
  locate: (table: string, since: string, current: string | null) => Located;
  /** The number that the table's next record will have. */
  end: (table: string) => number;
  /** The record with a number; `none`: it is yet to come; `evicted`: it was there. */
  read: (table: string, number: number) => Read;
  /**
   * What happened to all tables after `since`, as the number of the first record that was missed, of all records.
   * @param since a position or an event's id, of any table
   */
  locateAny: (since: string) => Located;
  /** The position or id from which on nothing has happened. */
  latest: () => string;
  /** The number of the record that comes next, of all records. */
  count: () => number;
  /** The record with a number among all records. */
  readAny: (number: number) => Read;
}>;

type Read = EventRecord | 'none' | 'evicted';

type LogOptions = Readonly<{
  /** This run of the server, as positions begin with. Left out: that of the first record. */
  epoch?: string;
  /** The position that was given last before the first record. */
  start?: string;
  /** What is kept at most, all tables together. */
  bytes: number;
  ageMs: number;
  /** The clock, in milliseconds. */
  now: () => number;
}>;

/** What a record takes beside what it says of itself. */
const ENTRY_BYTES = 256;
/** As many evicted turns may wait to be cut off. */
const MOST_GONE = 1024;

/** Opens a log. When it is full the oldest records go first, whatever table they are of. */
export function openLog({ epoch: ownEpoch, start = '', bytes: mostBytes, ageMs, now }: LogOptions): EventLog {
  let epoch = ownEpoch ?? null;
  const shelves = new Map<string, Shelf>();
  // The shelf, number and time of each record, oldest first: who is next to lose one.
  let turns: Readonly<{ shelf: Shelf; number: number; time: number }>[] = [];
  let gone = 0;
  // How many turns are cut off.
  let cut = 0;
  let bytes = 0;
  // A shelf that is made again goes on with higher numbers than it had.
  let highest = 0;
  // The numbers of all records that are kept, by id; the ids of the last one that is not, and of the last one of all.
  const numbers = new Map<string, number>();
  let before = start;
  let latest = start;

  const evict = (shelf: Shelf) => {
    const record = drop(shelf);
    bytes -= record.bytes + ENTRY_BYTES;
    numbers.delete(record.id);
    before = record.id;
    gone++;
    if (record.name === 'removed' && shelf.records.length === shelf.gone) {
      highest = Math.max(highest, endOf(shelf));
      shelves.delete(shelf.table);
    }
    if (gone <= MOST_GONE || gone * 2 <= turns.length) return;
    turns = turns.slice(gone);
    cut += gone;
    gone = 0;
  };
  const trim = () => {
    const least = now() - ageMs;
    for (let turn = turns[gone]; turn !== undefined; turn = turns[gone]) {
      if (bytes <= mostBytes && turn.time > least) return;
      evict(turn.shelf);
    }
  };
  const shelfOf = (table: string): Shelf => {
    const known = shelves.get(table);
    if (known !== undefined) return known;
    const shelf = emptyShelf(table, highest);
    shelves.set(table, shelf);
    return shelf;
  };
  const find = (table: string, since: string, current: string | null) => {
    trim();
    // Who asks for a table that never was leaves nothing behind.
    const shelf = current === null ? (shelves.get(table) ?? emptyShelf(table, highest)) : shelfOf(table);
    return { shelf, found: locate(shelf, since, current, epoch) };
  };

  return Object.freeze({
    append(record: EventRecord) {
      epoch ??= readPosition(record.position ?? '')?.epoch ?? null;
      const shelf = shelfOf(record.table);
      numbers.set(record.id, cut + turns.length);
      latest = record.id;
      turns.push({ shelf, number: endOf(shelf), time: now() });
      put(shelf, record);
      bytes += record.bytes + ENTRY_BYTES;
      trim();
    },
    since(table: string, since: string, current: string | null): Since {
      const { shelf, found } = find(table, since, current);
      if (found.kind === 'lost') return found;
      return {
        kind: 'recovered',
        records: shelf.records.slice(found.next - shelf.first + shelf.gone),
      };
    },
    locate: (table: string, since: string, current: string | null) => find(table, since, current).found,
    end: (table: string) => endOf(shelfOf(table)),
    read(table: string, number: number) {
      trim();
      return readShelf(shelfOf(table), number);
    },
    locateAny(since: string): Located {
      trim();
      const at = numbers.get(since);
      if (at !== undefined) return { kind: 'recovered', next: at + 1 };
      if (since === before) return { kind: 'recovered', next: cut + gone };
      const isOwn = readPosition(since)?.epoch === epoch;
      // All that is kept was found above: what else has been told is older.
      const isTold = isOwn && sequenceOf(since) <= sequenceOf(latest);
      return { kind: 'lost', reason: isTold ? 'evicted' : 'unknown' };
    },
    latest: () => latest,
    count: () => cut + turns.length,
    readAny(number: number) {
      trim();
      const turn = turns[number - cut];
      if (turn !== undefined) return readShelf(turn.shelf, turn.number);
      return number < cut ? 'evicted' : 'none';
    },
  });
}

function sequenceOf(position: string): number {
  return readPosition(position)?.sequence ?? -1;
}

function readShelf({ records, gone, first }: Shelf, number: number): Read {
  return number < first ? 'evicted' : (records[number - first + gone] ?? 'none');
}
