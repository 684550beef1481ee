// What a subscription wants to see, and a record → the event's frame, the same for everybody who wants the same.

import { type EventContext, type EventData, type EventName, eventType } from '../frames/event-frames.ts';
import type { EventRecord, RowsChanged } from '../history/record.ts';
import { changesJson } from './changes.ts';
import { isEverything, planFilter, type Wish } from './filter.ts';
import { type Plans, select } from './select.ts';

/** One way to see the events of a table. */
export type View = Readonly<{
  wish: Wish;
  /** The query of the URL that is followed, as it is the event's source. */
  canonical: string;
  /** null: all of them. */
  events: ReadonlySet<EventName> | null;
  changes: 'rows' | 'counts';
  /** Equal keys: equal views of one table. */
  key: string;
}>;

/** What a client calls a subscription. */
export type SubscriptionId = string | number;

/**
 * Makes a view. Two that are equal are told the same, also when the schema changes: then two spellings of one filter
 * may come to mean different things (`1.0` and `1` are one number and two texts), so the spelling is part of the key.
 */
export function viewOf(
  wish: Wish,
  canonical: string,
  events: readonly EventName[] | null,
  changes: 'rows' | 'counts',
): View {
  const names = events === null ? null : [...new Set(events)].sort();
  const { where = null, query = null, fields } = wish;
  const spelling = isEverything(wish) ? null : [canonical, where, query, fields?.toSorted() ?? null];
  return Object.freeze({
    wish,
    canonical,
    events: names === null ? null : new Set(names),
    changes,
    key: JSON.stringify([names, changes, spelling]),
  });
}

/**
 * The JSON text of the event up to `data.subscriptions`, its last member.
 * @param changeBytes more of `changes` is not told: the event says that it is truncated
 * @returns null: the event is not for this view
 */
export function frameHead(record: EventRecord, view: View, changeBytes: number): Buffer | null {
  const { id, name, table, time, data, rows } = record;
  if (view.events !== null && !view.events.has(name)) return null;
  const told = rows === null ? '' : changesOf(rows, view, changeBytes);
  if (told === null) return null;
  const path = `/api/${encodeURIComponent(table.toWellFormed())}`;
  const context: EventContext = {
    specversion: '1.0',
    id,
    source: view.canonical === '' ? path : `${path}?${view.canonical}`,
    type: eventType(name),
    subject: table,
    time,
    datacontenttype: 'application/json',
  };
  return Buffer.from(`${open(context)}"data":${open(data)}${told}"subscriptions":`);
}

/** An event's frame for the subscriptions with these ids. */
export function frameOf(head: Buffer, ids: readonly SubscriptionId[]): Buffer {
  return Buffer.concat([head, Buffer.from(`${JSON.stringify(ids)}}}`)]);
}

/** An object's JSON text, open for one more member. */
function open(object: object): string {
  return `${JSON.stringify(object).slice(0, -1)},`;
}

/** What the data of `changed` says to one view: members as JSON text, each with a comma behind it. */
type Told = Pick<EventData<'changed'>, 'counts' | 'reordered' | 'truncated' | 'reason'>;

function changesOf(rows: RowsChanged, view: View, changeBytes: number): string | null {
  const { truncated, counts, isReordered } = rows;
  const reordered = isReordered ? ({ reordered: true } as const) : {};
  const plans = truncated === null ? plansOf(rows, view.wish) : null;
  if (plans === null) {
    return open({
      counts,
      ...reordered,
      truncated: true,
      reason: truncated ?? 'schema',
    } satisfies Told).slice(1);
  }
  const selected = select(rows, plans);
  if (selected.changes.length === 0 && !isReordered && !selected.isWhole) return null;
  const told: Told = { counts: selected.counts, ...reordered };
  if (view.changes === 'counts') return open(told).slice(1);
  const changes = changesJson(selected.changes, rows, plans, changeBytes);
  if (changes === null) return open({ ...told, truncated: true, reason: 'size' } satisfies Told).slice(1);
  return `${open(told).slice(1)}"changes":${changes},`;
}

/** The plans of what is asked for, before and after; null where one of the schemas does not know a name or value. */
function plansOf({ before, after }: RowsChanged, wish: Wish): Plans | null {
  const planned = planFilter(wish, before.schema);
  const next = planFilter(wish, after.schema);
  if (planned.kind === 'problem' || next.kind === 'problem') return null;
  return { before: planned.filter.plan, after: next.filter.plan };
}
