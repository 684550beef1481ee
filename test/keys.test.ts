// Keys of several fields: chosen, written in URLs and back, compared, followed; and declared foreign keys.
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { live } from '../src/client/client.ts';
import { findRelations, finish, foreignKeysOf } from '../src/query/relations.ts';
import { diffTables } from '../src/table/diff.ts';
import { chooseKey } from '../src/table/key.ts';
import { keyText } from '../src/table/key-text.ts';
import { pickRows } from '../src/table/pick-rows.ts';
import type { ForeignKey } from '../src/table/schema.ts';
import { findRow, rowKey, type Table, tableOf } from '../src/table/table.ts';
import { appOn, type TestApp } from './support/app.ts';
import { connectFeed } from './support/feed-client.ts';

/** A table as if a person had declared its key and its foreign keys. */
function declared(
  header: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  primaryKey: readonly string[],
  foreignKeys: readonly ForeignKey[] = [],
): Table {
  const table = tableOf(header, rows);
  const key = chooseKey(table.schema.fields, table.columns, table.rowCount, primaryKey);
  return { ...table, key, schema: { ...table.schema, primaryKey: key.fields, foreignKeys } };
}

const ROWS = [
  ['2024', 'FR', '10'],
  ['2024', 'DE', '20'],
  ['2023', 'FR', '30'],
] as const;
const sales = declared(['year', 'country', 'sum'], ROWS, ['year', 'country']);

describe('a declared key', () => {
  test('of several fields identifies the rows', () => {
    expect(sales.key).toMatchObject({ mode: 'field', fields: ['year', 'country'] });
    expect(rowKey(sales, 1)).toEqual([2024, 'DE']);
    expect(ROWS.map((_, row) => findRow(sales, keyText(rowKey(sales, row))))).toEqual([0, 1, 2]);
  });

  const others: [declared: string[], rows: (string | null)[][], fields: string[]][] = [
    [
      ['year', 'country'],
      [
        ['1', 'a', 'x'],
        ['1', 'a', 'y'],
      ],
      [],
    ],
    [
      ['year', 'country'],
      [
        ['1', null, 'x'],
        ['1', 'a', 'y'],
      ],
      [],
    ],
    [
      ['year', 'missing'],
      [
        ['1', 'a', 'x'],
        ['2', 'a', 'y'],
      ],
      ['year'],
    ],
    [
      ['year', 'year'],
      [
        ['1', 'a', 'x'],
        ['2', 'a', 'y'],
      ],
      ['year'],
    ],
    [
      ['sum'],
      [
        ['1', 'a', 'x'],
        ['2', 'a', 'y'],
      ],
      ['sum'],
    ],
    [
      ['country', 'year'],
      [
        ['1', 'a', 'x'],
        ['2', 'a', 'y'],
      ],
      ['country', 'year'],
    ],
    [
      [],
      [
        ['1', 'a', 'x'],
        ['2', 'a', 'y'],
      ],
      ['year'],
    ],
  ];
  test.for(others)('%j of %j is %j', ([wanted, rows, fields]) => {
    expect(declared(['year', 'country', 'sum'], rows, wanted).key.fields).toEqual(fields);
  });

  test('may be one of booleans', () => {
    const table = declared(
      ['on', 'n'],
      [
        ['true', '1'],
        ['false', '2'],
      ],
      ['on'],
    );
    expect(['true', 'false', 'TRUE', '1'].map((text) => findRow(table, text))).toEqual([0, 1, -1, -1]);
  });
});

describe('the text of a key', () => {
  const cases: [key: (string | number | boolean)[], text: string][] = [
    [[2024, 'FR'], '2024,FR'],
    [['a,b', 'c'], 'a%2Cb,c'],
    [['a', 'b,c'], 'a,b%2Cc'],
    [['50%', '%2C'], '50%25,%252C'],
    [['', ''], ','],
    [['\\', true, -1.5], '\\,true,-1.5'],
  ];
  test.for(cases)('%j is %s', ([key, text]) => {
    expect(keyText(key)).toBe(text);
    const table = declared(
      key.map((_, at) => `f${at}`),
      [key.map(String)],
      key.map((_, at) => `f${at}`),
    );
    expect(findRow(table, text)).toBe(table.rowCount === 1 && table.key.mode === 'field' ? 0 : -1);
  });

  const none = [
    '2024',
    '2024,FR,',
    '2024, FR',
    '02024,FR',
    '2024.0,FR',
    ',FR',
    '2024,%46R',
    '2024,FR%',
    '1',
    '',
  ];
  test.for(none)('%j is no key', (text) => {
    expect(findRow(sales, text)).toBe(-1);
  });

  test('finds the row of any texts', () => {
    const part = fc.string({ unit: fc.constantFrom('a', ',', '%', '2', 'C', '5', '\\', '/', 'é', ' ') });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(part, part), { selector: (row) => JSON.stringify(row) }),
        (rows) => {
          const table = declared(
            ['a', 'b'],
            rows.map(([a, b]) => [`x${a}`, `x${b}`]),
            ['a', 'b'],
          );
          for (const row of rows.keys()) expect(findRow(table, keyText(rowKey(table, row)))).toBe(row);
        },
      ),
    );
  });
});

describe('two versions', () => {
  const next = (rows: readonly (readonly string[])[], primaryKey = ['year', 'country']) =>
    diffTables(sales, declared(['year', 'country', 'sum'], rows, primaryKey));
  const cases: [name: string, rows: string[][], expected: object][] = [
    [
      'an update',
      [
        ['2024', 'FR', '11'],
        ['2024', 'DE', '20'],
        ['2023', 'FR', '30'],
      ],
      {
        counts: { inserted: 0, updated: 1, deleted: 0 },
        changes: [{ op: 'update', row: 0, previousRow: 0, changed: ['sum'] }],
      },
    ],
    [
      'another key',
      [
        ['2024', 'FR', '10'],
        ['2024', 'IT', '20'],
        ['2023', 'FR', '30'],
      ],
      {
        counts: { inserted: 1, updated: 0, deleted: 1 },
        changes: [
          { op: 'delete', previousRow: 1 },
          { op: 'insert', row: 1 },
        ],
      },
    ],
    [
      'another order',
      [
        ['2023', 'FR', '30'],
        ['2024', 'FR', '10'],
        ['2024', 'DE', '20'],
      ],
      { isReordered: true, changes: [] },
    ],
  ];
  test.for(cases)('%s', ([, rows, expected]) => {
    expect(next(rows)).toMatchObject({ truncated: null, ...expected });
  });

  test('with other key fields are not compared row by row', () => {
    expect(next(ROWS, ['country', 'year']).truncated).toBe('key');
    expect(next(ROWS, ['sum']).truncated).toBe('key');
  });

  test('a copy of some rows has their keys', () => {
    const picked = pickRows(sales, [2, 0]);
    expect([0, 1].map((row) => rowKey(picked, row))).toEqual([
      [2023, 'FR'],
      [2024, 'FR'],
    ]);
    expect(findRow(picked, '2024,FR')).toBe(1);
  });
});

describe('declared foreign keys', () => {
  const to = (fields: string[], resource: string, there: string[]): ForeignKey => ({
    fields,
    reference: { resource, fields: there },
  });
  const countries = tableOf(
    ['id', 'code'],
    [
      ['1', 'FR'],
      ['2', 'DE'],
      ['3', null],
    ],
  );
  const tables = (from: Table) =>
    new Map<string, Table>([
      ['countries', countries],
      ['sales', sales],
      ['from', from],
    ]);
  const relationsOf = (from: Table) => findRelations(tables(from)).get('from') ?? [];
  const faultsOf = (from: Table) => finish(foreignKeysOf(tables(from), 'from')).faults;

  test('refer to any unique fields', () => {
    const from = declared(
      ['id', 'land'],
      [
        ['7', 'DE'],
        ['8', null],
      ],
      ['id'],
      [to(['land'], 'countries', ['code'])],
    );
    expect(relationsOf(from)).toMatchObject([
      {
        kind: 'parent',
        name: 'countries',
        table: 'countries',
        columns: [1],
        otherColumns: [1],
        isDeclared: true,
      },
    ]);
    expect(faultsOf(from)).toEqual([]);
    expect(finish(foreignKeysOf(tables(from), 'from')).foreignKeys).toEqual([
      to(['land'], 'countries', ['code']),
    ]);
  });

  test('refer to several fields', () => {
    const key = to(['land', 'y'], 'sales', ['country', 'year']);
    const from = declared(
      ['id', 'y', 'land'],
      [
        ['7', '2024', 'DE'],
        ['8', '2023', null],
      ],
      ['id'],
      [key],
    );
    expect(relationsOf(from)).toMatchObject([{ kind: 'parent', columns: [2, 1], otherColumns: [1, 0] }]);
    const children = findRelations(tables(from)).get('sales');
    expect(children).toMatchObject([
      { kind: 'children', name: 'from', columns: [1, 0], otherColumns: [2, 1] },
    ]);
  });

  test('refer to their own table', () => {
    const from = declared(
      ['id', 'boss'],
      [
        ['1', null],
        ['2', '1'],
      ],
      ['id'],
      [to(['boss'], '', ['id'])],
    );
    expect(relationsOf(from).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'parent from',
      'children from.boss',
    ]);
    expect(finish(foreignKeysOf(tables(from), 'from')).foreignKeys).toEqual([to(['boss'], '', ['id'])]);
  });

  test('come before what names would say', () => {
    const from = declared(
      ['id', 'country_id'],
      [
        ['1', '2'],
        ['2', '1'],
      ],
      ['id'],
      [to(['country_id'], 'countries', ['id'])],
    );
    expect(relationsOf(from)).toMatchObject([{ name: 'country', isDeclared: true }]);
  });

  const broken: [key: ForeignKey, fault: RegExp, count: number][] = [
    [to(['land'], 'nowhere', ['code']), /refers to "nowhere", and there is no such table now\.$/, 0],
    [to(['land'], 'countries', ['nope']), /has no such field\.$/, 0],
    [to(['nope'], 'countries', ['code']), /a field that the table does not have\.$/, 0],
    [to(['land'], 'sales', ['country']), /does not tell the rows there apart/, 0],
    [to(['land'], 'countries', ['id']), /whose values are of another type\.$/, 0],
    [to(['land', 'id'], 'countries', ['code']), /as many fields here as there\.$/, 0],
    [
      to(['land'], 'countries', ['code']),
      /^The foreign key "land": 1 row has a value .* the first is row 2\.$/,
      1,
    ],
  ];
  test.for(broken)('%j is told', ([key, fault, count]) => {
    const from = declared(
      ['id', 'land'],
      [
        ['7', 'DE'],
        ['8', 'XX'],
      ],
      ['id'],
      [key],
    );
    expect(faultsOf(from)).toEqual([expect.stringMatching(fault)]);
    expect(relationsOf(from)).toHaveLength(count);
  });
});

describe('over HTTP', () => {
  const PACKAGE = {
    resources: [
      {
        name: 'sales',
        path: 'sales.csv',
        schema: {
          fields: [{ name: 'year' }, { name: 'country' }, { name: 'sum' }],
          primaryKey: ['year', 'country'],
          foreignKeys: [{ fields: 'country', reference: { resource: 'lands', fields: 'code' } }],
        },
      },
      { name: 'lands', path: 'lands.csv' },
      {
        name: 'notes',
        path: 'notes.csv',
        schema: {
          fields: [{ name: 'id' }, { name: 'y' }, { name: 'c' }, { name: 'reply' }],
          foreignKeys: [
            { fields: ['y', 'c'], reference: { resource: 'sales', fields: ['year', 'country'] } },
            { fields: ['reply'], reference: { resource: '', fields: ['id'] } },
          ],
        },
      },
    ],
  };
  let served: TestApp;
  beforeAll(async () => {
    served = await appOn({
      'sales.csv': 'year,country,sum\n2024,FR,1\n2024,"D,E",2\n2023,FR,3\n',
      'lands.csv': 'id,code,name\n1,FR,France\n2,"D,E",Both\n3,,None\n',
      'notes.csv': 'id,y,c,reply\n1,2024,FR,\n2,2024,FR,1\n3,2020,FR,9\n',
      'datapackage.json': JSON.stringify(PACKAGE),
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  const get = async (url: string) => {
    const answer = await served.inject(url);
    expect(answer.statusCode, answer.payload).toBe(200);
    return answer.json();
  };

  test('the key is listed', async () => {
    expect((await get('/tables/sales')).key).toEqual({ mode: 'field', fields: ['year', 'country'] });
  });

  test('a row is found by the texts of its values', async () => {
    expect(await get('/api/sales/2023,FR')).toEqual({ year: 2023, country: 'FR', sum: 3 });
    expect(await get('/api/sales/2023%2CFR')).toEqual({ year: 2023, country: 'FR', sum: 3 });
    expect(await get('/api/sales/2024,D%252CE')).toEqual({ year: 2024, country: 'D,E', sum: 2 });
  });

  test.for(['2023', 'FR,2023', '2024,D%2CE', '02023,FR'])('%s is no row', async (key) => {
    const answer = await served.inject(`/api/sales/${key}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toContain('the values of "year", "country", in this order');
  });

  test('foreign keys are embedded, and listed', async () => {
    expect((await get('/api/sales?_embed=lands')).map((row: { lands: object }) => row.lands)).toEqual([
      { id: 1, code: 'FR', name: 'France' },
      { id: 2, code: 'D,E', name: 'Both' },
      { id: 1, code: 'FR', name: 'France' },
    ]);
    expect(await get('/api/lands/1/sales')).toEqual(await get('/api/sales?country=FR'));
    expect(await get('/api/lands/3/sales')).toEqual([]);
    expect((await get('/tables/sales')).schema.foreignKeys).toEqual([
      { fields: ['country'], reference: { resource: 'lands', fields: ['code'] } },
    ]);
  });

  test('several fields together too', async () => {
    expect(await get('/api/sales/2024,FR/notes?_fields=id')).toEqual([{ id: 1 }, { id: 2 }]);
    const [first, , third] = await get('/api/notes?_embed=sales');
    expect([first.sales, third.sales]).toEqual([{ year: 2024, country: 'FR', sum: 1 }, null]);
    const { relations, brokenForeignKeys } = await get('/tables/notes');
    expect(relations[0]).toMatchObject({
      name: 'sales',
      fields: ['y', 'c'],
      otherFields: ['year', 'country'],
    });
    expect(brokenForeignKeys).toEqual([
      expect.stringMatching(/^The foreign key "y", "c": 1 row has a value/),
      expect.stringMatching(/^The foreign key "reply": 1 row has a value/),
    ]);
  });

  test('a table that refers to itself', async () => {
    expect(await get('/api/notes/1/notes.reply?_fields=id')).toEqual([{ id: 2 }]);
  });

  test('OpenAPI has the key as one text', async () => {
    const { paths } = await get('/openapi.json');
    const [key] = paths['/api/sales/{key}'].get.parameters;
    expect(key).toMatchObject({ name: 'key', example: '2024,FR', schema: { type: 'string' } });
  });

  test('changes carry arrays, on the feed, in a snapshot and to who asks', async () => {
    const url = await served.listen();
    await using feed = await connectFeed(`${url.replace('http', 'ws')}/ws?table=`);
    expect((await feed.next()).type).toBe('hello');
    feed.send({ op: 'subscribe', id: 1, table: 'sales', snapshot: true });
    expect(await feed.next()).toMatchObject({ type: 'subscribed' });
    expect(await feed.next()).toMatchObject({
      type: 'snapshot',
      primaryKey: ['year', 'country'],
      keys: [
        [2024, 'FR'],
        [2024, 'D,E'],
        [2023, 'FR'],
      ],
    });
    const held = live(url, { table: 'sales', fields: ['sum'] });
    await held.ready;
    const before = (await served.inject('/api/sales')).headers['table-position'];
    await writeFile(served.at('sales.csv'), 'year,country,sum\n2024,FR,9\n2023,FR,3\n');
    await served.until(({ tables }) => tables.get('sales')?.table?.rowCount === 2);
    expect((await feed.next()).data.changes).toMatchObject([
      { op: 'delete', key: [2024, 'D,E'] },
      { op: 'update', key: [2024, 'FR'], changed: ['sum'] },
    ]);
    expect(await get(`/api/sales/_changes?since=${before}`)).toMatchObject({
      recovered: true,
      changed: [{ year: 2024, country: 'FR', sum: 9 }],
      deleted: [[2024, 'D,E']],
    });
    for await (const rows of held) {
      if (rows.size !== 2) continue;
      expect([...rows]).toEqual([
        ['[2024,"FR"]', { sum: 9 }],
        ['[2023,"FR"]', { sum: 3 }],
      ]);
      break;
    }
    held.close();
  });
});
