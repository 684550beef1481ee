// What a client of the feed holds who folds what it is told, and every way in which that could be wrong.

import { execute, rowAt } from '../../src/query/execute.ts';
import { type Planned, planRequest, planSearch } from '../../src/query/plan.ts';
import { parseRequest } from '../../src/query/request.ts';
import { type Column, physicalText, valueAt } from '../../src/table/column.ts';
import { rowKey, type Table } from '../../src/table/table.ts';
import type { Frame } from './feed-client.ts';

/** Every version that a table ever had. */
export type Versions = (table: string, version: string) => Table;

/** What is followed, as a subscribe frame says it. `events` null: all of them. */
export type Wanted = Readonly<{
  table: string;
  where?: object;
  query?: string;
  fields?: readonly string[];
  events: readonly string[] | null;
  changes: 'rows' | 'counts';
}>;

/** A row as it is told: its key and itself, as JSON. */
type Told = Readonly<{ key: string; row: string }>;
/** Where a table stands for a follower, and its rows; null where the filter means nothing to this version. */
type Held = { position: string; version: string; rows: readonly Told[] | null };
/** What a follower held after an event: it may come back from there. */
export type Bookmark = Readonly<{ since: string; held: ReadonlyMap<string, Held> }>;

const NAME = /^rowcast\.table\.(\w+)$/;
const REASONS = ['evicted', 'unknown', 'removed'];

/** The rows of a version as somebody sees them who follows it; null: the filter means nothing to it. */
export function seenRows(wanted: Wanted, table: Table): readonly Told[] | null {
  const plan = planOf(wanted, table);
  if (plan.kind === 'problem') return null;
  const selection = execute(plan.plan, table);
  const { fields, isPhysical } = plan.plan;
  const columns = fields ?? [...table.columns.keys()];
  const read: (column: Column, row: number) => unknown = isPhysical ? physicalText : valueAt;
  return Array.from({ length: selection.count }, (_, place) => {
    const row = rowAt(selection, place);
    const cells = columns.map((at) => [
      table.schema.fields[at]?.name,
      read(table.columns[at] as Column, row),
    ]);
    return { key: JSON.stringify(rowKey(table, row)), row: rowText(Object.fromEntries(cells)) };
  });
}

function planOf({ where, query, fields }: Wanted, { schema }: Table): Planned {
  if (query === undefined) return planSearch({ ...(where && { where }), ...(fields && { fields }) }, schema);
  const parsed = parseRequest(query);
  if (parsed.kind === 'problem') return parsed;
  return planRequest(
    fields === undefined ? parsed.request : [...parsed.request, ['_fields', fields.join(',')]],
    schema,
  );
}

function rowText(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(rows: readonly Told[] | null, isByKey: boolean): string {
  const texts = rows?.map(({ key, row }) => (isByKey ? `${key} ${row}` : row)).sort();
  return texts === undefined ? 'no rows to read' : texts.join('\n');
}

const hasFilter = ({ where, query }: Wanted) => where !== undefined || (query ?? '') !== '';

/** Folds one subscription; throws where what it is told is not true. */
export class Follower {
  readonly id: string | number;
  readonly wanted: Wanted;
  readonly #versions: Versions;
  #held = new Map<string, Held>();
  #seen = new Set<string>();
  /** The rows of a snapshot that is not whole yet, by table. */
  #parts = new Map<string, Told[]>();
  #awaitsSnapshot = false;
  /** The schema that was announced, by table: a `changed` must come next. */
  #announced = new Set<string>();
  /** Where it may come back from, oldest first. */
  readonly bookmarks: Bookmark[] = [];
  /** What was told: of each kind how often. */
  readonly tally = new Map<string, number>();

  constructor(id: string | number, wanted: Wanted, versions: Versions) {
    this.id = id;
    this.wanted = wanted;
    this.#versions = versions;
  }

  get isOfAll(): boolean {
    return this.wanted.table === '*';
  }

  /** Whether it sees all rows with all fields. */
  get #isWhole(): boolean {
    return !hasFilter(this.wanted) && this.wanted.fields === undefined;
  }

  /** Whether it is told enough to hold rows. */
  get folds(): boolean {
    return this.wanted.events === null;
  }

  /** Begins at a moment: the rows of a position are read. */
  readAt(table: string, position: string | null): void {
    this.#parts.delete(table);
    this.#announced.delete(table);
    if (position === null) this.#held.delete(table);
    else {
      const version = versionOf(position);
      this.#held.set(table, { position, version, rows: this.#seenAt(table, version) });
    }
  }

  /** Goes back to what was held earlier, as a client does that was away since. */
  goBack(bookmark: Bookmark): void {
    this.#held = new Map([...bookmark.held].map(([table, held]) => [table, { ...held }]));
    this.#seen.clear();
    this.#parts.clear();
    this.#announced.clear();
    this.bookmarks.length = 0;
  }

  bookmark(since: string): void {
    this.bookmarks.push({ since, held: new Map([...this.#held].map(([name, held]) => [name, { ...held }])) });
  }

  /** The positions held, as the `since` of a subscription to all tables. */
  positions(): Record<string, string> {
    return Object.fromEntries([...this.#held].map(([table, { position }]) => [table, position]));
  }

  /** Takes the reply to a subscribe frame. */
  subscribed(
    frame: Frame,
    asked: Readonly<{ since: boolean; snapshot: boolean; mustRecover: boolean }>,
  ): void {
    const tables: Frame[] = this.isOfAll ? frame.tables : [frame];
    const isKnown = (table: string) => this.#held.has(table);
    let recovered = asked.since;
    for (const { table, position, version, recovered: is, reason } of tables) {
      if (position !== null) expectSame('the version of a position', versionOf(position), version);
      const isSince = asked.since && (!this.isOfAll || isKnown(table));
      if (isSince && is === false) {
        if (!REASONS.includes(reason)) throw new Error(`no such reason: ${reason}`);
        if (asked.mustRecover) throw new Error(`not recovered (${reason}), though all is kept`);
        recovered = false;
        this.count(`lost: ${reason}`);
      }
      if (isSince && is === undefined) throw new Error('recovered is not said');
      if (isSince && is === true) this.count('recovered');
      else this.readAt(table, position);
    }
    if (this.isOfAll && asked.since) {
      // A table that is gone and is not spoken of is told by its removal.
      expectSame('recovered of all', frame.recovered, recovered);
    }
    this.#awaitsSnapshot = asked.snapshot && !recovered && tables.some(({ position }) => position !== null);
  }

  /** Takes one part of a snapshot. */
  snapshot(frame: Frame): void {
    const { table, version, position, part, last, rows, keys } = frame;
    if (!this.#awaitsSnapshot) throw new Error('a snapshot that nobody awaits');
    const parts = this.#parts.get(table) ?? [];
    if ((part === 0) !== !this.#parts.has(table)) throw new Error(`part ${part} out of order`);
    rows.forEach((row: Frame, at: number) => {
      parts.push({ key: JSON.stringify(keys[at]), row: rowText(row) });
    });
    this.#parts.set(table, parts);
    if (!last) return;
    this.#parts.delete(table);
    if (!this.isOfAll) this.#awaitsSnapshot = false;
    const told = JSON.stringify(parts);
    expectSame('the snapshot', told, JSON.stringify(this.#seenAt(table, version)));
    this.#held.set(table, { position, version, rows: parts });
    this.count('snapshot');
  }

  /** Takes the word that changes were dropped. */
  resync({ table, position, reason }: Frame): void {
    this.readAt(table, position);
    this.count(`resync: ${reason}`);
  }

  /** Takes an event. */
  event(frame: Frame): void {
    const name = NAME.exec(frame.type)?.[1] ?? '';
    const { table } = frame.data;
    const { events } = this.wanted;
    this.count(name);
    if (events !== null && !events.includes(name)) throw new Error(`nobody asked for ${name}`);
    if (!this.isOfAll && table !== this.wanted.table) throw new Error(`nobody asked for ${table}`);
    expectSame('the subject', frame.subject, table);
    if (this.#seen.has(frame.id)) throw new Error(`${frame.id} came twice`);
    this.#seen.add(frame.id);
    if (!this.isOfAll && this.#awaitsSnapshot) throw new Error('an event before the snapshot');
    this.#inOrder(name, frame);
    if (this.folds) this.#fold(name, frame);
    else this.#move(name, frame);
    if (name !== 'schemaChanged') this.#announced.delete(table);
    this.bookmark(frame.id);
  }

  #inOrder(name: string, { data, id }: Frame): void {
    const held = this.#held.get(data.table);
    const position = name === 'schemaChanged' ? id : data.position;
    if (held === undefined || name === 'rejected' || name === 'recovered') return;
    const [before, now] = [sequenceOf(held.position), sequenceOf(position)];
    const isSameRun = held.position.split('.')[0] === position.split('.')[0];
    if (isSameRun && now <= before) throw new Error(`sequence ${now} after ${before}`);
  }

  /** Follows the positions alone. */
  #move(name: string, { data }: Frame): void {
    if (name === 'removed') this.#held.delete(data.table);
    else if (name === 'added' || name === 'changed')
      this.#held.set(data.table, { position: data.position, version: data.version, rows: null });
  }

  #fold(name: string, { data, id }: Frame): void {
    const { table } = data;
    const held = this.#held.get(table);
    if (this.#announced.has(table) && name !== 'changed') throw new Error(`${name} after schemaChanged`);
    if (name === 'rejected') return;
    if (name === 'added') {
      if (held !== undefined) throw new Error(`${table} was added, and was there`);
      expectSame('the rows of added', data.rows, this.#versions(table, data.version).rowCount);
      this.readAt(table, data.position);
      return;
    }
    if (held === undefined) throw new Error(`${name} of ${table}, which is not there (${id})`);
    if (name === 'recovered') {
      this.#agree(held, table, data.version, 'where it recovered');
      return;
    }
    if (name === 'schemaChanged') {
      // Where not all of a table is seen, nothing that is seen may have changed.
      if (this.#isWhole) this.#announced.add(table);
      return;
    }
    this.#agree(held, table, data.previous, `before ${name}`);
    if (name === 'removed') this.#held.delete(table);
    else this.#change(held, data);
  }

  /** Whether what is held is what a version has; without a filter it must be that very version. */
  #agree(held: Held, table: string, version: string, when: string): void {
    const isWhole = this.#isWhole;
    if (isWhole) expectSame(`${when}, the version held`, held.version, version);
    const at = this.#versions(table, version);
    const isByKey = at.key.mode === 'field' || isWhole;
    expectSame(
      `${when}, the rows held`,
      sorted(held.rows, isByKey),
      sorted(this.#seenAt(table, version), isByKey),
    );
  }

  #change(held: Held, data: Frame): void {
    const { table, version, position } = data;
    const next = this.#versions(table, version);
    const rows = this.#seenAt(table, version);
    expectSame('rows', data.rows, next.rowCount);
    const total = Object.values<number>(data.counts).reduce((sum, count) => sum + count, 0);
    if (!this.#isWhole && total === 0 && !data.truncated && !data.reordered)
      throw new Error('an event of nothing');
    this.count(data.truncated ? `truncated: ${data.reason}` : 'folded');
    const isReadAgain = data.truncated || data.changes === undefined;
    if (!data.truncated) expectSame('changes', data.changes !== undefined, this.wanted.changes === 'rows');
    if (isReadAgain || (data.reordered && next.key.mode !== 'field')) {
      this.#held.set(table, { position, version, rows });
      return;
    }
    countsAgree(data);
    for (const { op } of data.changes) this.count(op);
    const isByNumber = next.key.mode !== 'field' && !hasFilter(this.wanted);
    const folded =
      next.key.mode === 'field'
        ? foldByKey(held.rows ?? [], data.changes)
        : isByNumber
          ? foldByNumber(held.rows ?? [], data.changes)
          : foldByContent(held.rows ?? [], data.changes);
    const [told, there] = isByNumber
      ? [folded.map(({ row }) => row).join('\n'), rows?.map(({ row }) => row).join('\n')]
      : [sorted(folded, next.key.mode === 'field'), sorted(rows, next.key.mode === 'field')];
    expectSame('the rows folded', told, there);
    this.#held.set(table, { position, version, rows });
  }

  /** Throws unless it holds what there is now. @param position null: there is no such table */
  isUpToDate(table: string, position: string | null): void {
    if (this.#parts.size > 0 || (this.#awaitsSnapshot && !this.isOfAll))
      throw new Error('the snapshot is not whole');
    if (this.#announced.size > 0) throw new Error('schemaChanged was told, changed was not');
    if (!this.folds) return;
    const held = this.#held.get(table);
    if ((held === undefined) !== (position === null))
      throw new Error(`there: ${position}, held: ${held?.position}`);
    if (held !== undefined) this.#agree(held, table, versionOf(position as string), 'now');
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  #seenAt(table: string, version: string): readonly Told[] | null {
    return seenRows(this.wanted, this.#versions(table, version));
  }
}

export function versionOf(position: string): string {
  return position.split('.')[2] as string;
}

function sequenceOf(position: string): number {
  return Number(position.split('.')[1]);
}

function expectSame(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${found}\nand not: ${expected}`);
}

type ToldChange = Readonly<{ op: string; key: unknown; row: Record<string, unknown>; changed?: string[] }>;

function countsAgree({ counts, changes }: { counts: Record<string, number>; changes: ToldChange[] }): void {
  const names = { insert: 'inserted', update: 'updated', delete: 'deleted', enter: 'entered', leave: 'left' };
  for (const [op, name] of Object.entries(names)) {
    expectSame(name, counts[name] ?? 0, changes.filter((change) => change.op === op).length);
  }
}

function foldByKey(rows: readonly Told[], changes: readonly ToldChange[]): readonly Told[] {
  const held = new Map(rows.map(({ key, row }) => [key, row]));
  for (const { op, key: value, row, changed } of changes) {
    const key = JSON.stringify(value);
    const old = held.get(key);
    const isNew = op === 'insert' || op === 'enter';
    if (isNew !== (old === undefined)) throw new Error(`${op} of ${key}, held: ${old}`);
    if (op === 'delete') expectSame('the row of a delete', rowText(row), old);
    if (op === 'update') {
      // Texts may differ of which the values are the same: 1.5 and 1.50.
      const missing = differing(old as string, row).filter((name) => changed?.includes(name) !== true);
      expectSame('what changed leaves out', missing.join(), '');
    }
    if (op === 'delete' || op === 'leave') held.delete(key);
    else held.set(key, rowText(row));
  }
  return [...held].map(([key, row]) => ({ key, row }));
}

/** The fields that differ. */
function differing(old: string, row: Readonly<Record<string, unknown>>): string[] {
  const before = new Map<string, unknown>(JSON.parse(old));
  return Object.keys(row).filter((name) => before.get(name) !== row[name]);
}

/** Deletes from high to low, then inserts from low to high, at their numbers. */
function foldByNumber(rows: readonly Told[], changes: readonly ToldChange[]): readonly Told[] {
  const held = [...rows];
  let last = Number.POSITIVE_INFINITY;
  let isInserting = false;
  for (const { op, key, row } of changes) {
    const number = key as number;
    if (op === 'insert' && !isInserting) [isInserting, last] = [true, 0];
    if (isInserting ? number <= last : number >= last) throw new Error(`${op} of ${number} after ${last}`);
    last = number;
    if (op === 'delete') {
      expectSame('the row of a delete', rowText(row), held[number - 1]?.row);
      held.splice(number - 1, 1);
    } else if (op === 'insert') held.splice(number - 1, 0, { key: '', row: rowText(row) });
    else throw new Error(`${op} without a key`);
  }
  return held;
}

/** With a filter the numbers are those of rows that are not seen: rows are told apart by what they say. */
function foldByContent(rows: readonly Told[], changes: readonly ToldChange[]): readonly Told[] {
  const held = [...rows];
  for (const { op, row } of changes) {
    const text = rowText(row);
    const at = held.findIndex((each) => each.row === text);
    if (op === 'insert') held.push({ key: '', row: text });
    else if (op !== 'delete') throw new Error(`${op} without a key`);
    else if (at === -1) throw new Error(`a row that is not held is deleted: ${text}`);
    else held.splice(at, 1);
  }
  return held;
}
