// What a person declares of files, through the front door: types, constraints, keys, dialects, and how it is watched.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appOn, type TestApp } from './support/app.ts';
import { until } from './support/folder.ts';

type Row = Record<string, unknown>;

const json = (value: unknown) => JSON.stringify(value, null, 2);
const packageOf = (...resources: object[]) => json({ resources });
const rows = async (served: TestApp, url: string): Promise<Row[]> => (await served.inject(url)).json();
const described = async (served: TestApp, table: string) => (await served.inject(`/tables/${table}`)).json();
const diagnostics = async (served: TestApp, table: string): Promise<string[]> =>
  (await described(served, table)).diagnostics.map(
    ({ line, column, field, code }: Row) => `${line}:${column ?? '-'} ${field ?? '-'} ${code}`,
  );
const messages = async (served: TestApp, table: string): Promise<string[]> =>
  (await described(served, table)).diagnostics.map(({ message }: Row) => message);

/** Serves one file under one schema. */
const under = (csv: string, schema: object, more: object = {}): Promise<TestApp> =>
  appOn({ 'a.csv': csv, 'datapackage.json': packageOf({ name: 'a', path: 'a.csv', schema, ...more }) });

/** One column of cells under a declared field: its type, values and the lines of its diagnostics. */
async function column(cells: readonly string[], field: object, schema: object = {}) {
  await using served = await under(`n,v\n${cells.map((cell, index) => `${index},${cell}\n`).join('')}`, {
    fields: [{ name: 'n' }, { name: 'v', ...field }],
    ...schema,
  });
  const table = await described(served, 'a');
  const texts = await rows(served, '/api/a?_types=string');
  expect(texts.map(({ v }) => v)).toEqual(
    cells.map((cell) => (cell === '' ? null : cell.replace(/^"|"$/g, ''))),
  );
  return {
    type: table.schema.fields[1].type,
    values: (await rows(served, '/api/a')).map(({ v }) => v),
    faults: table.diagnostics.map(({ line, code }: Row) => `${line} ${code}`),
  };
}

describe('types', () => {
  const cases: [string, object, string[], string, unknown[], string[]][] = [
    ['string', { type: 'string' }, ['1', '02', ''], 'string', ['1', '02', null], []],
    [
      'string: email',
      { type: 'string', format: 'email' },
      ['a@b.fr', 'x'],
      'string',
      ['a@b.fr', 'x'],
      ['3 type-error'],
    ],
    [
      'integer',
      { type: 'integer' },
      ['007', '+5', '1.5', 'x'],
      'integer',
      [7, 5, null, null],
      ['4 type-error', '5 type-error'],
    ],
    ['integer: too large', { type: 'integer' }, ['9007199254740993'], 'integer', [null], ['2 type-error']],
    ['integer: groups', { type: 'integer', groupChar: ' ' }, ['1 234', '5'], 'integer', [1234, 5], []],
    [
      'integer: groups of three, or of two as in India',
      { type: 'integer', groupChar: ',' },
      ['"-1,234"', '"12,34,567"', '"1234,567"', '"1,5"', '"12,3456"', '",234"', '"1,,234"', '"1,234,"'],
      'integer',
      [-1234, 1234567, 1234567, null, null, null, null, null],
      ['5 type-error', '6 type-error', '7 type-error', '8 type-error', '9 type-error'],
    ],
    [
      'number: no groups behind the mark',
      { type: 'number', groupChar: ',' },
      ['"1,234.5"', '"1.5,234"', '"1.234,567"'],
      'number',
      [1234.5, null, null],
      ['3 type-error', '4 type-error'],
    ],
    [
      'number',
      { type: 'number' },
      ['1', '.5', '1e3', 'NaN'],
      'number',
      [1, 0.5, 1000, null],
      ['5 type-error'],
    ],
    [
      'number: decimal comma',
      { type: 'number', decimalChar: ',', groupChar: '.' },
      ['"1.234,50"', '"-2,5"'],
      'number',
      [1234.5, -2.5],
      [],
    ],
    ['number: percent', { type: 'number', bareNumber: false }, ['95 %', '-3%'], 'number', [95, -3], []],
    [
      'number: currency',
      { type: 'number', bareNumber: false, groupChar: ',' },
      ['"€1,234.50"', '-$5', '12 EUR'],
      'number',
      [1234.5, -5, 12],
      [],
    ],
    ['boolean', { type: 'boolean' }, ['1', 'false', 'yes'], 'boolean', [true, false, null], ['4 type-error']],
    [
      'boolean: words',
      { type: 'boolean', trueValues: ['ja'], falseValues: ['nein'] },
      ['ja', 'nein', 'ja'],
      'boolean',
      [true, false, true],
      [],
    ],
    ['date', { type: 'date' }, ['2024-02-29', '2023-02-29'], 'date', ['2024-02-29', null], ['3 type-error']],
    [
      'date: pattern',
      { type: 'date', format: '%d/%m/%Y' },
      ['03/04/2024', '31/04/2024'],
      'date',
      ['2024-04-03', null],
      ['3 type-error'],
    ],
    [
      'date: pattern, as it was written before version 1',
      { type: 'date', format: 'fmt:%d/%m/%Y' },
      ['03/04/2024', 'x'],
      'date',
      ['2024-04-03', null],
      ['3 type-error'],
    ],
    [
      'date: any',
      { type: 'date', format: 'any' },
      ['2024/04/03', '3 April 2024', '03/04/2024'],
      'date',
      ['2024-04-03', '2024-04-03', null],
      ['4 type-error'],
    ],
    [
      'datetime: pattern',
      { type: 'datetime', format: '%m/%d/%y %I:%M %p' },
      ['4/3/24 1:05 PM'],
      'datetime',
      ['2024-04-03T13:05:00'],
      [],
    ],
    ['time', { type: 'time' }, ['12:30:00', '25:00:00'], 'string', ['12:30:00', null], ['3 type-error']],
    ['year', { type: 'year' }, ['2024', '24'], 'integer', [2024, null], ['3 type-error']],
    [
      'yearmonth',
      { type: 'yearmonth' },
      ['2024-12', '2024-13'],
      'string',
      ['2024-12', null],
      ['3 type-error'],
    ],
    ['duration', { type: 'duration' }, ['P1Y2M', 'x'], 'string', ['P1Y2M', null], ['3 type-error']],
    ['list', { type: 'list' }, ['"a,b"', 'c'], 'string', ['a,b', 'c'], []],
    ['array', { type: 'array' }, ['[1]', 'x'], 'string', ['[1]', null], ['3 type-error']],
    [
      'geopoint',
      { type: 'geopoint' },
      ['"4.8, 45.7"', '"x"'],
      'string',
      ['4.8, 45.7', null],
      ['3 type-error'],
    ],
    [
      'date: a format that is not declared is found',
      { type: 'date' },
      ['31/01/2024', '01/02/2024'],
      'date',
      ['2024-01-31', '2024-02-01'],
      [],
    ],
    ['any', { type: 'any' }, ['1', '2'], 'integer', [1, 2], []],
    ['no type', { title: 'V' }, ['a', '2'], 'string', ['a', '2'], []],
    [
      'missing values',
      { type: 'integer', missingValues: ['', '-99'] },
      ['-99', '1', ''],
      'integer',
      [null, 1, null],
      [],
    ],
    ['missing values, no type', { missingValues: ['', 'none'] }, ['none', '1'], 'integer', [null, 1], []],
    [
      'empty text is no missing value',
      { type: 'string', missingValues: ['x'] },
      ['x', 'y'],
      'string',
      [null, 'y'],
      [],
    ],
    [
      'NA is an error unless declared',
      { type: 'integer' },
      ['NA', '1'],
      'integer',
      [null, 1],
      ['2 type-error'],
    ],
  ];
  test.each(cases)('%s', async (_name, field, cells, type, values, faults) => {
    expect(await column(cells, field)).toEqual({ type, values, faults });
  });

  test('marks of numbers that are not declared are found', async () => {
    await using served = await under('id;v\n1;1 234,5\n2;-7,25\n', {
      fields: [{ name: 'id' }, { name: 'v', type: 'number' }],
    });
    expect((await rows(served, '/api/a')).map(({ v }) => v)).toEqual([1234.5, -7.25]);
    expect((await described(served, 'a')).schema.fields[1]).toMatchObject({
      decimalChar: ',',
      groupChar: ' ',
    });
    expect(await diagnostics(served, 'a')).toEqual([]);
  });

  test('a long text where a number with its unit is declared takes no time', async () => {
    const long = `5${' x'.repeat(200_000)}1`;
    const began = performance.now();
    const found = await column([long, '5 %'], { type: 'number', bareNumber: false });
    expect(found).toMatchObject({ values: [null, 5], faults: ['2 type-error'] });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('missing values of the whole schema', async () => {
    expect(await column(['?', '1'], { type: 'integer' }, { missingValues: ['', '?'] })).toEqual({
      type: 'integer',
      values: [null, 1],
      faults: [],
    });
  });
});

describe('constraints', () => {
  const cases: [string, object, string[], string[]][] = [
    ['required', { constraints: { required: true } }, ['x', ''], ['3 constraint-error']],
    ['unique', { constraints: { unique: true } }, ['x', 'y', 'x'], ['4 constraint-error']],
    ['minimum', { type: 'integer', constraints: { minimum: 2 } }, ['2', '1'], ['3 constraint-error']],
    [
      'maximum of a date',
      { type: 'date', format: '%d/%m/%Y', constraints: { maximum: '31/12/2023' } },
      ['31/12/2023', '01/01/2024'],
      ['3 constraint-error'],
    ],
    [
      'minimum of datetimes with zones: moments',
      { type: 'datetime', constraints: { minimum: '2024-06-01T00:00:00Z' } },
      [
        '2024-06-01T01:00:00+02:00',
        '2024-05-31T23:00:00-02:00',
        '2024-06-01T00:00:00.0Z',
        '2024-05-01T00:00:00',
      ],
      ['2 constraint-error', '5 constraint-error'],
    ],
    [
      'exclusive maximum of datetimes with zones: parts of a second',
      { type: 'datetime', constraints: { exclusiveMaximum: '2024-06-01T02:00:00.5+02:00' } },
      ['2024-06-01T00:00:00.49Z', '2024-06-01T00:00:00.50Z', '2024-06-01T00:00:01Z'],
      ['3 constraint-error', '4 constraint-error'],
    ],
    [
      'exclusive bounds',
      { type: 'number', constraints: { exclusiveMinimum: 0, exclusiveMaximum: '1' } },
      ['0', '0.5', '1'],
      ['2 constraint-error', '4 constraint-error'],
    ],
    [
      'lengths',
      { type: 'string', constraints: { minLength: 2, maxLength: 3 } },
      ['é', 'abc', 'abcd'],
      ['2 constraint-error', '4 constraint-error'],
    ],
    [
      'pattern, of the whole cell',
      { type: 'string', constraints: { pattern: '[a-z]+' } },
      ['abc', 'abc1'],
      ['3 constraint-error'],
    ],
    [
      'pattern, as in XML Schema and Python',
      { type: 'string', constraints: { pattern: String.raw`(?P<first>[a-z\-]+)\-\d\\?` } },
      ['a-b-1', 'ab1'],
      ['3 constraint-error'],
    ],
    [
      'a date within others',
      { type: 'date', format: '%d/%m/%Y', constraints: { minimum: '2024-01-01', maximum: '31/12/2024' } },
      ['01/02/2024'],
      [],
    ],
    ['enum', { type: 'integer', constraints: { enum: [1, '2'] } }, ['1', '2', '3'], ['4 constraint-error']],
    [
      'categories',
      { type: 'string', categories: ['a', { value: 'b', label: 'Bee' }] },
      ['a', 'b', 'c'],
      ['4 constraint-error'],
    ],
  ];
  test.each(cases)('%s', async (_name, field, cells, faults) => {
    const found = await column(cells, field);
    expect(found.faults).toEqual(faults);
    expect(found.values.map((value) => (value === null ? '' : String(value)))).toHaveLength(cells.length);
  });

  test('a value that breaks one stays', async () => {
    expect((await column(['5'], { type: 'integer', constraints: { maximum: 1 } })).values).toEqual([5]);
  });

  test('diagnostics name the line, the column, the field, what was found and what belongs there', async () => {
    await using served = await under('id,t\n1,"a\nb"\n\nx,c\n', {
      fields: [{ name: 'id', type: 'integer' }, { name: 't' }],
    });
    expect((await described(served, 'a')).diagnostics).toEqual([
      {
        line: 5,
        column: 1,
        field: 'id',
        code: 'type-error',
        message: 'Field "id" has "x"; expected: a whole number within ±(2^53−1). The value is null.',
      },
    ]);
  });

  test('are capped, with the full count', async () => {
    await using served = await under(`v\n${'x\n'.repeat(1000)}`, {
      fields: [{ name: 'v', type: 'integer' }],
    });
    const { diagnostics: told, diagnosticCount } = await described(served, 'a');
    expect([told.length, told[99].line, diagnosticCount]).toEqual([100, 101, 1000]);
  });

  test('a pattern that takes for ever is given up, and told; the other files are served', async () => {
    await using served = await appOn({
      'a.csv': `v\nab\nb\n${'a'.repeat(40)}!\nb\n`,
      'b.csv': 'v\n1\n',
      'datapackage.json': packageOf({
        path: 'a.csv',
        schema: { fields: [{ name: 'v', constraints: { pattern: '(a+)+b?' } }] },
      }),
    });
    expect(await diagnostics(served, 'a')).toEqual(['3:1 v constraint-error', '4:1 v unchecked-pattern']);
    expect((await messages(served, 'a'))[1]).toContain('takes too long: from here on it is not checked.');
    expect([await rows(served, '/api/a'), await rows(served, '/api/b')]).toMatchObject([
      { length: 4 },
      [{ v: 1 }],
    ]);
  });

  test('uniqueKeys', async () => {
    await using served = await under('a,b\n1,x\n1,y\n1,x\n', {
      fields: [{ name: 'a' }, { name: 'b' }],
      uniqueKeys: [['a', 'b']],
    });
    expect(await diagnostics(served, 'a')).toEqual(['4:1 a constraint-error']);
  });
});

describe('what fields say', () => {
  test('comes back in /tables', async () => {
    await using served = await under(
      'id,day\n1,03/04/2024\n',
      {
        fields: [
          {
            name: 'id',
            title: 'Number',
            description: 'Of the order.',
            type: 'integer',
            constraints: { minimum: 1 },
          },
          { name: 'day', type: 'date', format: '%d/%m/%Y', categories: ['03/04/2024'] },
        ],
      },
      { title: 'Orders', description: 'All of them.' },
    );
    const table = await described(served, 'a');
    expect(table.schema.fields).toEqual([
      {
        name: 'id',
        type: 'integer',
        title: 'Number',
        description: 'Of the order.',
        constraints: { minimum: 1, required: true, unique: true },
        reason: 'declared as integer in datapackage.json',
      },
      {
        name: 'day',
        type: 'date',
        format: '%d/%m/%Y',
        categories: [{ value: '03/04/2024' }],
        reason: 'declared as date in datapackage.json',
      },
    ]);
    expect(table.diagnostics).toEqual([]);
  });

  test('is part of the version', async () => {
    const plain = await appOn({ 'a.csv': 'v\n1\n' });
    await using typed = await under('v\n1\n', { fields: [{ name: 'v', type: 'string' }] });
    expect((await described(typed, 'a')).version).not.toBe((await described(plain, 'a')).version);
    await plain[Symbol.asyncDispose]();
  });
});

test('/datapackage.json gives back what was declared', async () => {
  await using served = await under('id,v\n1,ja\n', {
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'v', type: 'boolean', trueValues: ['ja'], falseValues: ['nein'], title: 'V' },
    ],
  });
  const [resource] = (await served.inject('/datapackage.json')).json().resources;
  expect(resource.schema.fields[1]).toMatchObject({
    type: 'boolean',
    trueValues: ['ja'],
    falseValues: ['nein'],
    title: 'V',
  });
});

describe('fieldsMatch', () => {
  const fields = [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'string' },
  ];
  const cases: [string, string, string[], number][] = [
    ['exact', 'a,b\n1,2\n', ['a:string', 'b:string'], 0],
    ['exact', 'b,a\n1,2\n', ['b:string', 'a:string'], 1],
    ['exact', 'a,B\n1,2\n', ['a:string', 'b:string'], 1],
    ['exact', 'a,b,c\n1,2,3\n', ['a:string', 'b:string', 'c:integer'], 1],
    ['exact', 'a\n1\n', ['a:string'], 1],
    ['equal', 'b,a\n1,2\n', ['b:string', 'a:string'], 0],
    ['equal', 'a,c\n1,2\n', ['a:string', 'c:integer'], 2],
    ['subset', 'c,b,a\n1,2,3\n', ['c:integer', 'b:string', 'a:string'], 0],
    ['subset', 'a,c\n1,2\n', ['a:string', 'c:integer'], 1],
    ['superset', 'b\n1\n', ['b:string'], 0],
    ['superset', 'b,c\n1,2\n', ['b:string', 'c:integer'], 1],
    ['partial', 'c,b\n1,2\n', ['c:integer', 'b:string'], 0],
    ['partial', 'c,d\n1,2\n', ['c:integer', 'd:integer'], 1],
  ];
  test.each(cases)('%s %j', async (fieldsMatch, csv, expected, count) => {
    await using served = await under(csv, { fields, fieldsMatch });
    const table = await described(served, 'a');
    expect(table.schema.fields.map(({ name, type }: Row) => `${name}:${type}`)).toEqual(expected);
    expect(await diagnostics(served, 'a')).toEqual(Array(count).fill('1:- - fields-mismatch'));
  });
});

describe('keys', () => {
  const fields = [
    { name: 'a', type: 'string' },
    { name: 'b', type: 'integer' },
  ];

  test('a composite key', async () => {
    await using served = await under('a,b\nx,1\nx,2\n', { fields, primaryKey: ['a', 'b'] });
    expect((await described(served, 'a')).key).toEqual({ mode: 'field', fields: ['a', 'b'] });
    expect((await served.inject('/api/a/x,2')).json()).toEqual({ a: 'x', b: 2 });
  });

  test('one that the cells break is told, and the usual key holds', async () => {
    await using served = await under('a,b\nx,1\nx,2\n,3\n', { fields, primaryKey: 'a' });
    expect((await described(served, 'a')).key.mode).toBe('rowNumber');
    expect(await diagnostics(served, 'a')).toEqual(['3:1 a constraint-error', '4:1 a constraint-error']);
  });

  test('one of a column that the file does not have is told', async () => {
    await using served = await under('a,b\nx,1\n', {
      primaryKey: 'nope',
      uniqueKeys: [['a', 'none']],
      foreignKeys: [{ fields: 'no', reference: { fields: 'a' } }],
    });
    const told = (kind: string, fields: string, name: string) =>
      `The ${kind} key (${fields}) has "${name}", and there is no such column: the key is left out. (datapackage.json)`;
    expect(await messages(served, 'a')).toEqual([
      told('primary', 'nope', 'nope'),
      told('unique', 'a, none', 'none'),
      told('foreign', 'no', 'no'),
    ]);
    expect(await diagnostics(served, 'a')).toContain('1:- - fields-mismatch');
  });

  test('foreign keys that rows break are told with how many, of the table itself and of several fields', async () => {
    const boss = (resource: string) => ({
      primaryKey: 'id',
      foreignKeys: [{ fields: 'boss', reference: { resource, fields: 'id' } }],
    });
    const both = { fields: ['a', 'b'], reference: { resource: 'pairs', fields: ['a', 'b'] } };
    await using served = await appOn({
      'own.csv': 'id,boss\n1,\n2,1\n3,9\n',
      'named.csv': 'id,boss\n1,\n2,1\n3,9\n',
      'p.csv': 'a,b\n1,x\n1,y\n',
      'uses.csv': 'a,b\n1,x\n1,z\n2,x\n1,\n',
      'datapackage.json': packageOf(
        { name: 'own', path: 'own.csv', schema: boss('') },
        { name: 'me', path: 'named.csv', schema: boss('me') },
        { name: 'pairs', path: 'p.csv', schema: { primaryKey: ['a', 'b'] } },
        { name: 'uses', path: 'uses.csv', schema: { foreignKeys: [both] } },
      ),
    });
    const broken = async (table: string) => (await described(served, table)).brokenForeignKeys;
    const one = (table: string) =>
      `The foreign key "boss": 1 row has a value that "id" of "${table}" does not have, the first is row 3.`;
    expect(await broken('own')).toEqual([one('own')]);
    expect(await broken('named')).toEqual([one('named')]);
    expect(await broken('uses')).toEqual([
      'The foreign key "a", "b": 2 rows have values that "a", "b" of "p" does not have, the first is row 2.',
    ]);
  });

  test('foreign keys name tables', async () => {
    await using served = await appOn({
      'shops.csv': 'code\nL\nP\n',
      'deep/sales.csv': 'id,shop\n1,L\n',
      'datapackage.json': packageOf(
        { name: 'places', path: 'shops.csv', schema: { fields: [{ name: 'code' }] } },
        {
          name: 'sales',
          path: ['deep/sales.csv'],
          schema: {
            fields: [{ name: 'id' }, { name: 'shop' }],
            foreignKeys: [{ fields: 'shop', reference: { resource: 'places', fields: 'code' } }],
          },
        },
      ),
    });
    expect((await described(served, 'deep.sales')).schema.foreignKeys).toEqual([
      { fields: ['shop'], reference: { resource: 'shops', fields: ['code'] } },
    ]);
  });
});

describe('how the file is written', () => {
  test('dialect and encoding', async () => {
    const csv = Buffer.from('# made\nnom|prix\n\u00e9t\u00e9|1\n', 'latin1');
    await using served = await appOn({
      'a.csv': csv,
      'datapackage.json': packageOf({
        path: 'a.csv',
        encoding: 'iso-8859-1',
        dialect: { delimiter: '|', commentChar: '#' },
      }),
    });
    expect(await rows(served, '/api/a')).toEqual([{ nom: 'été', prix: 1 }]);
  });

  test('a title leaves it to the file how many tables it holds', async () => {
    const csv =
      'id,fruit\n1,Apple\n2,Pear\n\nshop,town,opened\nNorth,Lyon,2001-05-01\nSouth,Nice,2004-09-12\n';
    await using served = await appOn({
      'a.csv': csv,
      'datapackage.json': packageOf({ path: 'a.csv', title: 'Fruit', encoding: 'utf-8' }),
    });
    expect(await described(served, 'a')).toMatchObject({ rows: 2, title: 'Fruit' });
    expect((await described(served, 'a.2')).rows).toBe(2);
  });

  test('no header: the declared names', async () => {
    await using served = await under(
      'x,1\ny,2\n',
      { fields: [{ name: 'word' }, { name: 'n' }] },
      { dialect: { header: false } },
    );
    expect(await rows(served, '/api/a')).toEqual([
      { word: 'x', n: 1 },
      { word: 'y', n: 2 },
    ]);
  });

  test('what is not done is said', async () => {
    await using served = await under('v\n1\n', { fields: [{ name: 'v' }] }, { dialect: { headerJoin: '/' } });
    expect(await diagnostics(served, 'a')).toEqual(['1:- - unsupported-declaration']);
  });
});

describe('where it lies', () => {
  test('in a folder, with its schema in a file', async () => {
    await using served = await appOn({
      'x/a.csv': 'v\n01\n',
      'x/datapackage.json': packageOf({ name: 'a', path: 'a.csv', schema: 'schemas/a.json' }),
      'x/schemas/a.json': json({ fields: [{ name: 'v', type: 'integer' }] }),
    });
    expect(await rows(served, '/api/x.a')).toEqual([{ v: 1 }]);
    await writeFile(served.at('x/schemas/a.json'), json({ fields: [{ name: 'v', type: 'string' }] }));
    await served.until(({ tables }) => tables.get('x.a')?.table?.schema.fields[0]?.type === 'string');
  });

  test('the nearest package holds, and CSVW before it', async () => {
    await using served = await appOn({
      'x/a.csv': 'v\n01\n',
      'datapackage.json': packageOf({ path: 'x/a.csv', schema: { fields: [{ name: 'v', title: 'far' }] } }),
      'x/datapackage.json': packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', title: 'near' }] } }),
    });
    expect((await described(served, 'x.a')).schema.fields[0].title).toBe('near');
    await writeFile(
      served.at('x/a.csv-metadata.json'),
      json({ tableSchema: { columns: [{ name: 'v', 'dc:title': 'own' }] } }),
    );
    await expect.poll(async () => (await described(served, 'x.a')).schema.fields[0].title).toBe('own');
  });
});

describe('CSVW', () => {
  test('columns, datatypes, nulls, keys and dialect', async () => {
    await using served = await appOn({
      'a.csv': 'preamble\nNo;Given name;born;ok;pay\n1;Zoé;24.12.1990;Y;1.234,5\n2;-;x;N;9\n',
      'a.csv-metadata.json': json({
        '@context': 'http://www.w3.org/ns/csvw',
        url: 'a.csv',
        'dc:title': 'People',
        dialect: { delimiter: ';', skipRows: 1 },
        tableSchema: {
          null: ['', '-'],
          primaryKey: 'number',
          columns: [
            { name: 'number', titles: 'No', datatype: { base: 'positiveInteger', maximum: 1 } },
            { name: 'given', titles: { en: 'Given name' }, required: true },
            { name: 'born', datatype: { base: 'date', format: 'dd.MM.yyyy' } },
            { name: 'ok', datatype: { base: 'boolean', format: 'Y|N' } },
            { name: 'pay', datatype: { base: 'decimal', format: { decimalChar: ',', groupChar: '.' } } },
          ],
        },
      }),
    });
    expect(await rows(served, '/api/a')).toEqual([
      { number: 1, given: 'Zoé', born: '1990-12-24', ok: true, pay: 1234.5 },
      { number: 2, given: null, born: null, ok: false, pay: 9 },
    ]);
    expect((await described(served, 'a')).key).toEqual({ mode: 'field', fields: ['number'] });
    expect(await diagnostics(served, 'a')).toEqual([
      '4:1 number constraint-error',
      '4:2 given constraint-error',
      '4:3 born type-error',
    ]);
  });
});

describe('a resource that is no file of the folder', () => {
  const cases: [resource: object, told: string][] = [
    [
      { path: 'https://x.org/a.csv' },
      'it is on another server (https://x.org/a.csv), and Rowcast serves local files.',
    ],
    [{ data: [{ v: 1 }] }, 'its data stands in the declaration itself, and Rowcast serves files.'],
    [{ path: ['a.csv', 'b.csv'] }, 'it names several files,'],
    [{ path: '../a.csv' }, 'Rowcast serves CSV and TSV files in the folder of the declaration and below.'],
    [{}, 'it names no file.'],
  ];
  test.for(cases)('%j', async ([resource, told]) => {
    await using served = await appOn({ 'a.csv': 'v\n1\n', 'datapackage.json': packageOf(resource) });
    expect((await served.inject('/tables')).json().rejected).toMatchObject([
      {
        code: 'unsupported-declaration',
        reason: expect.stringContaining(`/resources/0 is left out: ${told}`),
      },
    ]);
  });
});

describe('what is not followed is told', () => {
  const cases: [field: object, told: string][] = [
    [
      { type: 'integer', constraints: { min: 3 } },
      'The constraint "min" of "v" is none that Rowcast knows: it is not checked. Did you mean "minimum"?',
    ],
    [
      { constraints: { zzz: 3 } },
      'The constraint "zzz" of "v" is none that Rowcast knows: it is not checked. Known are required, unique,',
    ],
    [
      { type: 'object', constraints: { jsonSchema: {} } },
      'The constraint "jsonSchema" of "v" is not followed: its values are not checked against it.',
    ],
    [
      { type: 'string', format: 'e-mail' },
      'The format "e-mail" of "v" is none that Rowcast knows: any text fits. Did you mean "email"?',
    ],
    [
      { categories: ['1', '0'], categoriesOrdered: true },
      '"categoriesOrdered" of "v" is not followed: its values have the order of texts or numbers.',
    ],
  ];
  test.for(cases)('%j', async ([field, told]) => {
    await using served = await under('v\n', { fields: [{ name: 'v', ...field }] });
    expect((await described(served, 'a')).diagnostics).toEqual([
      { line: 1, code: 'unsupported-declaration', message: expect.stringContaining(told) },
    ]);
  });
});

describe('lists', () => {
  const cases: [field: object, cells: string[], values: unknown[], faults: string[]][] = [
    [
      { delimiter: ';', constraints: { maxLength: 2 } },
      ['1;2;3', '1;2', '"1,2,3"'],
      ['1;2;3', '1;2', '1,2,3'],
      ['2 constraint-error'],
    ],
    [
      { itemType: 'integer', delimiter: '; ' },
      ['1; 2', 'x; 2', '1', '"1,2"'],
      ['1; 2', null, '1', null],
      ['3 type-error', '5 type-error'],
    ],
    [
      { itemType: 'date' },
      ['"2024-01-01, 2024-01-02"', '2024-13-01'],
      ['2024-01-01, 2024-01-02', null],
      ['3 type-error'],
    ],
  ];
  test.for(cases)('%j', async ([field, cells, values, faults]) => {
    expect(await column(cells, { type: 'list', ...field })).toEqual({ type: 'string', values, faults });
  });
});

describe('CSVW of a folder', () => {
  const titled = (url: string, title: string) => ({
    url,
    tableSchema: { columns: [{ name: 'v', 'dc:title': title }] },
  });
  const titleOf = async (served: TestApp, table: string) =>
    (await described(served, table)).schema.fields[0].title;

  test('declares each of the tables that it lists, here and below', async () => {
    await using served = await appOn({
      'x/a.csv': 'v\n01\n',
      'x/y/b c.csv': 'v\n1\n',
      'x/csv-metadata.json': json({
        tables: [
          titled('a.csv', 'first'),
          titled('y/b%20c.csv', 'second'),
          titled('https://x.org/c.csv', ''),
        ],
      }),
    });
    expect(await titleOf(served, 'x.a')).toBe('first');
    expect(await titleOf(served, 'x.y.b%20c')).toBe('second');
    expect(await rows(served, '/api/x.a')).toEqual([{ v: '01' }]);
    expect((await described(served, 'x.a')).declaration).toBe('x/csv-metadata.json');
    expect((await served.inject('/tables')).json().rejected).toMatchObject([
      {
        path: 'x/csv-metadata.json',
        code: 'unsupported-declaration',
        reason: expect.stringContaining(
          '/tables/2/url is left out: it is on another server (https://x.org/c.csv)',
        ),
      },
    ]);
  });

  test('may be of a single table, and comes before a package there and behind what is beside a file', async () => {
    await using served = await appOn({
      'a.csv': 'v\n01\n',
      'datapackage.json': packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', title: 'package' }] } }),
      'csv-metadata.json': json(titled('a.csv', 'folder')),
    });
    expect(await titleOf(served, 'a')).toBe('folder');
    await writeFile(served.at('a.csv-metadata.json'), json(titled('a.csv', 'own')));
    await expect.poll(() => titleOf(served, 'a')).toBe('own');
  });

  test('is to say which files it means, each once', async () => {
    await using served = await appOn({
      'a.csv': 'v\n01\n',
      'csv-metadata.json': json({
        tables: [{ tableSchema: {} }, titled('a.csv', ''), titled('./a.csv', '')],
      }),
    });
    const { rejected } = (await served.inject('/tables')).json();
    expect(rejected).toMatchObject([{ path: 'csv-metadata.json', code: 'bad-declaration' }]);
    expect(rejected[0].reason).toBe(
      '/tables/0/url has nothing; expected: the path of a CSV or TSV file. /tables/2/url has "./a.csv"; expected: a file that no other table has.',
    );
  });
});

describe('a declaration that is wrong', () => {
  const good = packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', type: 'string' }] } });
  const cases: [string, string, string][] = [
    ['empty', ' \n', 'It is empty.'],
    ['no JSON', '{"resources": [\n', 'It is not JSON: something is wrong on line 2.'],
    [
      'nested without end',
      `{"resources": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'It is nested deeper than 100 levels.',
    ],
    [
      'no resources',
      '{}',
      'The top has no "resources"; expected: a Data Package: an object with "resources".',
    ],
    [
      'an unknown type',
      packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', type: 'strng' }] } }),
      '/resources/0/schema/fields/0/type has "strng"; expected: one of string, number,',
    ],
    [
      'a key of no field',
      packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v' }], primaryKey: 'w' } }),
      '/resources/0/schema/primaryKey has "w"; expected: a field of the schema (v).',
    ],
    [
      'a pattern of dates',
      packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', type: 'date', format: '%Q' }] } }),
      '/resources/0/schema/fields/0/format has "%Q"; expected: a pattern',
    ],
    [
      'a text for true and for false',
      packageOf({
        path: 'a.csv',
        schema: {
          fields: [{ name: 'v', type: 'boolean', trueValues: ['y', 'x'], falseValues: ['n', 'x'] }],
        },
      }),
      '/resources/0/schema/fields/0/trueValues has "x"; expected: texts that "falseValues" does not have.',
    ],
    [
      'a text for true that stands for false anyway',
      packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', type: 'boolean', trueValues: ['0'] }] } }),
      '/resources/0/schema/fields/0/trueValues has "0"; expected: texts that "falseValues" does not have (false, False, FALSE, 0, as it is not declared).',
    ],
    [
      'a regular expression',
      packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', constraints: { pattern: '(' } }] } }),
      '/resources/0/schema/fields/0/constraints/pattern has "("; expected: a regular expression (Unterminated group).',
    ],
    ...(
      [
        [{ minimum: 'abc' }, '/minimum has "abc"; expected: a whole number'],
        [
          { minimum: 10, maximum: '1' },
          '/minimum has 10; expected: a value that is not above the greatest, 1.',
        ],
        [{ minLength: 3, maxLength: 2 }, '/minLength has 3; expected: no more than "maxLength" (2).'],
        [{ enum: ['a', 'b'] }, '/enum has a list; expected: a list of values, each a whole number'],
        [{ enum: [{ a: 1 }] }, '/enum/0 has an object; expected: a text, a number, true or false.'],
      ] as const
    ).map(([constraints, reason]): [string, string, string] => [
      `constraints that no value keeps to: ${JSON.stringify(constraints)}`,
      packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', type: 'integer', constraints }] } }),
      `/resources/0/schema/fields/0/constraints${reason}`,
    ]),
    [
      'a schema that is not there',
      packageOf({ path: 'a.csv', schema: '../a.json' }),
      '/resources/0/schema has "../a.json"; expected: the path of a JSON file below the folder',
    ],
  ];
  test.each(cases)('%s', async (_name, declaration, reason) => {
    await using served = await appOn({ 'a.csv': 'v\n1\n', 'datapackage.json': declaration });
    const { rejected } = (await served.inject('/tables')).json();
    expect(rejected).toEqual([
      expect.objectContaining({
        path: 'datapackage.json',
        code: 'bad-declaration',
        reason: expect.stringContaining(reason),
      }),
    ]);
    expect(await rows(served, '/api/a')).toEqual([{ v: 1 }]);
  });

  test('of a file that is not there is told until it comes', async () => {
    await using served = await appOn({
      'Towns.csv': 'v\n1\n',
      'sub/lone.csv-metadata.json': json({ tableSchema: { columns: [{ name: 'v' }] } }),
      'datapackage.json': packageOf({ path: 'a.csv' }, { path: 'towns.csv' }, { path: 'notes.txt' }),
    });
    const told = async () =>
      (await served.inject('/tables'))
        .json()
        .rejected.map(({ path, code, reason }: Row) => [path, code, reason]);
    expect(await told()).toEqual([
      [
        'a.csv',
        'missing-file',
        'datapackage.json declares it, and there is no such file. Put the file there, or correct its name in the declaration.',
      ],
      ['datapackage.json', 'unsupported-declaration', expect.stringMatching(/^\/resources\/2 is left out/)],
      ['sub/lone.csv', 'missing-file', expect.stringMatching(/^sub\/lone\.csv-metadata\.json declares it/)],
      ['towns.csv', 'missing-file', expect.stringContaining('There is Towns.csv')],
    ]);
    expect((await served.inject('/api/a')).json().detail).toBe(
      'a.csv is no table. datapackage.json declares it, and there is no such file. Put the file there, or correct its name in the declaration.',
    );
    await writeFile(served.at('a.csv'), 'v\n1\n');
    await served.until(({ tables }) => tables.has('a'));
    expect((await told()).map(([path]: string[]) => path)).not.toContain('a.csv');
    await rm(served.at('a.csv'));
    const current = () => served.app.rowcast.catalog.current();
    await until(current, ({ rejected }) => rejected.some(({ path }) => path === 'a.csv'));
    expect([...current().tables.keys()]).toEqual(['Towns']);
  });

  test('in CSVW it is told at the place that CSVW has, as is what is not followed', async () => {
    const columns = [
      { name: 'v', datatype: { base: 'string', format: '(' } },
      { name: 'w', datatype: { base: 'integer', minimum: 5, maximum: 2 } },
    ];
    const dialect = { trim: true };
    await using served = await appOn({
      'a.csv': 'v,w\n1,2\n',
      'a.csv-metadata.json': json({ tableSchema: { columns } }),
      'b.csv': 'v\n1\n',
      'b.csv-metadata.json': json({ dialect, tableSchema: { columns: [{ name: 'v' }] } }),
    });
    const [{ reason }] = (await served.inject('/tables')).json().rejected;
    expect(reason).toContain(
      '/tableSchema/columns/0/datatype/format has "("; expected: a regular expression',
    );
    expect(reason).toContain('/tableSchema/columns/1/datatype/minimum has 5; expected: a value that is not');
    expect(await messages(served, 'b')).toEqual([
      '"trim" is not followed: blanks around a cell are part of it. (b.csv-metadata.json)',
    ]);
  });

  test('of very many files and keys takes no time', async () => {
    const resources = Array.from({ length: 30_000 }, (_, index) => ({
      name: `r${index}`,
      path: `f${index}.csv`,
      schema: { foreignKeys: [{ fields: 'a', reference: { resource: 'none', fields: 'a' } }] },
    }));
    const began = performance.now();
    await using served = await appOn({ 'a.csv': 'v\n1\n', 'datapackage.json': packageOf(...resources) });
    expect(performance.now() - began).toBeLessThan(5000);
    const [{ reason }] = (await served.inject('/tables')).json().rejected;
    expect(reason.length).toBeLessThan(2000);
    expect(reason).toMatch(/"none"; expected: the name of a resource \(r0, r1, .*, …\)/);
  });

  test('leaves the last good one in force', async () => {
    await using served = await appOn({ 'a.csv': 'v\n1\n', 'datapackage.json': good });
    await writeFile(served.at('datapackage.json'), good.slice(0, -4));
    await served.until(({ rejected }) => rejected.length === 1);
    await writeFile(served.at('a.csv'), 'v\n2\n');
    await served.until(({ tables }) => tables.get('a')?.file?.bytes === 4);
    await expect.poll(() => rows(served, '/api/a')).toEqual([{ v: '2' }]);
    await writeFile(served.at('datapackage.json'), good);
    await expect.poll(async () => (await served.inject('/tables')).json().rejected).toEqual([]);
  });

  test('of which a part cannot be done: that is said, the rest holds', async () => {
    await using served = await appOn({
      'a.csv': 'v\n1\n',
      'datapackage.json': packageOf(
        { path: 'a.csv', schema: { fields: [{ name: 'v', type: 'string' }] } },
        { path: ['a.csv', 'b.csv'] },
        { path: 'https://example.org/c.csv' },
      ),
    });
    const { rejected } = (await served.inject('/tables')).json();
    expect(rejected).toMatchObject([{ path: 'datapackage.json', code: 'unsupported-declaration' }]);
    expect(rejected[0].reason).toContain('/resources/1');
    expect(rejected[0].reason).toContain('/resources/2');
    expect(await rows(served, '/api/a')).toEqual([{ v: '1' }]);
  });
});

describe('is watched', () => {
  const declared = packageOf({ path: 'a.csv', schema: { fields: [{ name: 'v', type: 'string' }] } });
  const typeIs = (served: TestApp, type: string) =>
    served.until(({ tables }) => tables.get('a')?.table?.schema.fields[0]?.type === type);

  test('created, edited, renamed, removed', async () => {
    await using served = await appOn({ 'a.csv': 'v\n1\n' });
    await typeIs(served, 'integer');
    await writeFile(served.at('datapackage.json'), declared);
    await typeIs(served, 'string');
    await writeFile(served.at('datapackage.json'), declared.replace('"string"', '"number"'));
    await typeIs(served, 'number');
    await rename(served.at('datapackage.json'), served.at('other.json'));
    await typeIs(served, 'integer');
    await rename(served.at('other.json'), served.at('datapackage.json'));
    await typeIs(served, 'number');
    await rm(served.at('datapackage.json'));
    await typeIs(served, 'integer');
    const file = served.at('a.csv-metadata.json');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, json({ tableSchema: { columns: [{ name: 'v', datatype: 'string' }] } }));
    await typeIs(served, 'string');
  });
});

test('members that nobody knows are ignored', async () => {
  await using served = await under(
    'v\n1\n',
    { $schema: 'x', fields: [{ name: 'v', type: 'string', 'x-own': 1 }], own: true },
    { licenses: 5 },
  );
  expect(await messages(served, 'a')).toEqual([]);
  expect(await rows(served, '/api/a')).toEqual([{ v: '1' }]);
});
