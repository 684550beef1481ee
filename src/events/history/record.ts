// A change of the catalog → what is kept of each of its events, whoever is told.

import type { Change, Snapshot } from '../../catalog.ts';
import type { EventData, EventName } from '../frames/event-frames.ts';
import { type RowsChanged, rowsChanged, sizeOf } from './rows-changed.ts';

export type { RowsChanged, Step } from './rows-changed.ts';

/** One event. It holds on to no table but the small ones. */
export type EventRecord = Readonly<{
  /** Of `added`, `changed` and `removed` the position that they lead to. */
  id: string;
  name: EventName;
  table: string;
  /** RFC 3339. */
  time: string;
  /** Where the table stands after the event; null: it never could be read. */
  position: string | null;
  /** Where it stood before; null: nowhere. */
  previousPosition: string | null;
  /** What every view is told, in order. What depends on the view (counts, changes, truncation) is not in it. */
  data: Readonly<Record<string, unknown>>;
  /** Of `changed` only. */
  rows: RowsChanged | null;
  /** About what it holds in memory. */
  bytes: number;
}>;

/** About what a record takes beside its data and rows. */
const RECORD_BYTES = 1024;

/** How many events have been told that lead to no position of their own: makes their ids unique. */
let told = 0;

/** What differs from one event to the next. */
type Draft = Omit<EventRecord, 'table' | 'time' | 'bytes' | 'rows'> & Partial<Pick<EventRecord, 'rows'>>;

/**
 * Makes the records of a change, in the order in which they are told.
 * @param snapshot the moment after the change
 * @param time when it was seen
 */
export function recordsOf(change: Change, snapshot: Snapshot, time: Date): EventRecord[] {
  const table = change.kind === 'removed' ? change.previous.name : change.entry.name;
  return draftsOf(change, snapshot).map((draft) => {
    const rows = draft.rows ?? null;
    const bytes = RECORD_BYTES + JSON.stringify(draft.data).length + (rows === null ? 0 : sizeOf(rows));
    return Object.freeze({ ...draft, table, time: time.toISOString(), rows, bytes });
  });
}

function draftsOf(change: Change, snapshot: Snapshot): readonly Draft[] {
  switch (change.kind) {
    case 'added': {
      const { name, table, position } = change.entry;
      const data: EventData<'added'> = {
        table: name,
        version: table.version,
        position: position as string,
        rows: table.rowCount,
      };
      return [{ id: data.position, name: 'added', position, previousPosition: null, data }];
    }
    case 'changed':
      return [...schemaDrafts(change), changedDraft(change)];
    case 'removed': {
      const { name, table, position: previousPosition } = change.previous;
      const { position } = change;
      const data: EventData<'removed'> = { table: name, previous: table?.version ?? '', position };
      return [{ id: position, name: 'removed', position, previousPosition, data }];
    }
    case 'rejected': {
      const { code, reason, line } = change.rejection;
      const { name, path } = change.entry;
      const data: EventData<'rejected'> = {
        table: name,
        path,
        code,
        reason,
        ...(line === undefined ? {} : { line }),
      };
      return [standing('rejected', snapshot.tables.get(name)?.position ?? null, snapshot, data)];
    }
    case 'recovered': {
      const { name, table, position } = change.entry;
      const data: EventData<'recovered'> = {
        table: name,
        version: table.version,
        position: position as string,
      };
      return [standing('recovered', position, snapshot, data)];
    }
  }
}

/** An event that leaves the table where it stands. */
function standing(
  name: 'rejected' | 'recovered',
  position: string | null,
  { tag }: Snapshot,
  data: EventRecord['data'],
): Draft {
  return { id: `${position ?? tag}.${name}.${++told}`, name, position, previousPosition: position, data };
}

type Changed = Change & { kind: 'changed' };

/** It stands before `changed`, so the table has not moved yet: whoever goes on from here is told of the rows. */
function schemaDrafts({ entry, previous, diff }: Changed): readonly Draft[] {
  if (!diff.isSchemaChanged) return [];
  const data: EventData<'schemaChanged'> = {
    table: entry.name,
    schema: entry.table.schema,
    previousSchema: previous.table.schema,
  };
  const { position } = previous;
  const id = `${entry.position}.schemaChanged`;
  return [{ id, name: 'schemaChanged', position, previousPosition: position, data }];
}

function changedDraft({ entry, previous, diff }: Changed): Draft {
  const position = entry.position as string;
  const data: Omit<EventData<'changed'>, 'counts'> = {
    table: entry.name,
    version: entry.table.version,
    previous: previous.table.version,
    position,
    rows: entry.table.rowCount,
  };
  const rows = rowsChanged(diff, previous.table, entry.table);
  return { id: position, name: 'changed', position, previousPosition: previous.position, data, rows };
}
