// What a view is told of each change: by cases, and by random histories that a naive client folds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Catalog, type Change, createCatalog, type Snapshot } from '../src/catalog.ts';
import { EVENTS } from '../src/events/frames/event-frames.ts';
import { type EventRecord, recordsOf } from '../src/events/history/record.ts';
import { EVERYTHING_WISH, planFilter, type Wish } from '../src/events/view/filter.ts';
import { frameHead, frameOf, type View, viewOf } from '../src/events/view/view.ts';
import { openViewIndex } from '../src/events/view/view-index.ts';
import { evaluate } from '../src/query/evaluate.ts';
import { NO_INDEXES } from '../src/query/indexes.ts';
import { type Column, isNull, physicalText, valueAt } from '../src/table/column.ts';
import type { FileFacts } from '../src/table/file-facts.ts';
import { pickRows } from '../src/table/pick-rows.ts';
import { fieldIndex, rowKey, type Table, tableOf } from '../src/table/table.ts';
import { history, wish as someWish } from './support/view-cases.ts';

type Data = {
  counts: Record<string, number>;
  changes?: { op: string; key: unknown; row: Record<string, unknown>; changed?: string[] }[];
  truncated?: true;
  reason?: string;
  reordered?: true;
  rows: number;
  [name: string]: unknown;
};
type Cells = readonly (readonly (string | null)[])[];

const TIME = new Date('2024-02-29T12:30:00Z');
const BYTES = 256 * 1024;

/** A catalog, and the records of what happens to it. */
function recorded(): { catalog: Catalog; load: (table: Table, name?: string) => EventRecord[] } {
  const catalog = createCatalog('epoch');
  let records: EventRecord[] = [];
  catalog.subscribe((change: Change, snapshot: Snapshot) => {
    records.push(...recordsOf(change, snapshot, TIME));
  });
  return {
    catalog,
    load(table, name = 't') {
      records = [];
      catalog.apply({ kind: 'loaded', name, path: `${name}.csv`, table, file: {} as FileFacts });
      return records;
    },
  };
}

/** The records of the step from one table to the next. */
function step(before: Table, after: Table): EventRecord[] {
  const { load } = recorded();
  load(before);
  return load(after);
}

function viewFor(wish: Wish, table: Table, changes: 'rows' | 'counts' = 'rows'): View {
  const planned = planFilter(wish, table.schema);
  if (planned.kind === 'problem') throw new Error(planned.problem.detail);
  return viewOf(wish, planned.filter.canonical, null, changes);
}

function dataOf(record: EventRecord, view: View): Data | null {
  const head = frameHead(record, view, BYTES);
  return head === null ? null : JSON.parse(frameOf(head, ['a']).toString()).data;
}

/** What a view is told of the rows. */
function told(before: Table, after: Table, wish: Wish, changes: 'rows' | 'counts' = 'rows'): Data | null {
  const record = step(before, after).find(({ name }) => name === 'changed') as EventRecord;
  return dataOf(record, viewFor(wish, before, changes));
}

const HEADER = ['id', 'type', 'n'];
const keyed = (...rows: Cells) => tableOf(HEADER, rows);
/** The last two rows are equal, so that no field is a key. */
const numbered = (...rows: Cells) => tableOf(['type', 'n'], [...rows, ['z', '0'], ['z', '0']]);

describe('an edit of a table with a key', () => {
  const before = keyed(['1', 'a', '1'], ['2', 'b', '2'], ['3', 'a', '3']);
  const isA: Wish = { where: { type: 'a' } };
  const row = (id: number, type: string, n: number) => ({ id, type, n });
  const cases: [name: string, after: Table, wish: Wish, changes: unknown][] = [
    [
      'a row that stays in the filter',
      keyed(['1', 'a', '9'], ['2', 'b', '2'], ['3', 'a', '3']),
      isA,
      [{ op: 'update', key: 1, row: row(1, 'a', 9), changed: ['n'] }],
    ],
    [
      'a row that stays out of the filter',
      keyed(['1', 'a', '1'], ['2', 'b', '9'], ['3', 'a', '3']),
      isA,
      null,
    ],
    [
      'a row that comes into the filter',
      keyed(['1', 'a', '1'], ['2', 'a', '2'], ['3', 'a', '3']),
      isA,
      [{ op: 'enter', key: 2, row: row(2, 'a', 2) }],
    ],
    [
      'a row that leaves the filter: as it is now',
      keyed(['1', 'c', '7'], ['2', 'b', '2'], ['3', 'a', '3']),
      isA,
      [{ op: 'leave', key: 1, row: row(1, 'c', 7) }],
    ],
    [
      'a row deleted within',
      keyed(['2', 'b', '2'], ['3', 'a', '3']),
      isA,
      [{ op: 'delete', key: 1, row: row(1, 'a', 1) }],
    ],
    ['a row deleted without', keyed(['1', 'a', '1'], ['3', 'a', '3']), isA, null],
    [
      'a row inserted within',
      keyed(['1', 'a', '1'], ['2', 'b', '2'], ['3', 'a', '3'], ['4', 'a', '4']),
      isA,
      [{ op: 'insert', key: 4, row: row(4, 'a', 4) }],
    ],
    [
      'a row inserted without',
      keyed(['1', 'a', '1'], ['2', 'b', '2'], ['3', 'a', '3'], ['4', 'b', '4']),
      isA,
      null,
    ],
    [
      'a field that is not seen',
      keyed(['1', 'a', '9'], ['2', 'b', '2'], ['3', 'a', '3']),
      { fields: ['id', 'type'] },
      null,
    ],
    [
      'of two fields the one that is seen',
      keyed(['1', 'c', '9'], ['2', 'b', '2'], ['3', 'a', '3']),
      { fields: ['type'] },
      [{ op: 'update', key: 1, row: { type: 'c' }, changed: ['type'] }],
    ],
    [
      'a filter on a field that is not seen',
      keyed(['1', 'a', '1'], ['2', 'b', '9'], ['3', 'a', '3']),
      { where: { n: { gt: 5 } }, fields: ['type'] },
      [{ op: 'enter', key: 2, row: { type: 'b' } }],
    ],
    [
      'a query of a URL',
      keyed(['1', 'b', '1'], ['2', 'b', '2'], ['3', 'a', '3']),
      { query: 'type=b&_fields=n' },
      [{ op: 'enter', key: 1, row: { n: 1 } }],
    ],
    [
      'cells as they stand in the file',
      keyed(['1', 'a', 'NA'], ['2', 'b', '2'], ['3', 'a', '3']),
      { query: '_types=string&id=1' },
      [{ op: 'update', key: 1, row: { id: '1', type: 'a', n: 'NA' }, changed: ['n'] }],
    ],
    [
      'words of a search',
      keyed(['1', 'Été', '1'], ['2', 'b', '2'], ['3', 'a', '3']),
      { query: '_q=ete' },
      [{ op: 'enter', key: 1, row: row(1, 'Été', 1) }],
    ],
    [
      'a search for nothing',
      keyed(['1', 'a', null], ['2', 'b', '2'], ['3', 'a', '3']),
      { where: { n: null } },
      [{ op: 'enter', key: 1, row: { id: 1, type: 'a', n: null } }],
    ],
  ];
  test.for(cases)('%s', ([, after, wish, changes]) => {
    expect(told(before, after, wish)?.changes ?? null).toEqual(changes);
  });

  const after = keyed(['1', 'b', '1'], ['2', 'a', '2'], ['4', 'a', '4'], ['5', 'b', '5']);
  const own = { inserted: 1, updated: 0, deleted: 1, entered: 1, left: 1 };

  test('counts what the view is told', () => {
    expect(told(before, after, isA)).toMatchObject({ rows: 4, counts: own });
    expect(told(before, after, {})?.counts).toEqual({ inserted: 2, updated: 2, deleted: 1 });
    expect(told(before, after, { fields: ['n'] })?.counts).toEqual({ inserted: 2, updated: 0, deleted: 1 });
  });

  test('may be told in numbers alone', () => {
    const data = told(before, after, isA, 'counts');
    expect(data?.counts).toEqual(own);
    expect(data).not.toHaveProperty('changes');
    expect(data).not.toHaveProperty('truncated');
    expect(told(before, keyed(['1', 'a', '1'], ['2', 'b', '9'], ['3', 'a', '3']), isA, 'counts')).toBeNull();
  });

  test('in which rows only change places is told to everybody', () => {
    const turned = keyed(['3', 'a', '3'], ['2', 'b', '2'], ['1', 'a', '1']);
    const none = { inserted: 0, updated: 0, deleted: 0 };
    expect(told(before, turned, {})).toMatchObject({ counts: none, reordered: true, changes: [] });
    expect(told(before, turned, isA)).toMatchObject({
      counts: { ...none, entered: 0, left: 0 },
      reordered: true,
    });
  });

  test('in which only columns change places is no change of rows', () => {
    const turned = tableOf(
      ['id', 'n', 'type'],
      [
        ['1', '1', 'a'],
        ['2', '2', 'b'],
        ['3', '3', 'a'],
      ],
    );
    expect(told(before, turned, {})).toMatchObject({ changes: [] });
    expect(told(before, turned, isA)).toBeNull();
  });

  test('after which the filter means nothing is truncated', () => {
    const words = keyed(['1', 'a', 'one'], ['2', 'b', '2'], ['3', 'a', '3']);
    expect(told(before, words, { where: { n: { gt: '1' } } })).toMatchObject({ changes: expect.anything() });
    const wish: Wish = { where: { n: { gt: 1 } } };
    const counts = { inserted: 0, updated: 3, deleted: 0 };
    expect(told(before, words, wish)).toMatchObject({ truncated: true, reason: 'schema', counts });
    expect(told(before, words, wish, 'counts')).toMatchObject({ truncated: true, reason: 'schema' });
    const wider = tableOf([...HEADER, 'x'], [['1', 'a', '1', 'y']]);
    expect(told(before, wider, isA)).toMatchObject({ truncated: true, reason: 'schema' });
  });

  test('that is too large for one view is told to another', () => {
    const large = keyed(['1', 'x'.repeat(BYTES), '1'], ['2', 'c', '2'], ['3', 'a', '3']);
    expect(told(before, large, {})).toMatchObject({ truncated: true, reason: 'size' });
    expect(told(before, large, { where: { type: 'c' } })?.changes).toHaveLength(1);
    expect(told(before, large, { fields: ['n'] })).toBeNull();
    expect(told(before, large, isA)).toMatchObject({ reason: 'size', counts: { left: 1 } });
  });
});

describe('an edit that writes the same value differently', () => {
  const before = keyed(['1', 'a', '1.5'], ['2', 'b', '2.5'], ['3', 'a', '3.5']);
  const after = keyed(['1', 'a', '1.50'], ['2', 'b', '2.5'], ['3', 'a', '3.5']);
  const update = { op: 'update', key: 1, changed: ['n'] };

  test('is told to those who see all, or the text of the file', () => {
    expect(told(before, after, {})?.changes).toMatchObject([{ ...update, row: { n: 1.5 } }]);
    const physical = told(before, after, { query: '_types=string&_fields=n' });
    expect(physical?.changes).toMatchObject([{ ...update, row: { n: '1.50' } }]);
  });

  test.for<Wish>([{ fields: ['id', 'n'] }, { where: { type: 'a' } }, { query: 'n__gt=1' }])(
    'is none for %j',
    (wish) => {
      expect(told(before, after, wish)).toBeNull();
    },
  );

  test('is none in a row without a key', () => {
    const was = tableOf(
      ['type', 'n'],
      [
        ['a', '1.5'],
        ['a', '1.5'],
        ['b', '2.5'],
      ],
    );
    const is = tableOf(
      ['type', 'n'],
      [
        ['a', '1.5'],
        ['a', '1.5'],
        ['b', '2.50'],
      ],
    );
    expect(told(was, is, { fields: ['n'] })).toBeNull();
    expect(told(was, is, {})?.changes).toHaveLength(2);
  });
});

describe('an edit of a table without a key', () => {
  const before = numbered(['a', '1'], ['a', '1'], ['b', '2']);
  const cases: [name: string, after: Table, wish: Wish, changes: unknown][] = [
    [
      'in place',
      numbered(['a', '1'], ['c', '1'], ['b', '2']),
      {},
      [
        { op: 'delete', key: 2, row: { type: 'a', n: 1 } },
        { op: 'insert', key: 2, row: { type: 'c', n: 1 } },
      ],
    ],
    [
      'in place, of a field that is not seen',
      numbered(['a', '1'], ['c', '1'], ['b', '2']),
      { fields: ['n'] },
      null,
    ],
    [
      'in place, into the filter, of a field that is not seen',
      numbered(['a', '1'], ['a', '1'], ['a', '2']),
      { where: { type: 'a' }, fields: ['n'] },
      [{ op: 'insert', key: 3, row: { n: 2 } }],
    ],
    [
      'that moves rows, of a field that is not seen',
      numbered(['c', '1'], ['a', '1']),
      { fields: ['n'] },
      [
        { op: 'delete', key: 3, row: { n: 2 } },
        { op: 'delete', key: 2, row: { n: 1 } },
        { op: 'insert', key: 1, row: { n: 1 } },
      ],
    ],
    [
      'with a filter',
      numbered(['a', '1'], ['a', '1'], ['d', '2']),
      { where: { type: { in: ['b', 'c'] } } },
      [{ op: 'delete', key: 3, row: { type: 'b', n: 2 } }],
    ],
  ];
  test.for(cases)('%s', ([, after, wish, changes]) => {
    expect(told(before, after, wish)?.changes ?? null).toEqual(changes);
  });
});

describe('a filter', () => {
  const { schema } = keyed(['1', 'a', '1']);
  test.for<[name: string, wish: Wish, canonical: string]>([
    ['of everything', {}, ''],
    ['of an empty tree', { where: {} }, ''],
    ['as a tree', { where: { type: 'a' } }, 'type=a'],
    ['as a query', { query: 'n__gt=1&type=a' }, 'type=a&n__gt=1'],
    ['with fields', { where: { type: 'a' }, fields: ['n', 'id'] }, 'type=a&_fields=id%2Cn'],
    ['as a query, with fields', { query: 'type=a', fields: ['n', 'id'] }, 'type=a&_fields=id%2Cn'],
    ['by an old name', { query: 'q=x' }, '_q=x'],
  ])('%s', ([, wish, canonical]) => {
    expect(planFilter(wish, schema)).toMatchObject({ kind: 'filter', filter: { canonical } });
  });

  test.for<[wish: Wish, places: string[]]>([
    [{ query: '_sort=n&type=a&_limit=3&_page=2&nix=1' }, ['_sort', '_limit', '_page', 'nix']],
    [{ query: '_order=asc&_start=2&_embed=x&_format=csv' }, ['_order', '_start', '_embed', '_format']],
    [{ where: { typo: 1, n: 'x' } }, ['/where/typo', '/where/n']],
    [{ fields: ['typo'] }, ['/fields']],
    [{ query: 'type=a', fields: ['typo'] }, ['_fields']],
    [{ where: 5 }, ['/where']],
  ])('is refused, all that is wrong at once: %j', ([wish, places]) => {
    const planned = planFilter(wish, schema);
    if (planned.kind !== 'problem') throw new Error('planned');
    expect(planned.problem.code).toBe('invalid-query');
    const found = planned.problem.errors?.map(({ parameter, pointer }) => parameter ?? pointer);
    expect(found?.toSorted()).toEqual(places.toSorted());
  });

  test('that two spell alike makes one view', () => {
    const view = (wish: Wish) => viewFor(wish, keyed(['1', 'a', '1'])).key;
    expect(view({ where: { type: 'a' }, fields: ['n', 'id'] })).toBe(
      view({ where: { type: 'a' }, fields: ['id', 'n'] }),
    );
    expect(view({ where: {} })).toBe(view({}));
    expect(view({ fields: HEADER })).not.toBe(view({}));
  });
});

describe('events', () => {
  test('have ids that lead back to where the table stands', () => {
    const { catalog, load } = recorded();
    const records: EventRecord[] = [];
    catalog.subscribe((change, snapshot) => records.push(...recordsOf(change, snapshot, TIME)));
    const position = () => catalog.current().tables.get('t')?.position as string;
    const reject = (reason: string) =>
      catalog.apply({ kind: 'rejected', name: 't', path: 't.csv', rejection: { code: reason, reason } });
    reject('early');
    const first = keyed(['1', 'a', '1']);
    load(first);
    const p1 = position();
    reject('x');
    load(first);
    reject('y');
    load(keyed(['1', 'a', 'word']));
    const p2 = position();
    catalog.apply({ kind: 'removed', name: 't' });
    const places = records.map(({ name, position, previousPosition }) => [name, previousPosition, position]);
    const last = records.at(-1)?.position;
    expect(places).toEqual([
      ['rejected', null, null],
      ['added', null, p1],
      ['rejected', p1, p1],
      ['recovered', p1, p1],
      ['rejected', p1, p1],
      ['recovered', p1, p1],
      ['schemaChanged', p1, p1],
      ['changed', p1, p2],
      ['removed', p2, last],
    ]);
    const ids = new Map(records.map(({ id, name }) => [id, name]));
    expect(ids.size).toBe(records.length);
    expect([p1, p2, `${p2}.schemaChanged`, last].map((id) => ids.get(id as string))).toEqual([
      'added',
      'changed',
      'schemaChanged',
      'removed',
    ]);
  });

  test('name the query that is followed, and end in the subscriptions', () => {
    const [record] = step(keyed(['1', 'a', '1']), keyed(['1', 'a', '2']));
    const view = viewFor({ where: { type: 'a' } }, keyed(['1', 'a', '1']));
    const head = frameHead(record as EventRecord, view, BYTES) as Buffer;
    const text = frameOf(head, ['x', 7]).toString();
    expect(JSON.parse(text)).toMatchObject({ source: '/api/t?type=a', data: { subscriptions: ['x', 7] } });
    expect(text.endsWith('"subscriptions":["x",7]}}')).toBe(true);
  });

  test('that a view does not ask for are not told', () => {
    const [record] = step(keyed(['1', 'a', '1']), keyed(['1', 'a', '2'])) as [EventRecord];
    const told = (...events: ('changed' | 'removed')[]) =>
      frameHead(record, viewOf(EVERYTHING_WISH, '', events, 'rows'), BYTES) !== null;
    expect([told('changed'), told('removed'), told('removed', 'changed'), told()]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('are described, those of presence too', () => {
    expect([...EVENTS.keys()]).toEqual(
      expect.arrayContaining(['rowcast.table.joined', 'rowcast.table.left']),
    );
  });

  test('of rows too large to keep are truncated, and cost nothing', () => {
    const huge = keyed(['1', 'x'.repeat(30_000_000), '1']);
    const [record] = step(keyed(['1', 'a', '1']), huge) as [EventRecord];
    expect(record.rows).toMatchObject({ truncated: 'size', steps: [], counts: { updated: 1 } });
    expect(record.bytes).toBeLessThan(10_000);
  });
});

describe('a naive client', () => {
  type Row = Record<string, unknown>;

  /** The rows of a table that a wish asks for, by key; null where it means nothing. */
  function wanted(table: Table, wish: Wish): Map<unknown, Row> | null {
    const planned = planFilter({ ...wish }, table.schema);
    if (planned.kind === 'problem') return null;
    const { plan } = planned.filter;
    const test = evaluate(plan, table, NO_INDEXES)?.test(table.rowCount) ?? (() => true);
    const rows = new Map<unknown, Row>();
    for (let row = 0; row < table.rowCount; row++) {
      if (test(row)) rows.set(rowKey(table, row), rowOf(table, row, wish, plan.isPhysical));
    }
    return rows;
  }

  function rowOf(table: Table, row: number, { fields }: Wish, isPhysical: boolean): Row {
    const names = table.schema.fields
      .map(({ name }) => name)
      .filter((name) => fields?.includes(name) ?? true);
    const read = isPhysical ? physicalText : valueAt;
    const cells = names.map((name) => [name, read(table.columns[fieldIndex(table, name)] as Column, row)]);
    return JSON.parse(JSON.stringify(Object.fromEntries(cells)));
  }

  /** Which of the fields that are seen differ between two rows. */
  function changedFields(before: Table, i: number, after: Table, j: number, wish: Wish): string[] {
    const { fields } = wish;
    const planned = planFilter({ ...wish }, after.schema);
    if (planned.kind === 'problem') throw new Error(planned.problem.detail);
    const { plan } = planned.filter;
    const isWhole = plan.fields === null && plan.where === null && plan.search.length === 0;
    const read = isWhole || plan.isPhysical ? physicalText : valueAt;
    return after.schema.fields.flatMap(({ name, type }, at) => {
      const was = fieldIndex(before, name);
      const [a, b] = [before.columns[was] as Column, after.columns[at] as Column];
      const isRetyped = before.schema.fields[was]?.type !== type && !(isNull(a, i) && isNull(b, j));
      const isOther = isRetyped || read(a, i) !== read(b, j);
      return isOther && (fields?.includes(name) ?? true) ? [name] : [];
    });
  }

  /** What has to be told of a table with a key, in any order. */
  function expectedChanges(before: Table, after: Table, wish: Wish): string[] {
    const [was, is] = [wanted(before, wish), wanted(after, wish)] as [Map<unknown, Row>, Map<unknown, Row>];
    const place = (table: Table) =>
      new Map(Array.from({ length: table.rowCount }, (_, row) => [rowKey(table, row), row]));
    const [old, now] = [place(before), place(after)];
    const isPhysical = wish.query?.includes('_types') ?? false;
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
      const [i, j] = [old.get(key), now.get(key)];
      if (i === undefined) return is.has(key) ? [JSON.stringify(['insert', key, is.get(key)])] : [];
      if (j === undefined) return was.has(key) ? [JSON.stringify(['delete', key, was.get(key)])] : [];
      const row = rowOf(after, j, wish, isPhysical);
      if (was.has(key) !== is.has(key)) return [JSON.stringify([is.has(key) ? 'enter' : 'leave', key, row])];
      const changed = is.has(key) ? changedFields(before, i, after, j, wish) : [];
      return changed.length === 0 ? [] : [JSON.stringify(['update', key, row, changed])];
    });
  }

  /** Applies changes to rows by key; throws where a change cannot be. */
  function foldKeyed(rows: Map<unknown, Row>, changes: NonNullable<Data['changes']>): Map<unknown, Row> {
    const next = new Map(rows);
    for (const { op, key, row } of changes) {
      const isNew = op === 'insert' || op === 'enter';
      if (next.has(key) === isNew) throw new Error(`${op} of ${key}`);
      if (op === 'delete' || op === 'leave') next.delete(key);
      else next.set(key, row);
    }
    return next;
  }

  /** Applies changes to rows that nothing but their content tells apart. */
  function foldNumbered(rows: readonly string[], changes: NonNullable<Data['changes']>): string[] {
    const next = [...rows];
    for (const { op, row } of changes) {
      const at = next.indexOf(JSON.stringify(row));
      if (op === 'insert') next.push(JSON.stringify(row));
      else if (op !== 'delete' || at === -1) throw new Error(`${op} of ${JSON.stringify(row)}`);
      else next.splice(at, 1);
    }
    return next;
  }

  /** By number, as the whole table is followed: deletes from high to low, then inserts from low to high. */
  function foldInOrder(rows: readonly Row[], changes: NonNullable<Data['changes']>): Row[] {
    const next = [...rows];
    for (const { op, key, row } of changes)
      next.splice((key as number) - 1, op === 'delete' ? 1 : 0, ...(op === 'delete' ? [] : [row]));
    return next;
  }

  const texts = (rows: Map<unknown, Row>) => [...rows.values()].map((row) => JSON.stringify(row));
  /** The members of rows of one kind, in one order. */
  const sorted = (rows: Map<unknown, Row>) =>
    new Map([...rows].map(([key, row]) => [key, Object.fromEntries(Object.entries(row).sort())]));

  test('holds the rows of every version, for whatever it asks', { timeout: 120_000 }, () => {
    const seen = new Map<string, number>();
    const count = (name: string) => void seen.set(name, (seen.get(name) ?? 0) + 1);
    const property = fc.property(
      history,
      fc.array(someWish, { minLength: 1, maxLength: 4 }),
      ({ versions }, wishes) => {
        const { load } = recorded();
        load(versions[0] as Table);
        const index = openViewIndex();
        const views = wishes.flatMap((wish, at) => {
          const planned = planFilter(wish, (versions[0] as Table).schema);
          if (planned.kind === 'problem') return [];
          const view = viewOf(wish, planned.filter.canonical, null, 'rows');
          if (at % 2 === 0) index.add(view);
          else index.add(view, (versions[0] as Table).schema);
          return [view];
        });
        for (let at = 1; at < versions.length; at++) {
          const [before, after] = versions.slice(at - 1, at + 1) as [Table, Table];
          const record = load(after).find(({ name }) => name === 'changed');
          if (record === undefined) {
            expect(after.version).toBe(before.version);
            continue;
          }
          const candidates = new Set(index.candidates(record));
          for (const view of views) {
            const { wish } = view;
            const data = dataOf(record, view);
            if (data !== null) expect(candidates.has(view)).toBe(true);
            count(candidates.has(view) ? 'candidate' : 'spared');
            const [was, is] = [wanted(before, wish), wanted(after, wish)];
            if (was === null || is === null) {
              const reason = record.rows?.truncated ?? 'schema';
              expect(data).toMatchObject({ truncated: true, reason });
              continue;
            }
            if (data?.truncated) {
              expect(record.rows?.truncated ?? 'none').toBe(data.reason);
              count('truncated');
              continue;
            }
            const changes = data?.changes ?? [];
            for (const { op } of changes) count(op);
            if (data === null) count('nothing');
            else if (JSON.stringify(before.schema) !== JSON.stringify(after.schema)) count('another schema');
            if (data?.reordered) count('reordered');
            const planned = planFilter(wish, after.schema);
            const canonical = planned.kind === 'filter' ? planned.filter.canonical : null;
            const isWhole = canonical === '' || canonical === '_types=string';
            if (data !== null && !isWhole)
              expect(changes.length + (data.reordered ? 1 : 0)).toBeGreaterThan(0);
            if (isWhole) expect(data).not.toBeNull();
            if (record.rows?.isKeyed) {
              expect(sorted(foldKeyed(was, changes))).toEqual(sorted(is));
              const told = changes.map(({ op, key, row, changed }) =>
                JSON.stringify(changed === undefined ? [op, key, row] : [op, key, row, changed]),
              );
              expect(told.sort()).toEqual(expectedChanges(before, after, wish).sort());
            } else {
              const bySort = (rows: Map<unknown, Row>) => texts(sorted(rows));
              const plain = changes.map((change) => ({
                ...change,
                row: Object.fromEntries(Object.entries(change.row).sort()),
              }));
              expect(foldNumbered(bySort(was), plain).sort()).toEqual(bySort(is).sort());
              if (
                isWhole &&
                !data?.reordered &&
                before.schema.fields.every(({ name }, i) => after.schema.fields[i]?.name === name)
              )
                expect(foldInOrder([...was.values()], changes)).toEqual([...is.values()]);
            }
          }
        }
      },
    );
    fc.assert(property, { numRuns: 1000 });
    const met = ['nothing', 'truncated', 'reordered', 'another schema', 'candidate', 'spared'];
    for (const name of ['insert', 'update', 'delete', 'enter', 'leave', ...met]) {
      expect(seen.get(name) ?? 0).toBeGreaterThan(20);
    }
  });

  test('sees the same cells in rows that are picked out', () => {
    const property = fc.property(history, fc.infiniteStream(fc.nat(1000)), ({ versions }, numbers) => {
      for (const table of versions) {
        const rows = [...new Set([...numbers.take(5)].map((n) => n % (table.rowCount || 1)))];
        const picked = pickRows(table, table.rowCount === 0 ? [] : rows);
        const cells = (from: Table, row: number) =>
          from.columns.map((column) => [column.kind, valueAt(column, row), physicalText(column, row)]);
        for (let at = 0; at < picked.rowCount; at++) {
          expect(cells(picked, at)).toEqual(cells(table, rows[at] as number));
          if (table.key.mode === 'field') expect(rowKey(picked, at)).toBe(rowKey(table, rows[at] as number));
        }
      }
    });
    fc.assert(property);
  });
});

describe('the index of views', () => {
  const many = 1000;
  const wide = (n: number) =>
    keyed(...Array.from({ length: 50 }, (_, i) => [String(i), `t${i}`, String(i === 0 ? n : i)]));
  const views = Array.from({ length: many }, (_, i) => viewFor({ where: { type: `t${i}` } }, wide(0)));

  test('finds those that want a value of the changed rows, and those that want none', () => {
    const index = openViewIndex();
    for (const view of views) index.add(view);
    const [record] = step(wide(0), wide(1000)) as [EventRecord];
    expect(index.candidates(record)).toEqual([views[0]]);
    const others = (
      [{}, { where: { n: { gt: 5 } } }, { where: { or: [{ id: 1 }, { n: 2 }] } }] as Wish[]
    ).map((wish) => viewFor(wish, wide(0)));
    const both = viewFor({ where: { and: [{ n: { gt: 3 } }, { type: { in: ['t0', 't1'] } }] } }, wide(0));
    const none = viewFor({ where: { type: 't0', n: { gt: 9999 } } }, wide(0));
    for (const view of [...others, both, none]) index.add(view, wide(0).schema);
    expect(new Set(index.candidates(record))).toEqual(new Set([views[0], ...others, both, none]));
    for (const view of [...others, both, views[0] as View]) index.remove(view);
    expect(index.candidates(record)).toEqual([none]);
  });

  test('follows a field to another type', () => {
    const words = (n: string) => keyed(['1', 'a', n], ['2', 'b', 'word']);
    const numbers = (n: string) => keyed(['1', 'a', n], ['2', 'b', '0.5']);
    const { load } = recorded();
    const view = viewFor({ query: 'n=1.0' }, numbers('2.5'));
    const index = openViewIndex();
    index.add(view, numbers('2.5').schema);
    const tell = (table: Table) =>
      load(table).map((record) =>
        index.candidates(record).map((each) => dataOf(record, each)?.changes?.map(({ op }) => op)),
      );
    load(numbers('2.5'));
    expect(tell(numbers('1'))).toEqual([[['enter']]]);
    expect(tell(words('1')).at(-1)).toEqual([['leave']]);
    expect(tell(words('1.0'))).toEqual([[['enter']]]);
    expect(tell(words('2'))).toEqual([[['leave']]]);
    expect(tell(words('3'))).toEqual([[]]);
  });

  test('costs what it finds; a frame costs a few microseconds', () => {
    const index = openViewIndex();
    for (const view of views) index.add(view, wide(0).schema);
    const [record] = step(wide(0), wide(1000)) as [EventRecord];
    const perCall = (action: () => unknown) => {
      const times = Array.from({ length: 20 }, () => {
        const start = performance.now();
        for (let i = 0; i < 200; i++) action();
        return ((performance.now() - start) * 1000) / 200;
      });
      return Math.min(...times);
    };
    const whole = viewFor({}, wide(0));
    const found = perCall(() => index.candidates(record));
    const head = perCall(() => frameHead(record, whole, BYTES));
    expect(found).toBeLessThan(50);
    expect(head).toBeLessThan(100);
  });
});
