// A change of the catalog → CloudEvents, each serialised once for everybody who gets it.

import type { Change, Snapshot } from '../catalog.ts';
import { changesJson } from './changes.ts';
import { type EventContext, type EventData, type EventName, eventType } from './event-frames.ts';

/** An event; `head` is its JSON text up to its last member, `data.subscriptions`. */
export type FeedEvent = Readonly<{ name: EventName; table: string; head: Buffer }>;

/** What an event says. `changes` is JSON text already. */
type Draft = {
  [Name in EventName]: Readonly<{ name: Name; data: EventData<Name>; changes?: string | null }>;
}[EventName];

/** The table that a change concerns. */
export function tableOf(change: Change): string {
  return change.kind === 'removed' ? change.previous.name : change.entry.name;
}

/**
 * Makes the events of a change, in the order in which they are told.
 * @param snapshot the moment after the change; its tag makes the events' ids, so that equal changes have equal ids
 * @param time when the change was seen
 * @param changeBytes more of `changes` is not told
 */
export function eventsOf(change: Change, snapshot: Snapshot, time: Date, changeBytes: number): FeedEvent[] {
  const table = tableOf(change);
  return draftsOf(change, changeBytes).map(({ name, data, changes }) => {
    // Several files of one name may be rejected in one swap.
    const detail = change.kind === 'rejected' ? `.${change.entry.path}` : '';
    const context: EventContext = {
      specversion: '1.0',
      id: `${snapshot.tag}.${name}${detail}`,
      source: `/api/${encodeURIComponent(table.toWellFormed())}`,
      type: eventType(name),
      subject: table,
      time: time.toISOString(),
      datacontenttype: 'application/json',
    };
    const told = typeof changes === 'string' ? `"changes":${changes},` : '';
    const head = `${open(context)}"data":${open(data)}${told}"subscriptions":`;
    return Object.freeze({ name, table, head: Buffer.from(head) });
  });
}

/** An event's frame for the subscriptions with these ids. */
export function frameOf(event: FeedEvent, subscriptions: readonly string[]): Buffer {
  return Buffer.concat([event.head, Buffer.from(`${JSON.stringify(subscriptions)}}}`)]);
}

/** An object's JSON text, open for one more member. */
function open(object: object): string {
  return `${JSON.stringify(object).slice(0, -1)},`;
}

function draftsOf(change: Change, changeBytes: number): readonly Draft[] {
  switch (change.kind) {
    case 'added': {
      const { name, table, position } = change.entry;
      return [
        { name: 'added', data: { table: name, version: table.version, position, rows: table.rowCount } },
      ];
    }
    case 'changed':
      return [...schemaDrafts(change), changedDraft(change, changeBytes)];
    case 'removed': {
      const { name, table } = change.previous;
      return [
        { name: 'removed', data: { table: name, previous: table?.version ?? '', position: change.position } },
      ];
    }
    case 'rejected': {
      const { code, reason, line } = change.rejection;
      const data = { table: change.entry.name, path: change.entry.path, code, reason };
      return [{ name: 'rejected', data: line === undefined ? data : { ...data, line } }];
    }
    case 'recovered': {
      const { name, table, position } = change.entry;
      return [{ name: 'recovered', data: { table: name, version: table.version, position } }];
    }
  }
}

type Changed = Change & { kind: 'changed' };

function schemaDrafts({ entry, previous, diff }: Changed): readonly Draft[] {
  if (!diff.isSchemaChanged) return [];
  const data = { table: entry.name, schema: entry.table.schema, previousSchema: previous.table.schema };
  return [{ name: 'schemaChanged', data }];
}

function changedDraft({ entry, previous, diff }: Changed, changeBytes: number): Draft {
  const changes =
    diff.truncated === null ? changesJson(diff, previous.table, entry.table, changeBytes) : null;
  return {
    name: 'changed',
    changes,
    data: {
      table: entry.name,
      version: entry.table.version,
      previous: previous.table.version,
      position: entry.position,
      rows: entry.table.rowCount,
      counts: diff.counts,
      ...(diff.isReordered ? { reordered: true } : {}),
      ...(changes === null ? { truncated: true, reason: diff.truncated ?? 'size' } : {}),
    },
  };
}
