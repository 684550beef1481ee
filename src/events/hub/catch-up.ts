// What a subscription has missed → its frames, in order, up to the moment in which nothing is left.

import type { EventLog } from '../history/log.ts';
import type { EventRecord } from '../history/record.ts';
import type { Sent } from '../transport/outlet.ts';

/** One frame, or null where a record does not concern the view. When it ends, nothing is left at that very moment. */
export type Missed = Generator<Sent | null, void>;

/** How the frames of one subscription are made. */
export type Writer = Readonly<{
  frame: (record: EventRecord) => Sent | null;
  /** Says that the log has lost what was still to be sent: the rows are to be read again, at `position` or later. */
  lost: (table: string, position: string | null) => Sent;
}>;

/**
 * Reads on in one table's history until there is no more.
 * @param next the number of the first record
 * @param present tells where the table stands now
 */
export function* missedOf(
  log: EventLog,
  table: string,
  next: number,
  writer: Writer,
  present: () => string | null,
): Missed {
  for (let at = next; ; ) {
    const record = log.read(table, at);
    if (record === 'none') return;
    if (record === 'evicted') {
      at = log.end(table);
      yield writer.lost(table, present());
    } else {
      at++;
      yield writer.frame(record);
    }
  }
}

/** Reads a stretch of one table's history. @param position where the table stood at its end */
export function* stretchOf(
  log: EventLog,
  table: string,
  [next, end]: readonly [number, number],
  writer: Writer,
  position: string | null,
): Missed {
  for (let at = next; at < end; at++) {
    const record = log.read(table, at);
    if (record === 'none') return;
    if (record === 'evicted') return void (yield writer.lost(table, position));
    yield writer.frame(record);
  }
}

/**
 * Reads on in the history of all tables until there is no more.
 * @param next the number of the first record, of all
 * @param present tells where each table stands now
 */
export function* missedOfAll(
  log: EventLog,
  next: number,
  writer: Writer,
  present: () => readonly (readonly [table: string, position: string])[],
): Missed {
  for (let at = next; ; ) {
    const record = log.readAny(at);
    if (record === 'none') return;
    if (record === 'evicted') {
      at = log.count();
      for (const [table, position] of present()) yield writer.lost(table, position);
    } else {
      at++;
      yield writer.frame(record);
    }
  }
}
