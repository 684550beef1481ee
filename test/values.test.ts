// Texts of a column → the type that they have, their values, and the text of each again.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { physicalText, valueAt } from '../src/table/column.ts';
import { diffTables } from '../src/table/diff.ts';
import { pickRows } from '../src/table/pick-rows.ts';
import { type Table, tableOf } from '../src/table/table.ts';
import { appOn } from './support/app.ts';
import { encode } from './support/encode.ts';

type Texts = readonly (string | null)[];

/** A table of one column beside a row number, from a file with semicolons. */
function columnOf(texts: Texts, isDelimiterComma = false): Table {
  return tableOf(
    ['n', 'v'],
    texts.map((text, at) => [`r${at}`, text]),
    isDelimiterComma,
  );
}

function fieldOf(table: Table) {
  const {
    name: _name,
    reason: _reason,
    ...field
  } = table.schema.fields[1] as Table['schema']['fields'][number];
  return field;
}

function valuesOf(table: Table) {
  return Array.from({ length: table.rowCount }, (_, row) =>
    valueAt(table.columns[1] as Table['columns'][number], row),
  );
}

function textsOf(table: Table) {
  return Array.from({ length: table.rowCount }, (_, row) =>
    physicalText(table.columns[1] as Table['columns'][number], row),
  );
}

describe('numbers in the manner of some country', () => {
  const comma = { type: 'number', decimalChar: ',' };
  test.each<[Texts, object, readonly (number | null)[]]>([
    [['1,5', '2,25'], comma, [1.5, 2.25]],
    [['0,125'], comma, [0.125]],
    [['1234,567', '1,234'], comma, [1234.567, 1.234]],
    [['-1,5', '12', '-0,5'], comma, [-1.5, 12, -0.5]],
    [['7', '1,50'], comma, [7, 1.5]],
    [['1,5', null, 'NA', '-'], { ...comma, missingValues: ['', 'NA', '-'] }, [1.5, null, null, null]],
    [['n/a', '1,5', ''], { ...comma, missingValues: ['', 'n/a'] }, [null, 1.5, null]],
    [['1 234,56', '12,00'], { ...comma, groupChar: ' ' }, [1234.56, 12]],
    [['1\u00a0234,56', '12,00'], { ...comma, groupChar: '\u00a0' }, [1234.56, 12]],
    [['1\u202f234,56', '12,00'], { ...comma, groupChar: '\u202f' }, [1234.56, 12]],
    [['1.234,56', '12,00', '1.234'], { ...comma, groupChar: '.' }, [1234.56, 12, 1234]],
    [['-1.234.567,8', '12,0'], { ...comma, groupChar: '.' }, [-1234567.8, 12]],
    [["1'234.56", '12.00'], { type: 'number', groupChar: "'" }, [1234.56, 12]],
    [['1,234.56', '12.00'], { type: 'number', groupChar: ',' }, [1234.56, 12]],
    [['1 234 567', '12 345', '7'], { type: 'integer', groupChar: ' ' }, [1234567, 12345, 7]],
    [['1\u202f234', '7'], { type: 'integer', groupChar: '\u202f' }, [1234, 7]],
    [['1.234.567', '12.345', '7'], { type: 'integer', groupChar: '.' }, [1234567, 12345, 7]],
    [['1,234,567', '12,345', '7'], { type: 'integer', groupChar: ',' }, [1234567, 12345, 7]],
    [['1234', '12 345', '1 234 567'], { type: 'integer', groupChar: ' ' }, [1234, 12345, 1234567]],
    [['1 234', '12', '123 456', '45 000'], { type: 'integer', groupChar: ' ' }, [1234, 12, 123456, 45000]],
    [["1'234", '7', "12'345"], { type: 'integer', groupChar: "'" }, [1234, 7, 12345]],
    [['1 234 567', '12 345'], { type: 'integer', groupChar: ' ' }, [1234567, 12345]],
    [['1 412 000 000', '9 100 000'], { type: 'integer', groupChar: ' ' }, [1412000000, 9100000]],
    [['1 234', '1234', '1,5'], { ...comma, groupChar: ' ' }, [1234, 1234, 1.5]],
  ])('%j', (texts, field, values) => {
    const table = columnOf(texts);
    expect(fieldOf(table)).toEqual(field);
    expect(valuesOf(table)).toEqual(values);
    expect(textsOf(table)).toEqual(texts);
  });

  test.each<[string, Texts]>([
    ['three digits may be a group', ['1,234', '5,678']],
    ['three digits may be a fraction', ['1,234', '56']],
    ['a list', ['1,2,3']],
    ['a leading zero', ['01,5', '2,5']],
    ['no digit in front', [',5', '1,5']],
    ['no digit behind', ['1,', '1,5']],
    ['a plus', ['+1,5']],
    ['percent', ['1,5%', '2,5%']],
    ['currency', ['1,50 €', '2,50 €']],
    ['currency in front', ['$1,234.50']],
    ['an exponent', ['1,5e3']],
    ['a minus behind', ['1,5-']],
    ['both marks as decimals', ['1,5', '1.5']],
    ['a dot group that may be a decimal', ['12,5', '1.234']],
    ['groups of two', ['06 12 34 56 78']],
    ['telephone numbers', ['612 345 678', '699 123 456']],
    ['telephone numbers of several lengths', ['612 345 678', '71 234 567']],
    ['telephone numbers, some with a country', ['48 612 345 678', '612 345 678']],
    ['telephone numbers of towns', ['612 345 678', '71 234 567', '1 234 567']],
    ['one group of a blank', ['978 756', '12']],
    ['one group of a blank, as long each time', ['1 234', '12', '5 678']],
    ['one group of a blank, nothing below 1,000', ['1 234', '12 345']],
    ['two kinds of blanks', ['1 234,5', '1\u00a0234,5']],
    ['an address', ['10.0.0.1', '192.168.100.200']],
    ['more digits than a number keeps', ['123456789012345678,5']],
    ['a code with zeros', ['00 123 456', '1 234 567']],
    ['a quoted NA would be, were it known', ['1,5', 'Namibia']],
  ])('%s: %j is text', (_, texts) => {
    const table = columnOf(texts);
    expect(fieldOf(table).type).toBe('string');
    expect(textsOf(table)).toEqual(texts);
  });

  test.each<[Texts]>([[['41,20', '3,5']], [['978,756']], [['1.234,5']], [['1,234,567', '1']], [['1,234.5']]])(
    '%j in a file with commas is text',
    (texts) => expect(fieldOf(columnOf(texts, true)).type).toBe('string'),
  );

  test('where other columns have decimal dots a comma is none', () => {
    const table = tableOf(
      ['a', 'b'],
      [
        ['1.5', '1,5'],
        ['2.5', '2,5'],
      ],
      false,
    );
    expect(table.schema.fields.map(({ type }) => type)).toEqual(['number', 'string']);
  });

  describe('dots that may stand between thousands', () => {
    const fieldsOf = (rows: string[][]) =>
      tableOf(
        rows[0]?.map((_, at) => `f${at}`) ?? [],
        rows.map((row) => row),
        false,
      ).schema.fields.map(({ type, decimalChar, groupChar }) => ({ type, decimalChar, groupChar }));
    const text = { type: 'string' };
    const dotted = { type: 'number' };
    test.each<[string, string[][], object[]]>([
      [
        'decimal commas beside them',
        [
          ['2.925', '12,5'],
          ['812', '3,25'],
        ],
        [text, { decimalChar: ',' }],
      ],
      [
        'groups beside them',
        [
          ['1.234', '12.345.678'],
          ['812', '1.000'],
        ],
        [text, { groupChar: '.' }],
      ],
      [
        'nothing beside them',
        [
          ['2.925', 'a'],
          ['812', 'b'],
        ],
        [dotted, text],
      ],
      [
        'a decimal dot among them',
        [
          ['2.925', '12,5'],
          ['8.5', '3,25'],
        ],
        [dotted, text],
      ],
      [
        'a zero in front',
        [
          ['2.925', '12,5'],
          ['0.812', '3,25'],
        ],
        [dotted, text],
      ],
      [
        'a thousand in front',
        [
          ['2.925', '12,5'],
          ['1812.125', '3,25'],
        ],
        [dotted, text],
      ],
      [
        'a thousand without a dot',
        [
          ['2.925', '12,5'],
          ['1812', '3,25'],
        ],
        [dotted, { decimalChar: ',' }],
      ],
    ])('%s', (_, rows, fields) => {
      expect(fieldsOf(rows)).toMatchObject(fields);
    });

    test('the text stays, and the reason tells of the column that decides', () => {
      const table = tableOf(
        ['a', 'b'],
        [
          ['2.925', '12,5'],
          ['NA', '3,25'],
          [null, '1,5'],
        ],
        false,
      );
      expect(table.schema.fields[0]?.reason).toBe(
        'a dot may stand between thousands, as it is no decimal mark in column 2',
      );
      const column = table.columns[0] as Table['columns'][number];
      expect([0, 1, 2].map((row) => valueAt(column, row))).toEqual(['2.925', 'NA', null]);
    });
  });

  test('the reason quotes the proof', () => {
    const table = columnOf(['12', '1 234,56']);
    expect(table.schema.fields[1]?.reason).toBe(
      'every value is a number with a decimal comma and a blank between groups of digits, as "1 234,56" shows',
    );
  });
});

describe('dates in the manner of some country', () => {
  const day = { type: 'date', format: '%d/%m/%Y' };
  test.each<[Texts, object, readonly (string | null)[]]>([
    [['31/01/2024', '01/02/2024'], day, ['2024-01-31', '2024-02-01']],
    [['01/02/2024', '31/01/2024'], day, ['2024-02-01', '2024-01-31']],
    [['1/2/2024', '31/1/2024'], day, ['2024-02-01', '2024-01-31']],
    [['1/02/2024', '31/1/2024'], day, ['2024-02-01', '2024-01-31']],
    [['1/31/2024', '2/1/2024'], { type: 'date', format: '%m/%d/%Y' }, ['2024-01-31', '2024-02-01']],
    [['31.01.2024'], { type: 'date', format: '%d.%m.%Y' }, ['2024-01-31']],
    [['31-01-2024'], { type: 'date', format: '%d-%m-%Y' }, ['2024-01-31']],
    [['2024/01/31', '2024/02/01'], { type: 'date', format: '%Y/%m/%d' }, ['2024-01-31', '2024-02-01']],
    [['2024/01/02', '2024/02/01'], { type: 'date', format: '%Y/%m/%d' }, ['2024-01-02', '2024-02-01']],
    [['2024/1/2'], { type: 'date', format: '%Y/%m/%d' }, ['2024-01-02']],
    [
      ['2024-01-02 09:05', '2024-01-02 09:15'],
      { type: 'datetime', format: '%Y-%m-%d %H:%M' },
      ['2024-01-02T09:05:00', '2024-01-02T09:15:00'],
    ],
    [['29/02/2024', null, 'NA'], { ...day, missingValues: ['', 'NA'] }, ['2024-02-29', null, null]],
    [
      ['31/01/2024 12:30', '01/02/2024 09:05'],
      { type: 'datetime', format: '%d/%m/%Y %H:%M' },
      ['2024-01-31T12:30:00', '2024-02-01T09:05:00'],
    ],
    [['1/31/2024 9:05:07'], { type: 'datetime', format: '%m/%d/%Y %H:%M:%S' }, ['2024-01-31T09:05:07']],
  ])('%j', (texts, field, values) => {
    const table = columnOf(texts);
    expect(fieldOf(table)).toEqual(field);
    expect(valuesOf(table)).toEqual(values);
    expect(textsOf(table)).toEqual(texts);
  });

  test.each<[string, Texts]>([
    ['either may be the day', ['01/02/2024', '03/04/2024']],
    ['the year and the day first', ['2024/01/02', '2024/13/02']],
    ['a version', ['2024.1.2', '2024.2.1']],
    ['both orders', ['31/01/2024', '01/31/2024']],
    ['no such day', ['31/02/2024']],
    ['no leap year', ['29/02/2023', '31/01/2024']],
    ['years of two digits', ['31/01/24']],
    ['two separators', ['31/01/2024', '31.01.2024']],
    ['some with a time', ['31/01/2024', '31/01/2024 12:00']],
    ['no such hour', ['31/01/2024 25:00']],
    ['month zero', ['31/00/2024']],
    ['a word', ['31/01/2024', 'soon']],
  ])('%s: %j is text', (_, texts) => {
    const table = columnOf(texts);
    expect(fieldOf(table).type).toBe('string');
    expect(textsOf(table)).toEqual(texts);
  });

  test('the reason quotes the proof', () => {
    expect(columnOf(['01/02/2024', '31/01/2024']).schema.fields[1]?.reason).toBe(
      'every value is a date with the day first, as "31/01/2024" shows',
    );
  });
});

describe('what is made of such columns', () => {
  const rows = [
    ['a', '31/01/2024', '1 234,50'],
    ['b', '1/2/2024', 'NA'],
    ['c', '05/03/2024', '12,00'],
  ];
  const table = tableOf(['id', 'day', 'price'], rows, false);

  test('rows that are picked keep values and texts', () => {
    const picked = pickRows(table, [2, 0, 1]);
    for (const [at, row] of [2, 0, 1].entries())
      for (const [index, column] of picked.columns.entries())
        expect(physicalText(column, at)).toBe(rows[row]?.[index]);
  });

  test('a cell written otherwise is a change, and another version', () => {
    const other = tableOf(['id', 'day', 'price'], [['a', '31/01/2024', '1234,50'], ...rows.slice(1)], false);
    expect(other.version).not.toBe(table.version);
    expect(diffTables(table, other).changes).toMatchObject([{ op: 'update', changed: ['price'] }]);
  });

  test('a column that becomes text is another schema', () => {
    const other = tableOf(['id', 'day', 'price'], [...rows, ['d', 'soon', '1,00']], false);
    expect(other.schema.fields[1]?.type).toBe('string');
    expect(diffTables(table, other).isSchemaChanged).toBe(true);
  });
});

test('values in answers and filters, texts where they are asked for', async () => {
  const french =
    'référence;livré le;prix;remise\nA1;31/01/2024;1 234,50;5%\nB2;1/2/2024;NA;10%\nC3;05/03/2024;12,00;0%\n';
  await using served = await appOn({ 'commandes.csv': encode(french, 'windows-1252') });
  const get = async (url: string) => (await served.app.inject(url)).body;
  expect(JSON.parse(await get('/api/commandes'))).toEqual([
    { référence: 'A1', 'livré le': '2024-01-31', prix: 1234.5, remise: '5%' },
    { référence: 'B2', 'livré le': '2024-02-01', prix: null, remise: '10%' },
    { référence: 'C3', 'livré le': '2024-03-05', prix: 12, remise: '0%' },
  ]);
  expect(
    JSON.parse(await get('/api/commandes?_types=string&prix__gt=100&livr%C3%A9%20le__lte=2024-01-31')),
  ).toEqual([{ référence: 'A1', 'livré le': '31/01/2024', prix: '1 234,50', remise: '5%' }]);
  expect(JSON.parse(await get('/api/commandes?_sort=-livr%C3%A9%20le&_fields=prix'))).toEqual([
    { prix: 12 },
    { prix: null },
    { prix: 1234.5 },
  ]);
  expect(await get('/api/commandes?_format=csv')).toBe(
    'référence,livré le,prix,remise\r\nA1,31/01/2024,"1 234,50",5%\r\nB2,1/2/2024,NA,10%\r\nC3,05/03/2024,"12,00",0%\r\n',
  );
  const described = JSON.parse(await get('/tables/commandes'));
  expect(described).toMatchObject({ encoding: 'windows-1252', encodingEvidence: expect.any(String) });
  expect(described.schema.fields).toMatchObject([
    { type: 'string' },
    { type: 'date', format: '%d/%m/%Y' },
    { type: 'number', decimalChar: ',', groupChar: ' ', missingValues: ['', 'NA'] },
    { type: 'string' },
  ]);
});

const digits = fc.integer({ min: -99_999_999, max: 99_999_999 });
const mark = fc.constantFrom('', ' ', '.', ',', "'", '\u00a0', '\u202f');
const number = fc
  .tuple(digits, mark, fc.constantFrom(',', '.', ''), fc.stringMatching(/^\d{1,4}$/))
  .map(([whole, group, decimal, fraction]) => {
    const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, group);
    return decimal === '' ? grouped : grouped + decimal + fraction;
  });
const date = fc
  .tuple(
    fc.nat(40),
    fc.nat(14),
    fc.integer({ min: 1, max: 2100 }),
    fc.constantFrom('/', '.', '-'),
    fc.boolean(),
  )
  .map(([d, m, y, separator, isPadded]) => {
    const pad = (part: number) => String(part).padStart(isPadded ? 2 : 1, '0');
    return [pad(d), pad(m), String(y).padStart(4, '0')].join(separator);
  });

test('any column gives every text back, and values stand in the order of numbers and dates', () => {
  const cell = (one: fc.Arbitrary<string>) =>
    fc.array(
      fc.oneof(
        { weight: 9, arbitrary: one },
        { weight: 1, arbitrary: fc.constantFrom('', 'NA', '-', 'x', '1') },
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
  fc.assert(
    fc.property(fc.oneof(cell(number), cell(date)), fc.boolean(), (texts, isDelimiterComma) => {
      const table = columnOf(
        texts.map((text) => (text === '' ? null : text)),
        isDelimiterComma,
      );
      expect(textsOf(table)).toEqual(texts.map((text) => (text === '' ? null : text)));
      const field = fieldOf(table);
      for (const [row, value] of valuesOf(table).entries()) {
        if (value === null || field.type === 'string') continue;
        const text = texts[row] as string;
        if (typeof value === 'number') expect(value).toBe(Number(readNumber(text, field)));
        else
          expect(new Date(`${value.toString().slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10)).toBe(
            value,
          );
      }
    }),
    { numRuns: 3000 },
  );
});

function readNumber(
  text: string,
  { decimalChar = '.', groupChar = '' }: { decimalChar?: string; groupChar?: string },
): string {
  return text
    .split(groupChar === '' ? '\0' : groupChar)
    .join('')
    .replace(decimalChar, '.');
}
