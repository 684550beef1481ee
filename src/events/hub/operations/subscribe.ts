// subscribe → a subscription, what it missed or the rows there are, and then every event that it is for.

import { nearest, type Problem } from '../../../problem.ts';
import { EVERYTHING } from '../../../query/plan.ts';
import { quote } from '../../frames/client-frame.ts';
import type { Subscribe } from '../../frames/client-frames.ts';
import type { EventName } from '../../frames/event-frames.ts';
import type { StandsAt } from '../../frames/frames.ts';
import { EVERYTHING_WISH, type Wish } from '../../view/filter.ts';
import { type View, viewOf } from '../../view/view.ts';
import { ALL, type Member } from '../subscription.ts';
import { planWish, type Start, startOf } from '../wanted.ts';
import { type Answer, type Desk, refuse } from './operation.ts';

/** Checks everything before anything is changed. The first that is good replaces what the URL implied. */
export function subscribe(desk: Desk, member: Member, frame: Subscribe): Answer {
  return refuseOneMore(desk, member, frame) ?? (frame.table === ALL ? toAll : toOne)(desk, member, frame);
}

function refuseOneMore({ limits, following }: Desk, member: Member, { id }: Subscribe): Answer | null {
  const asked = member.subscriptions.filter(({ isImplied }) => !isImplied);
  if (asked.some((subscription) => subscription.id === id)) {
    return refuse('subscription-exists', `This socket has a subscription with the id ${quote(id)} already.`);
  }
  const { subscriptionsPerSocket, subscriptions } = limits;
  if (asked.length >= subscriptionsPerSocket)
    return refuse('too-many-requests', `A socket has at most ${subscriptionsPerSocket} subscriptions.`);
  if (following.count() >= subscriptions)
    return refuse('too-many-requests', `All ${subscriptions} subscriptions of the server are taken.`);
  return null;
}

function toOne(desk: Desk, member: Member, frame: Subscribe): Answer {
  const { table, since } = frame;
  if (since !== undefined && typeof since !== 'string')
    return refuse('invalid-frame', 'The member since is an object: for one table it has to be a position.');
  if (frame.where !== undefined && frame.query !== undefined)
    return refuse('invalid-query', 'Give the conditions as where or as query, not as both.');
  const { tables } = desk.catalog.current();
  const entry = tables.get(table);
  if (entry === undefined && since === undefined)
    return refuse('unknown-table', `There is no table ${quote(table)}.`, nearest(table, tables.keys()));
  const wish = wishOf(frame);
  const planned = planWish(wish, entry);
  if (planned.kind === 'problem') return refuseProblem(planned.problem);
  const { plan, canonical } = planned;
  const start = startOf({
    ...desk,
    id: frame.id,
    table,
    entry,
    plan,
    since,
    hasSnapshot: frame.snapshot === true,
  });
  if (start === null) return refuseSnapshot(desk, table);
  const view = viewOf(wish, canonical, eventsOf(frame), changesOf(frame));
  const begun = begin(desk, member, frame, view, [start]);
  return { reply: { type: 'subscribed', ...start.standing }, ...begun };
}

function toAll(desk: Desk, member: Member, frame: Subscribe): Answer {
  const filters = (['where', 'query', 'fields'] as const).filter((name) => frame[name] !== undefined);
  if (filters.length > 0)
    return refuse(
      'invalid-query',
      `A subscription to all tables has no ${filters[0]}: a filter needs one table.`,
    );
  const { since: asked } = frame;
  const located = typeof asked === 'string' ? desk.log.locateAny(asked) : null;
  if (located?.kind === 'recovered') return toAllFrom(desk, member, frame, located.next);
  const since = typeof asked === 'object' ? new Map(Object.entries(asked as Positions)) : null;
  const { tables } = desk.catalog.current();
  const names = [...tables.values()].flatMap(({ name, table }) => (table === null ? [] : [name]));
  const gone = [...(since?.keys() ?? [])].filter((name) => tables.get(name)?.table == null);
  const starts: Start[] = [];
  for (const table of [...names, ...gone]) {
    const start = startOf({
      ...desk,
      id: frame.id,
      table,
      entry: tables.get(table),
      plan: EVERYTHING,
      since: since?.get(table),
      hasSnapshot: frame.snapshot === true,
    });
    if (start === null) return refuseSnapshot(desk, table);
    starts.push(start);
  }
  const lost = located === null ? {} : { recovered: false, reason: located.reason };
  const standing = starts.map((start) => ({ ...start.standing, ...lost }));
  const begun = begin(desk, member, frame, viewOfAll(frame), starts);
  const recovered = located === null && standing.every((each) => each.recovered !== false);
  const told = asked === undefined ? {} : { recovered };
  return { reply: replyToAll(desk, standing, told), ...begun };
}

/** Goes on from one moment of all tables: what is missing follows in the order in which it happened. */
function toAllFrom(desk: Desk, member: Member, frame: Subscribe, next: number): Answer {
  const standing = [...desk.catalog.current().tables.values()].flatMap(({ name, table, position }) =>
    table === null ? [] : [{ table: name, version: table.version, position, recovered: true }],
  );
  const before = { kind: 'records', table: ALL, next } as const;
  const begun = begin(desk, member, frame, viewOfAll(frame), [{ before }]);
  return { reply: replyToAll(desk, standing, { recovered: true }), ...begun };
}

function viewOfAll(frame: Subscribe): View {
  return viewOf(EVERYTHING_WISH, '', eventsOf(frame), changesOf(frame));
}

function replyToAll(
  { log }: Desk,
  tables: readonly StandsAt[],
  recovered: Readonly<{ recovered?: boolean }>,
): Answer['reply'] {
  return { type: 'subscribed', table: ALL, position: log.latest(), tables, ...recovered };
}

type Positions = Readonly<Record<string, string>>;

/** Makes the subscription. It is live at once, unless there is something to send before. */
function begin(
  { following }: Desk,
  member: Member,
  { id, table }: Subscribe,
  view: View,
  starts: readonly Pick<Start, 'before'>[],
): Pick<Answer, 'whenTold'> {
  const replaced = member.subscriptions.filter(({ isImplied }) => isImplied);
  const subscription = following.add(member, { id, table, view, isImplied: false });
  following.end(member, replaced);
  const before = starts.flatMap((start) => start.before ?? []);
  if (before.length > 0) return { whenTold: following.prepare(subscription, before) };
  following.goLive(subscription);
  return {};
}

/** Half a surrogate pair cannot stand in a URL, nor in UTF-8. */
function wishOf({ where, query, fields }: Subscribe): Wish {
  return {
    ...(where === undefined ? {} : { where }),
    ...(query === undefined ? {} : { query: query.toWellFormed() }),
    ...(fields === undefined ? {} : { fields: fields.map((name) => name.toWellFormed()) }),
  };
}

/** The names of the events, with or without what all their types begin with. */
function eventsOf({ events }: Subscribe): readonly EventName[] | null {
  return events?.map((name) => name.slice(name.lastIndexOf('.') + 1) as EventName) ?? null;
}

function changesOf({ changes }: Subscribe): View['changes'] {
  return changes ?? 'rows';
}

function refuseProblem({ code, detail, errors }: Problem): Answer {
  const first = errors?.[0];
  return refuse(code, first?.message ?? detail, first?.nearest);
}

function refuseSnapshot({ limits }: Desk, table: string): Answer {
  return refuse(
    'content-too-large',
    `A snapshot of ${quote(table)} has more than ${limits.snapshotRows} rows: read it over HTTP, then subscribe with the position of that answer as since.`,
  );
}
