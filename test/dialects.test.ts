// The beginning of a text → its layout, by evidence alone: what people really drop, and what it must be read as.

import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { type DeclaredDialect, findLayout, type Layout } from '../src/source/dialect/layout.ts';

const layoutOf = (text: string, declared: DeclaredDialect | null = null, prefersTab = false) =>
  findLayout(Buffer.from(text), { prefersTab, declared });

/** All records below the layout's start, as csv-parse reads them under its dialect. */
function recordsOf(text: string, { dialect, recordDelimiters, start }: Layout): string[][] {
  return parse(Buffer.from(text).subarray(start), {
    delimiter: dialect.delimiter,
    record_delimiter: [...recordDelimiters],
    quote: dialect.quoteChar ?? false,
    escape: dialect.escapeChar ?? dialect.quoteChar ?? '"',
    comment: dialect.commentChar ?? null,
    ltrim: dialect.skipInitialSpace ?? false,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
}

/** What is expected: `names` are the header's, line by line; members that are left out are the usual ones. */
type Expected = Readonly<{
  delimiter: string;
  quote?: string | null;
  escape?: string;
  comment?: string;
  skips?: true;
  names?: string[] | string[][];
  preamble?: string[];
  headerRows?: number[];
  rows: number;
}>;

function expectLayout(text: string, expected: Expected, prefersTab = false): void {
  const layout = layoutOf(text, null, prefersTab);
  const { dialect, headerCount } = layout;
  const records = recordsOf(text, layout);
  const names = expected.names ?? [];
  const lines = names.length > 0 && typeof names[0] === 'string' ? [names] : names;
  expect({
    delimiter: dialect.delimiter,
    quote: dialect.quoteChar,
    escape: dialect.escapeChar,
    doubled: dialect.doubleQuote,
    comment: dialect.commentChar,
    skips: dialect.skipInitialSpace,
    header: dialect.header,
    names: records.slice(0, headerCount),
    preamble: dialect.preamble,
    headerRows: dialect.headerRows,
    rows: records.length - headerCount,
  }).toEqual({
    delimiter: expected.delimiter,
    quote: expected.quote === undefined ? '"' : expected.quote,
    escape: expected.escape,
    doubled: expected.escape === undefined,
    comment: expected.comment,
    skips: expected.skips,
    header: lines.length > 0,
    names: lines,
    preamble: expected.preamble,
    headerRows: expected.headerRows,
    rows: expected.rows,
  });
  expect(dialect.evidence).not.toBe('');
}

const lines = (...list: string[]) => `${list.join('\n')}\n`;
const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index));

describe('delimiters', () => {
  const cases: Record<string, [string, Expected]> = {
    comma: ['a,b\n1,2\n', { delimiter: ',', names: ['a', 'b'], rows: 1 }],
    'comma, all of it text': [
      'name,city\nAda,London\nBob,Paris\n',
      { delimiter: ',', names: ['name', 'city'], rows: 2 },
    ],
    semicolon: ['a;b\n1,5;2\n', { delimiter: ';', names: ['a', 'b'], rows: 1 }],
    'semicolons and decimal commas, no header': [
      '1,5;2,5\n3,5;4,25\n7,5;1,0\n',
      { delimiter: ';', names: [], rows: 3 },
    ],
    'a French export': [
      'Ville;Population;Densité;Maj\r\nLyon;522 250;10 460,5;01/02/2024\r\nNantes;323 204;4 958,6;13/02/2024\r\n',
      { delimiter: ';', names: ['Ville', 'Population', 'Densité', 'Maj'], rows: 2 },
    ],
    'a German spreadsheet, one column of prose': [
      lines(
        'Nr;Bemerkung;Betrag',
        '1;Hallo, Welt, wie geht es, dir;1.234,56 €',
        '2;gut, danke, sehr gut, ja;99,00 €',
        '3;nichts;1,00 €',
      ),
      { delimiter: ';', names: ['Nr', 'Bemerkung', 'Betrag'], rows: 3 },
    ],
    'semicolons, and as many commas in each line': [
      lines('id;punkt', '1;47,12', '2;48,33', '3;49,01'),
      { delimiter: ';', names: ['id', 'punkt'], rows: 3 },
    ],
    'commas, and lists with semicolons': [
      lines('id,tags', '1,a;b', '2,c;d', '3,e;f'),
      { delimiter: ',', names: ['id', 'tags'], rows: 3 },
    ],
    'tabs, and commas in each cell': [
      lines('Name\tPlace', 'Lovelace, Ada\tLondon, UK', 'Noether, Emmy\tErlangen, DE'),
      { delimiter: '\t', names: ['Name', 'Place'], rows: 2 },
    ],
    'tabs, tight commas in each cell': [
      lines('a,x\tb,y', '1,2\t3,4', '5,6\t7,8'),
      { delimiter: '\t', names: ['a,x', 'b,y'], rows: 2 },
    ],
    pipe: [
      lines('id|name|note', '1|Ada, Countess|a;b', '2|Bob|c'),
      { delimiter: '|', names: ['id', 'name', 'note'], rows: 2 },
    ],
    colon: [
      lines('root:x:0:0:root,,,:/root:/bin/bash', 'ada:x:1000:1000:Ada,,,:/home/ada:/bin/sh'),
      {
        delimiter: ':',
        names: ['root', 'x', '0', '0', 'root,,,', '/root', '/bin/bash'],
        rows: 1,
      },
    ],
    'colon, a small table': [lines('a:b', '1:2', '3:4'), { delimiter: ':', names: ['a', 'b'], rows: 2 }],
    blank: [lines('x y z', '1 2 3', '4 5 6'), { delimiter: ' ', names: ['x', 'y', 'z'], rows: 2 }],
    'blank, with quoted cells': [
      lines('id name size', '1 "Ada L" 3.5', '2 "Bob M" 4.5', '3 "Eve N" 5.5'),
      { delimiter: ' ', names: ['id', 'name', 'size'], rows: 3 },
    ],
    'comma and blank': [
      lines('id, name, size', '1, Ada, 3.5', '2, Bob, 4.5'),
      { delimiter: ',', skips: true, names: ['id', 'name', 'size'], rows: 2 },
    ],
    'comma and blank before quoted cells': [
      lines('"id", "name", "size"', '"1", "Ada, Countess", "3.5"', '"2", "Bob", ""'),
      { delimiter: ',', skips: true, names: ['id', 'name', 'size'], rows: 2 },
    ],
    'ragged lines': [
      lines('a,b,c', '1,2', '3,4,5', '6,7,8,9', '1,2,3'),
      { delimiter: ',', names: ['a', 'b', 'c'], rows: 4 },
    ],
    'a header shorter than its rows': [
      lines('a,b', '1,2,3', '4,5,6', '7,8,9'),
      { delimiter: ',', names: ['a', 'b'], rows: 3 },
    ],
    'a trailing delimiter on each line': [
      lines('a;b;', '1;2;', '3;4;'),
      { delimiter: ';', names: ['a', 'b', ''], rows: 2 },
    ],
    'a trailing delimiter on the rows': [
      lines('a,b', '1,2,', '3,4,', '5,6,'),
      { delimiter: ',', names: ['a', 'b'], rows: 3 },
    ],
    'one odd line in many': [
      lines('id;t', ...repeat(99, (i) => `${i};x${i}`), 'what, is, this, line, doing, here'),
      { delimiter: ';', names: ['id', 't'], rows: 100 },
    ],
    'times and addresses': [
      lines('at,url', '12:30,https://a.org/x:y', '13:45,https://b.org/', '14:10,http://c.org:80/'),
      { delimiter: ',', names: ['at', 'url'], rows: 3 },
    ],
    baskets: [
      lines('milk,bread', 'milk', 'eggs,milk,beer', 'bread,beer', 'beer,milk', 'eggs'),
      { delimiter: ',', names: ['milk', 'bread'], rows: 5 },
    ],
    codes: [
      lines('sku,code,zip', 'MG-8769,0012,01234', 'RI-3895,0013,98765'),
      { delimiter: ',', names: ['sku', 'code', 'zip'], rows: 2 },
    ],
    'many empty cells': [
      lines('a;b;c;d', ';;;', '1;;;', ';;;x', ';2;;'),
      { delimiter: ';', names: ['a', 'b', 'c', 'd'], rows: 4 },
    ],
    'an access log': [
      lines(
        '10.0.0.1 - - [10/Oct/2000:13:55:36] "GET /a HTTP/1.0" 200 2326',
        '10.0.0.2 - - [10/Oct/2000:13:55:37] "GET /b HTTP/1.0" 404 17',
        '10.0.0.3 - - [10/Oct/2000:13:55:39] "POST /c HTTP/1.1" 200 5',
      ),
      { delimiter: ' ', names: [], rows: 3 },
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, expected]) => expectLayout(text, expected));

  test('a .tsv prefers tabs', () => {
    expectLayout('a,x\tb,y\n1,2\t3,4\n', { delimiter: '\t', names: ['a,x', 'b,y'], rows: 1 }, true);
    expectLayout('name\nAda\n', { delimiter: '\t', names: ['name'], rows: 1 }, true);
  });

  test('1,000 columns, of which a sample shows but some lines', () => {
    const names = repeat(1_000, (i) => `a rather long name of a column, number ${i}`);
    const text = lines(
      names.map((name) => `"${name}"`).join(';'),
      ...repeat(20, () => names.map((_, i) => i).join(';')),
    );
    expectLayout(text, { delimiter: ';', names, rows: 20 });
  });

  test('one column, and delimiters below the sample', () => {
    const text = lines('word', ...repeat(20_000, (i) => `w${i}`), 'a, b', 'c; d');
    expect(layoutOf(text).dialect.delimiter).toBe('\t');
    expect(layoutOf(lines('note', 'a, b', 'c; d', 'e\tf', 'g | h')).dialect.delimiter).toBe('\x1f');
  });

  test('one very long line', () => {
    const names = repeat(50_000, (i) => `c${i}`);
    expect(layoutOf(names.join(';')).dialect.delimiter).toBe(';');
    expect(layoutOf('x'.repeat(1 << 20)).headerCount).toBe(1);
  });
});

describe('rows with their first cell alone', () => {
  const cases: Record<string, [string, Expected]> = {
    'below names and among values': [
      lines('a,b,c', '1', '2', '3', '4,5,6'),
      { delimiter: ',', names: ['a', 'b', 'c'], rows: 4 },
    ],
    'of another type than the others: lists in one column': [
      lines('a,b,c', 'x', 'y', '3', '4,5,6'),
      { delimiter: ';', names: ['a,b,c'], rows: 4 },
    ],
    'among words: lists in one column': [
      lines('red,green,blue', 'red', 'blue', 'green', 'blue,red,green'),
      { delimiter: ';', names: ['red,green,blue'], rows: 4 },
    ],
    'no names above: numbers in one column': [
      lines('1', '2', '3', '1,5', '2', '2,5'),
      { delimiter: ';', names: [], rows: 6 },
    ],
    'two columns alone: decimal commas': [
      lines('Size, in m', '1', '2', '3', '1,5'),
      { delimiter: ';', names: ['Size, in m'], rows: 4 },
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, expected]) => expectLayout(text, expected));
});

describe('one column', () => {
  const cases: Record<string, [string, string, number]> = {
    words: [lines('word', 'a', 'b'), 'word', 2],
    'one cell with a comma': [lines('name', 'Ada, Countess'), 'name', 1],
    'names with a comma': [lines('name', 'Lovelace, Ada', 'Noether, Emmy', 'Byron, Anne'), 'name', 3],
    prose: [
      lines(
        'text',
        'It was the best of times, it was the worst of times, it was the age of wisdom.',
        'Call me Ishmael.',
        'All happy families are alike; each unhappy family is unhappy in its own way.',
        'In my younger days, my father gave me some advice: think.',
      ),
      'text',
      4,
    ],
    times: [lines('time', '12:30', '13:45', '14:10'), 'time', 3],
    'dates with times': [lines('at', '2024-01-01 12:30:00', '2024-01-02 13:45:00'), 'at', 2],
    'full names': [lines('First Last', 'Ada Lovelace', 'Emmy Noether', 'Grace Hopper'), 'First Last', 3],
    addresses: [lines('url', 'https://a.org/x', 'https://b.org:8080/y', 'http://c.org/'), 'url', 3],
    'names and their values': [lines('k: v', 'name: Ada', 'age: 3'), 'k: v', 2],
    'a log': [lines('INFO: started', 'WARN: slow, very', 'INFO: done'), 'INFO: started', 2],
    'hardware addresses': [lines('mac', 'aa:bb:cc:dd:ee:ff', '00:11:22:33:44:55'), 'mac', 2],
    'decimal commas': [lines('preis', '1,5', '2,5', '3,25'), 'preis', 3],
    'quoted cells with commas': [lines('"a, b"', '"1,2"', '"3,4"'), 'a, b', 2],
    'colours that look like comments': [lines('#colour', '#ff0000', '#00ff00'), '#colour', 2],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, name, rows]) => {
    const layout = layoutOf(text);
    const records = recordsOf(text, layout);
    expect(records.map((record) => record.length)).toEqual(Array(rows + 1).fill(1));
    expect([records[0], layout.headerCount, layout.start]).toEqual([[name], 1, 0]);
  });
});

describe('quotes', () => {
  const cases: Record<string, [string, Expected]> = {
    'everything quoted': [
      lines('"a";"b"', '"1;5";"x"', '"2";"say ""hi"""'),
      { delimiter: ';', names: ['a', 'b'], rows: 2 },
    ],
    'the header alone': [lines('"a","b"', '1,2', '3,4'), { delimiter: ',', names: ['a', 'b'], rows: 2 }],
    'line breaks in cells': [
      lines('id,t', '1,"a', 'b, c, d', 'e"', '2,"f', 'g"'),
      { delimiter: ',', names: ['id', 't'], rows: 2 },
    ],
    'single quotes': [
      lines('id,t', "1,'a, b'", "2,'it''s c, d'", "3,'e'"),
      { delimiter: ',', quote: "'", names: ['id', 't'], rows: 3 },
    ],
    'single quotes in text': [
      lines('id,t', "1,'tis the season", "2,rock 'n' roll", "3,'twas"),
      { delimiter: ',', names: ['id', 't'], rows: 3 },
    ],
    backslashes: [
      lines('id,t', '1,"48\\", round"', '2,"say \\"hi\\", please"', '3,"x"'),
      { delimiter: ',', escape: '\\', names: ['id', 't'], rows: 3 },
    ],
    'a backslash at the end of a quoted cell': [
      lines('id,path', '1,"C:\\data\\"', '2,"D:\\"', '3,"say ""hi"""'),
      { delimiter: ',', names: ['id', 'path'], rows: 3 },
    ],
    'apostrophes in single-quoted cells': [
      lines('id,t', "1,'we won't, no'", "2,'they're here, too'", "3,'a, b'", "4,'c'"),
      { delimiter: ',', quote: "'", names: ['id', 't'], rows: 4 },
    ],
    'quotes that are not doubled': [
      lines('id,t', '1,"48" round, oak"', '2,"24 ft"', '3,"a, b"'),
      { delimiter: ',', names: ['id', 't'], rows: 3 },
    ],
    'inches, and no quoted cell': [
      lines('size\tname', '"5 inch\ta', '"6 inch\tb', '"7 inch\tc'),
      { delimiter: '\t', quote: null, names: ['size', 'name'], rows: 3 },
    ],
    'a stray quote': [
      lines('a,b', '5\'10" tall,x', '6\'1" tall,y'),
      { delimiter: ',', names: ['a', 'b'], rows: 2 },
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, expected]) => expectLayout(text, expected));
});

describe('the header', () => {
  const cases: Record<string, [string, Expected]> = {
    none: [
      lines(
        '28/01/2018,00:00,2,MG-1,$74.69,Boots',
        '29/01/2018,00:15,0,RI-3,$29.81,Jacket',
        '30/01/2018,00:30,1,RI-8,$80,Shoes',
      ),
      { delimiter: ',', names: [], rows: 3 },
    ],
    'none, with a missing value': [
      lines('1.5,NA,2024-01-01', '2.5,3,2024-01-02', '3.5,4,2024-01-03'),
      { delimiter: ',', names: [], rows: 3 },
    ],
    'none, and one odd cell in the first line': [
      lines(
        '01.02.2024;12:30;1,50;unknown;3',
        '02.02.2024;12:45;2,50;1;4',
        '03.02.2024;13:00;3,50;2;5',
        '04.02.2024;13:15;4,50;3;6',
      ),
      { delimiter: ';', names: [], rows: 4 },
    ],
    'and a first row with a delimiter too many': [
      lines(
        'name,day,note,n',
        'Mi,ll,2024-01-01,warm,1.5',
        'Mere,2024-01-02,cold,2.5',
        'Tarn,2024-01-03,wet,3.5',
        'Fen,2024-01-04,dry,4.5',
      ),
      { delimiter: ',', names: ['name', 'day', 'note', 'n'], rows: 4 },
    ],
    'and a first row with blanks around its quotes': [
      lines('"a","b"', ' "1","43.41" ', '"2","27.95"', '"3","1.5"', '"4","2.5"'),
      { delimiter: ',', names: ['a', 'b'], rows: 4 },
    ],
    'dates for names': [
      lines('region,2024-01-01,2024-01-02,2024-01-03', 'north,1,2,3', 'south,4,5,6'),
      { delimiter: ',', names: ['region', '2024-01-01', '2024-01-02', '2024-01-03'], rows: 2 },
    ],
    'years for names': [
      lines('country,2019,2020', 'France,1,2', 'Spain,3,4'),
      { delimiter: ',', names: ['country', '2019', '2020'], rows: 2 },
    ],
    'numbers that count for names': [
      lines('1,2,3', '7,8,9', '4,4,4'),
      { delimiter: ',', names: ['1', '2', '3'], rows: 2 },
    ],
    'in doubt': [
      lines('red,car', 'blue,car', 'red,bike'),
      { delimiter: ',', names: ['red', 'car'], rows: 2 },
    ],
    'header only': ['id;name', { delimiter: ';', names: ['id', 'name'], rows: 0 }],
    'one row': ['id,name\n1,a', { delimiter: ',', names: ['id', 'name'], rows: 1 }],
    'one line of numbers': ['1,2.5,x\n', { delimiter: ',', names: ['1', '2.5', 'x'], rows: 0 }],
    'repeated lines': [
      lines('DATE,n', 'DATE,n', '2024-01-01,1', '2024-01-02,2'),
      {
        delimiter: ',',
        names: [
          ['DATE', 'n'],
          ['DATE', 'n'],
        ],
        headerRows: [1, 2],
        rows: 2,
      },
    ],
    'rows that are all alike': [lines('1,1', '1,1', '1,1'), { delimiter: ',', names: [], rows: 3 }],
    'words that are all alike': [lines('a,b', 'a,b'), { delimiter: ',', names: ['a', 'b'], rows: 1 }],
    'three repeated lines': [
      lines('DATE,n', 'DATE,n', 'DATE,n', '2024-01-01,1'),
      {
        delimiter: ',',
        names: [
          ['DATE', 'n'],
          ['DATE', 'n'],
          ['DATE', 'n'],
        ],
        headerRows: [1, 2, 3],
        rows: 1,
      },
    ],
    'groups above names': [
      lines('Region,Sales,,Costs,', ',Q1,Q2,Q1,Q2', 'North,1,2,3,4', 'South,5,6,7,8'),
      {
        delimiter: ',',
        names: [
          ['Region', 'Sales', '', 'Costs', ''],
          ['', 'Q1', 'Q2', 'Q1', 'Q2'],
        ],
        headerRows: [1, 2],
        rows: 2,
      },
    ],
    'groups written above each of their names': [
      lines('Ville;Hommes;Hommes;Femmes;Femmes', ';2023;2024;2023;2024', 'A;1;2;3;4', 'B;5;6;7;8'),
      {
        delimiter: ';',
        names: [
          ['Ville', 'Hommes', 'Hommes', 'Femmes', 'Femmes'],
          ['', '2023', '2024', '2023', '2024'],
        ],
        headerRows: [1, 2],
        rows: 2,
      },
    ],
    'repeated names above numbers': [
      lines('k,v,v,w,w', ',5,6,5,6', 'A,1,2,3,4', 'B,5,6,7,8'),
      { delimiter: ',', names: ['k', 'v', 'v', 'w', 'w'], rows: 3 },
    ],
    'repeated names above years that differ': [
      lines('k,from,to,from,to', ',2001,2002,2003,2004', 'A,2001,2002,2003,2005', 'B,2001,2002,2003,2006'),
      { delimiter: ',', names: ['k', 'from', 'to', 'from', 'to'], rows: 3 },
    ],
    'repeated names above a row that is named': [
      lines('k,from,to,from,to', 'A,2001,2002,2001,2002', 'B,2001,2002,2003,2005', 'C,2001,2002,2003,2006'),
      { delimiter: ',', names: ['k', 'from', 'to', 'from', 'to'], rows: 3 },
    ],
    'units below names': [
      lines('t,len,mass', 's,m,kg', '1,2.5,3', '4,5.5,6', '7,8.5,9'),
      {
        delimiter: ',',
        names: [
          ['t', 'len', 'mass'],
          ['s', 'm', 'kg'],
        ],
        headerRows: [1, 2],
        rows: 3,
      },
    ],
    'a first row with a missing value is a row': [
      lines('id,n,m', '1,NA,x', '2,5,y', '3,6,z', '4,7,w'),
      { delimiter: ',', names: ['id', 'n', 'm'], rows: 4 },
    ],
    'a first row with one odd cell is a row': [
      lines('id,n,m', '1,unknown,x', '2,5,y', '3,6,z', '4,7,w'),
      { delimiter: ',', names: ['id', 'n', 'm'], rows: 4 },
    ],
    'a first row of unknown values is a row': [
      lines('a,b', 'unknown,unknown', '1,2', '3,4', '5,6'),
      { delimiter: ',', names: ['a', 'b'], rows: 4 },
    ],
    'a file of dates': [
      lines('2024-01-01', '2024-01-02', '2024-01-03'),
      { delimiter: ',', names: [], rows: 3 },
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, expected]) => expectLayout(text, expected));
});

describe('above the header', () => {
  const cases: Record<string, [string, Expected]> = {
    'a sep= line': [
      'sep=;\r\na;b\r\n1,5;2\r\n',
      { delimiter: ';', names: ['a', 'b'], headerRows: [2], rows: 1 },
    ],
    'a sep= line that nothing else shows': [
      'sep=|\nname\nAda\n',
      { delimiter: '|', names: ['name'], headerRows: [2], rows: 1 },
    ],
    'a title': [
      lines('Sales of 2024', 'id,name,n', '1,a,2', '2,b,3'),
      {
        delimiter: ',',
        names: ['id', 'name', 'n'],
        preamble: ['Sales of 2024'],
        headerRows: [2],
        rows: 2,
      },
    ],
    'a title above two columns': [
      lines('Sales', 'name,n', 'a,2', 'b,3'),
      { delimiter: ',', names: ['name', 'n'], preamble: ['Sales'], headerRows: [2], rows: 2 },
    ],
    'a title with commas, then a blank line': [
      lines('Sales of 2024, by region, in euros', '', 'id;name;n', '1;a;2,5', '2;b;3,5'),
      {
        delimiter: ';',
        names: ['id', 'name', 'n'],
        preamble: ['Sales of 2024, by region, in euros', ''],
        headerRows: [3],
        rows: 2,
      },
    ],
    'a title and delimiters alone': [
      lines('PREAMBLE,,', ',,', 'DATE,Qty,Comments', '28/01/2018,2,', '29/01/2018,0,', '30/01/2018,1,'),
      {
        delimiter: ',',
        names: ['DATE', 'Qty', 'Comments'],
        preamble: ['PREAMBLE,,', ',,'],
        headerRows: [3],
        rows: 3,
      },
    ],
    'names and values of the whole file': [
      lines(
        'Station;Bern;;',
        'Unit;mm;;',
        '',
        'Date;Rain;Wind;Note',
        '2024-01-01;1,5;3;',
        '2024-01-02;0,0;4;x',
      ),
      {
        delimiter: ';',
        names: ['Date', 'Rain', 'Wind', 'Note'],
        preamble: ['Station;Bern;;', 'Unit;mm;;', ''],
        headerRows: [4],
        rows: 2,
      },
    ],
    'names and numbers of the whole file': [
      lines(
        'Station;Bern',
        'Height;540',
        'Number;12',
        '',
        'Date;Rain;Wind;Note',
        ...repeat(9, (at) => `2024-01-0${at + 1};1,5;3;x`),
      ),
      {
        delimiter: ';',
        names: ['Date', 'Rain', 'Wind', 'Note'],
        preamble: ['Station;Bern', 'Height;540', 'Number;12', ''],
        headerRows: [5],
        rows: 9,
      },
    ],
    'a long preamble above few rows': [
      lines(
        'Report',
        'Made by the office of weather, on paper',
        'Do not copy',
        'Version 3',
        'Contact: someone',
        'Page 1',
        'day;rain;wind;note',
        '2024-01-01;1,5;3;x',
        '2024-01-02;0,5;4;y',
      ),
      {
        delimiter: ';',
        names: ['day', 'rain', 'wind', 'note'],
        preamble: [
          'Report',
          'Made by the office of weather, on paper',
          'Do not copy',
          'Version 3',
          'Contact: someone',
          'Page 1',
        ],
        headerRows: [7],
        rows: 2,
      },
    ],
    'an account and its balance': [
      lines(
        '="0300012345";13/02/2024;15/03/2024;23;15/03/2024;1234,56 EUR',
        '',
        'Date;Libellé;Montant;Devise',
        '13/03/2024;CARTE X1234;-45,20;EUR',
        '12/03/2024;VIR DUPONT;1500,00;EUR',
        '11/03/2024;PRELEVEMENT;-89,90;EUR',
      ),
      {
        delimiter: ';',
        names: ['Date', 'Libellé', 'Montant', 'Devise'],
        preamble: ['="0300012345";13/02/2024;15/03/2024;23;15/03/2024;1234,56 EUR', ''],
        headerRows: [3],
        rows: 3,
      },
    ],
    'facts about the file, wider than the table': [
      lines(
        '"EXTF";700;21;"Buchungsstapel";13;20240315;"RE";"EUR"',
        'Umsatz;Kennzeichen;Konto;Belegdatum;Buchungstext',
        '119,00;"S";8400;1503;"Erlöse"',
        '59,50;"H";8400;1603;"Erlöse"',
      ),
      {
        delimiter: ';',
        names: ['Umsatz', 'Kennzeichen', 'Konto', 'Belegdatum', 'Buchungstext'],
        preamble: ['"EXTF";700;21;"Buchungsstapel";13;20240315;"RE";"EUR"'],
        headerRows: [2],
        rows: 2,
      },
    ],
    'more named facts than rows': [
      lines(
        'Konto:;DE12;',
        'Von:;01.01.2024;',
        'Bis:;15.03.2024;',
        'Tag;Text;Zweck;Betrag',
        '15.03.2024;EDEKA;Danke;-45,20',
        '14.03.2024;Firma;Lohn;2345,67',
      ),
      {
        delimiter: ';',
        names: ['Tag', 'Text', 'Zweck', 'Betrag'],
        preamble: ['Konto:;DE12;', 'Von:;01.01.2024;', 'Bis:;15.03.2024;'],
        headerRows: [4],
        rows: 2,
      },
    ],
    'a title above names in other letters than Latin ones': [
      lines(
        '支付宝交易记录明细查询',
        '账号:[test@example.com]',
        '交易号   ,商家订单号   ,交易创建时间   ,商品名称   ,金额（元）   ,收/支   ,',
        ...repeat(3, (at) => `2024\t,T200P${at}\t,2024-03-13 18:15:00 ,早餐   ,12.50   ,支出   ,`),
      ),
      {
        delimiter: ',',
        names: [
          '交易号   ',
          '商家订单号   ',
          '交易创建时间   ',
          '商品名称   ',
          '金额（元）   ',
          '收/支   ',
          '',
        ],
        preamble: ['支付宝交易记录明细查询', '账号:[test@example.com]'],
        headerRows: [3],
        rows: 3,
      },
    ],
    'names, units and kinds below the facts of a logger': [
      lines(
        '"TOA5","CR1000","CR1000","12345","CR1000.Std.32","Table1"',
        '"TIMESTAMP","RECORD","BattV","AirTC"',
        '"TS","RN","Volts","Deg C"',
        '"","","Avg","Avg"',
        ...repeat(12, (at) => `"2024-01-01 00:${at + 10}:00",${at},12.6,5.1`),
      ),
      {
        delimiter: ',',
        names: [
          ['TIMESTAMP', 'RECORD', 'BattV', 'AirTC'],
          ['TS', 'RN', 'Volts', 'Deg C'],
          ['', '', 'Avg', 'Avg'],
        ],
        preamble: ['"TOA5","CR1000","CR1000","12345","CR1000.Std.32","Table1"'],
        headerRows: [2, 3, 4],
        rows: 12,
      },
    ],
    'pairs of names and facts, a blank line below': [
      lines(
        'Compte;1234567A020',
        'Type;CCP',
        'Date;15/03/2024',
        'Solde;1234,56',
        '',
        'Date;Libellé;Montant(EUROS);Montant(FRANCS)',
        '13/03/2024;ACHAT;-45,20;-296,49',
        '12/03/2024;VIREMENT;1500,00;9839,36',
      ),
      {
        delimiter: ';',
        names: ['Date', 'Libellé', 'Montant(EUROS)', 'Montant(FRANCS)'],
        preamble: ['Compte;1234567A020', 'Type;CCP', 'Date;15/03/2024', 'Solde;1234,56', ''],
        headerRows: [6],
        rows: 2,
      },
    ],
    'pairs, one of them with a currency, and a remark': [
      lines(
        'Umsätze;Datei erstellt am: 15.03.2024',
        ';Letztes Update: aktuell',
        '',
        'Bank;ING',
        'Kunde;Max',
        'Saldo;1.234,56;EUR',
        '',
        'Alle bereits gebuchten Umsätze.',
        '',
        'Buchung;Valuta;Auftraggeber;Text;Saldo;Betrag',
        '15.03.2024;15.03.2024;EDEKA;Danke;1.234,56;-45,20',
        '14.03.2024;14.03.2024;Firma;Lohn;1.279,76;2.345,67',
      ),
      {
        delimiter: ';',
        names: ['Buchung', 'Valuta', 'Auftraggeber', 'Text', 'Saldo', 'Betrag'],
        preamble: [
          'Umsätze;Datei erstellt am: 15.03.2024',
          ';Letztes Update: aktuell',
          '',
          'Bank;ING',
          'Kunde;Max',
          'Saldo;1.234,56;EUR',
          '',
          'Alle bereits gebuchten Umsätze.',
          '',
        ],
        headerRows: [10],
        rows: 2,
      },
    ],
    'pairs without a blank line below may be rows': [
      lines('Compte;1234567A020', 'Type;CCP', 'Date;x', 'Solde;1234,56', 'a;b;c;d', 'x;y;1;2', 'z;w;3;4'),
      { delimiter: ';', names: ['Compte', '1234567A020'], rows: 6 },
    ],
    'names above pairs: a table of its own': [
      lines('city;country', 'Rome;Italy', 'Bern;1', 'Oslo;Norway', '', 'a;b;c;d', 'x;y;1;2', 'z;w;3;4'),
      { delimiter: ';', names: ['city', 'country'], rows: 6 },
    ],
    'pairs whose values are all of one type: a table of its own': [
      lines('B1234567;5', 'B1234568;6', 'B1234569;7', 'B1;8', '', 'a;b;c;d', 'x;y;1;2', 'z;w;3;4'),
      { delimiter: ';', names: ['B1234567', '5'], rows: 6 },
    ],
    'titles, and dates above the numbers alone': [
      lines(
        '"Tabelle: 12411-0015"',
        '"Bevölkerung: Kreise, Stichtag";;;',
        ';;31.12.2021;31.12.2022',
        '01001;Flensburg;91113;92550',
        '01002;Kiel;246243;247717',
        '14612;Dresden;-;563311',
      ),
      {
        delimiter: ';',
        names: ['', '', '31.12.2021', '31.12.2022'],
        preamble: ['"Tabelle: 12411-0015"', '"Bevölkerung: Kreise, Stichtag";;;'],
        headerRows: [3],
        rows: 3,
      },
    ],
    'a name and no others is no title': [
      lines('City;;;', ';;2021;2022', 'Bern;x;1;2', 'Rome;y;3;4'),
      { delimiter: ';', names: ['City', '', '', ''], rows: 3 },
    ],
    'a first row without names is a row': [
      lines('Title', 'City;;;', ';;5;6', 'Bern;x;1;2', 'Rome;y;3;4'),
      { delimiter: ';', names: ['Title'], rows: 4 },
    ],
    'rows of another table are no facts': [
      lines('1,2', '3,4', 'x,y,z', '1,2,3', '4,5,6', '7,8,9'),
      { delimiter: ',', names: ['1', '2'], rows: 5 },
    ],
    'blank lines alone': [
      '\n\na,b\n1,2\n3,4\n',
      { delimiter: ',', names: ['a', 'b'], headerRows: [3], rows: 2 },
    ],
    'an empty name is no title': [
      lines('id,', '1,foo', '2,bar', '3,baz'),
      { delimiter: ',', names: ['id', ''], rows: 3 },
    ],
    comments: [
      lines('# made by a machine', '# on a Monday, at noon', 'a,b', '1,2', '3,4'),
      {
        delimiter: ',',
        names: ['a', 'b'],
        preamble: ['# made by a machine', '# on a Monday, at noon'],
        headerRows: [3],
        rows: 2,
      },
    ],
    'comments, the last of which is the header': [
      lines('##fileformat=x', '#CHROM\tPOS\tID', '1\t100\ta', '1\t200\tb'),
      {
        delimiter: '\t',
        names: ['#CHROM', 'POS', 'ID'],
        preamble: ['##fileformat=x'],
        headerRows: [2],
        rows: 2,
      },
    ],
    'a name that begins with #': [
      lines('#,name,n', '1,Ada,3', '2,Bob,4'),
      { delimiter: ',', names: ['#', 'name', 'n'], rows: 2 },
    ],
    'comments here and there': [
      lines('a,b,c', '1,2,3', '# checked, by hand', '4,5,6', '# and so on', '7,8,9'),
      { delimiter: ',', comment: '#', names: ['a', 'b', 'c'], rows: 3 },
    ],
    'cells that begin with #': [
      lines('colour,n', '#ff0000,1', '#00ff00,2'),
      { delimiter: ',', names: ['colour', 'n'], rows: 2 },
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, expected]) => expectLayout(text, expected));
});

describe('line breaks', () => {
  const cases: Record<string, [string, string[]]> = {
    LF: ['a,b\n1,2\n', ['\n']],
    CRLF: ['a,b\r\n1,2\r\n', ['\r\n', '\n']],
    CR: ['a,b\r1,2\r', ['\r']],
    'LF, then CRLF': ['a,b\n1,2\r\n', ['\n', '\r\n']],
    'CRLF, LF and CR': ['a,b\r\n1,2\n3,4\r5,6\r\n', ['\r\n', '\n', '\r']],
    'a line feed in a quoted cell': ['a,b\r"x\ny",2\r', ['\r']],
    'no line break': ['a,b', ['\n']],
  };
  test.each(Object.entries(cases))('%s', (_name, [text, delimiters]) => {
    const layout = layoutOf(text);
    expect(layout.recordDelimiters).toEqual(delimiters);
    expect(layout.dialect.lineTerminator).toBe(delimiters[0]);
    expect(recordsOf(text, layout).every((record) => record.length === 2)).toBe(true);
  });
});

describe('declared line breaks', () => {
  const cases: [string, string, string[]][] = [
    ['a,b\r\n1,x\ny\r\n', '\r\n', ['\r\n']],
    ['a,b\n1,2\n', '\r\n', ['\n']],
    ['a,b\r\n1,2\r\n', '\n', ['\n', '\r\n']],
    ['a,b\r1,2\r', '\r', ['\r']],
    ['a,b\n1,2\r3\n', '\r', ['\r', '\n', '\r\n']],
  ];
  test.each(cases)('%j declared as %j', (text, lineTerminator, expected) => {
    expect(layoutOf(text, { lineTerminator }).recordDelimiters).toEqual(expected);
  });
});

describe('what is declared is not guessed', () => {
  const text = 'a;b,c\n1;2,3\n4;5,6\n';
  const cases: [DeclaredDialect, Partial<Layout['dialect']>][] = [
    [{ delimiter: ';' }, { delimiter: ';', header: true }],
    [{ delimiter: ',' }, { delimiter: ',' }],
    [{ delimiter: '::' }, { delimiter: '::' }],
    [{ quoteChar: "'" }, { quoteChar: "'" }],
    [{ quoteChar: null }, { quoteChar: null }],
    [{ escapeChar: '\\' }, { escapeChar: '\\', doubleQuote: false }],
    [{ header: false }, { header: false }],
    [{ headerRows: [1, 2] }, { header: true, headerRows: [1, 2] }],
    [{ headerRows: [2] }, { header: true, headerRows: [2], preamble: ['a;b,c'] }],
    [{ commentChar: '1' }, { commentChar: '1' }],
    [{ skipInitialSpace: true }, { skipInitialSpace: true }],
  ];
  test.each(cases)('%j', (declared, expected) => {
    expect(layoutOf(text, declared).dialect).toMatchObject(expected);
  });
});

test('evidence is in sentences', () => {
  expect(layoutOf('sep=;\na;b\n1;2\n').dialect.evidence).toMatch(/semicolon.*sep=.*header/);
  expect(layoutOf('a, b\n1, 2\n').dialect.evidence).toMatch(/comma.*2 of the first 2 lines.*blanks/);
  expect(layoutOf('Title\na,b\n1,2\n3,4\n').dialect.evidence).toMatch(
    /a line stands above.*line 2 is the header/,
  );
  expect(layoutOf('name\nAda, Countess\n').dialect.evidence).toMatch(/each line is one cell/);
  expect(layoutOf('').dialect.evidence).toMatch(/nothing/);
});

test('a sample is read in a few milliseconds', () => {
  const text = lines(
    'id;name;price;at',
    ...repeat(20_000, (i) => `${i};"name, ${i}";${i},50;2024-01-0${(i % 9) + 1}`),
  );
  for (let i = 0; i < 20; i++) layoutOf(text);
  const bytes = Buffer.from(text);
  const began = performance.now();
  for (let i = 0; i < 20; i++) findLayout(bytes, { prefersTab: false, declared: null });
  expect((performance.now() - began) / 20).toBeLessThan(25);
});
