// Damaged files: each departure stays within its record, is told with its line, and the other cells are exact.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoadedTable, loadTables } from '../src/source/text/load.ts';
import { cellsOf } from './support/ingest.ts';

async function load(text: string | Buffer, isGrowing = false): Promise<readonly LoadedTable[]> {
  const loaded = await loadTables(Buffer.from(text as string), {
    prefersTab: false,
    modified: '2026-01-01T00:00:00.000Z',
    previous: [],
    isGrowing,
    declared: null,
  });
  if (loaded.kind === 'rejected') throw new Error(loaded.rejection.reason);
  return loaded.tables;
}

const names = ({ table }: LoadedTable) => table.schema.fields.map(({ name }) => name);
const told = ({ file }: LoadedTable) =>
  file.diagnostics.map(
    ({ line, column, code }) => `${line}${column === undefined ? '' : `.${column}`} ${code}`,
  );

type Case = [text: string, names: string[], rows: (string | null)[][], told: string[]];

const LONG = 'x'.repeat(300_000);
const stray: Record<string, Case> = {
  'inches and feet in an unquoted cell': [
    'id,what,n\n1,5\'10" tall,3\n2,x,4\n',
    ['id', 'what', 'n'],
    [
      ['1', '5\'10" tall', '3'],
      ['2', 'x', '4'],
    ],
    [],
  ],
  'text behind a closing quote': [
    'id,what,n\n1,"a"b,3\n2,x,4\n',
    ['id', 'what', 'n'],
    [
      ['1', '"a"b', '3'],
      ['2', 'x', '4'],
    ],
    ['2.2 stray-quote'],
  ],
  'two quoted words': [
    'id,what,n\n1,"a" and "b",3\n2,x,4\n',
    ['id', 'what', 'n'],
    [
      ['1', '"a" and "b"', '3'],
      ['2', 'x', '4'],
    ],
    ['2.2 stray-quote'],
  ],
  'a quote in front of a cell, others behind it': [
    'id,what,n\n1,"abc,3\n2,"x, y",4\n3,"z",5\n',
    ['id', 'what', 'n'],
    [
      ['1', '"abc', '3'],
      ['2', 'x, y', '4'],
      ['3', 'z', '5'],
    ],
    ['2.2 stray-quote'],
  ],
  'a quote in front of a row whose other cells are quoted': [
    'day,what,url\n"28/01/2018,"Boots, light","http://a"\n29/01/2018,"Jacket","http://b"\n30/01/2018,"Hat, red","http://c"\n',
    ['day', 'what', 'url'],
    [
      ['"28/01/2018', 'Boots, light', 'http://a'],
      ['29/01/2018', 'Jacket', 'http://b'],
      ['30/01/2018', 'Hat, red', 'http://c'],
    ],
    ['2.1 stray-quote'],
  ],
  'a row with tabs around its delimiters, and a cell of several lines': [
    'day,what,url\n"1","x, y","a"\n"2"\t,\t"light\n\nand warm"\t,\t"b"\n"3","z","c"\n"4","u","d"\n',
    ['day', 'what', 'url'],
    [
      ['1', 'x, y', 'a'],
      ['"2"\t', '\t"light', null],
      ['and warm"\t', '\t"b"', null],
      ['3', 'z', 'c'],
      ['4', 'u', 'd'],
    ],
    ['3.1 stray-quote', '3.3 too-few-cells', '5.3 too-few-cells'],
  ],
  'a cell of several lines that nothing closes, and quoted cells in the row below': [
    'day,what,url,n\n1,"light\n\nwarm",a,1\n2,"light\n\nwarm,b,2\n3,"say ""hi""","c, d",3\n4,u,d,4\n',
    ['day', 'what', 'url', 'n'],
    [
      ['1', 'light\n\nwarm', 'a', '1'],
      ['2', '"light', null, null],
      ['warm', 'b', '2', null],
      ['3', 'say "hi"', 'c, d', '3'],
      ['4', 'u', 'd', '4'],
    ],
    ['5.2 stray-quote', '5.3 too-few-cells', '7.4 too-few-cells'],
  ],
  'cells of several lines that end with a comma, and inches in another': [
    'id,what,n\n1,"Mill Lane\nNorton,",2\n2,"Mere\n,",3\n3,5" pipe,4\n',
    ['id', 'what', 'n'],
    [
      ['1', 'Mill Lane\nNorton,', '2'],
      ['2', 'Mere\n,', '3'],
      ['3', '5" pipe', '4'],
    ],
    [],
  ],
  'a cell of several lines that ends with a comma, and a row with a cell too many': [
    'id,what,n\n1,"Mill Lane\nNorton,",2\n2,x,3\n3,y,4,5\n',
    ['id', 'what', 'n', 'column_4'],
    [
      ['1', 'Mill Lane\nNorton,', '2', null],
      ['2', 'x', '3', null],
      ['3', 'y', '4', '5'],
    ],
    ['5.4 too-many-cells'],
  ],
  'quotes in front of cells of two rows, the second of which is one alone': [
    'id,what,n\n1,"abc,3\n2,",4\n3,x,5\n4,y\n',
    ['id', 'what', 'n'],
    [
      ['1', '"abc', '3'],
      ['2', '"', '4'],
      ['3', 'x', '5'],
      ['4', 'y', null],
    ],
    ['2.2 stray-quote', '3.2 unclosed-quote', '5.3 too-few-cells'],
  ],
  'two rows whose cells other delimiters separate, and one between them that is as it should be': [
    'day,what,url\n"1","x, y","a"\n"2";"x";"b"\n"3","z","c"\n"4","u","d",extra\n"5","u","e"\n',
    ['day', 'what', 'url', 'column_4'],
    [
      ['1', 'x, y', 'a', null],
      ['"2";"x";"b"', null, null, null],
      ['3', 'z', 'c', null],
      ['4', 'u', 'd', 'extra'],
      ['5', 'u', 'e', null],
    ],
    ['3.1 stray-quote', '3.2 too-few-cells', '5.4 too-many-cells'],
  ],
  'a quote in front of a quoted cell': [
    'day,what\n""28/01/2018","Boots, light"\n29/01/2018,""Jacket, ""warm"""\n30/01/2018,"Hat"\n',
    ['day', 'what'],
    [
      ['"28/01/2018', 'Boots, light'],
      ['29/01/2018', '"Jacket, "warm"'],
      ['30/01/2018', 'Hat'],
    ],
    ['2.1 stray-quote', '3.2 stray-quote'],
  ],
  'a quote in front of a name': [
    '"id,"what",n\n1,"x",3\n2,"y, z",4\n',
    ['"id', 'what', 'n'],
    [
      ['1', 'x', '3'],
      ['2', 'y, z', '4'],
    ],
    ['1.1 stray-quote'],
  ],
  'a quote for the last cell of a line': [
    'id,what,n\n1,"x","\n2,"y",4\n3,"z",5\n',
    ['id', 'what', 'n'],
    [
      ['1', 'x', '"'],
      ['2', 'y', '4'],
      ['3', 'z', '5'],
    ],
    ['2.3 stray-quote'],
  ],
  'inches in quoted cells, never doubled': [
    'id,what,n\n1,"Table, 48"","Made, here"\n2,"a 5" seam, wide","x"\n3,"y","z"\n',
    ['id', 'what', 'n'],
    [
      ['1', 'Table, 48"', 'Made, here'],
      ['2', 'a 5" seam, wide', 'x'],
      ['3', 'y', 'z'],
    ],
    ['2.2 stray-quote', '3.2 stray-quote'],
  ],
  'speech in a quoted cell, never doubled': [
    'id,what,n\n1,"He said "hi" to me, and left",3\n2,x,4\n3,y,5\n',
    ['id', 'what', 'n'],
    [
      ['1', 'He said "hi" to me, and left', '3'],
      ['2', 'x', '4'],
      ['3', 'y', '5'],
    ],
    ['2.2 stray-quote'],
  ],
  'a backslash in one row of a file that doubles': [
    'id,what,n\n1,"a ""b"", c",3\n2,"a \\"b\\", c",4\n3,y,5\n',
    ['id', 'what', 'n'],
    [
      ['1', 'a "b", c', '3'],
      ['2', 'a "b", c', '4'],
      ['3', 'y', '5'],
    ],
    ['3.2 stray-quote'],
  ],
  'two strays, far apart': [
    `id,what,n\n1,"abc,3\n${Array.from({ length: 30 }, (_, i) => `${i + 2},x,4\n`).join('')}32,y",5\n33,z,6\n`,
    ['id', 'what', 'n'],
    [
      ['1', '"abc', '3'],
      ...Array.from({ length: 30 }, (_, i) => [String(i + 2), 'x', '4']),
      ['32', 'y"', '5'],
      ['33', 'z', '6'],
    ],
    ['2.2 stray-quote'],
  ],
  'single quotes': [
    "id;what;n\n1;'a;b';3\n2;'it''s';4\n3;'abc;5\n4;'x;y';6\n5;'z';7\n",
    ['id', 'what', 'n'],
    [
      ['1', 'a;b', '3'],
      ['2', "it's", '4'],
      ['3', "'abc", '5'],
      ['4', 'x;y', '6'],
      ['5', 'z', '7'],
    ],
    ['4.2 stray-quote'],
  ],
};

const legal: Record<string, Case> = {
  'a cell of several lines': [
    'id,what,n\n1,"a\nb, c\n\nd",3\n2,"x\n",4\n',
    ['id', 'what', 'n'],
    [
      ['1', 'a\nb, c\n\nd', '3'],
      ['2', 'x\n', '4'],
    ],
    [],
  ],
  'a line in a cell that is as wide as the table': [
    'id,what,n\n1,"Doe, Jane\nParis, FR",3\n2,x,4\n3,y,5\n',
    ['id', 'what', 'n'],
    [
      ['1', 'Doe, Jane\nParis, FR', '3'],
      ['2', 'x', '4'],
      ['3', 'y', '5'],
    ],
    [],
  ],
  'two cells of several lines in one record': [
    'id,a,b\n1,"p\nq","r\ns"\n2,"t\nu, v","w"\n3,x,y\n',
    ['id', 'a', 'b'],
    [
      ['1', 'p\nq', 'r\ns'],
      ['2', 't\nu, v', 'w'],
      ['3', 'x', 'y'],
    ],
    [],
  ],
  'several lines in a row that is short': [
    'id,a,b\n1,"p\nq"\n2,x,y\n3,x,y\n',
    ['id', 'a', 'b'],
    [
      ['1', 'p\nq', null],
      ['2', 'x', 'y'],
      ['3', 'x', 'y'],
    ],
    ['2.3 too-few-cells'],
  ],
  'doubled quotes, delimiters, a quote alone': [
    'a,b\n"x ""y"", z",""""\n",",""","""\n',
    ['a', 'b'],
    [
      ['x "y", z', '"'],
      [',', '","'],
    ],
    [],
  ],
  'backslash-escaped quotes; before anything else a backslash stays': [
    'id,what,n\n1,"a \\"b\\", c",3\n2,"C:\\temp, \\"x\\"",4\n3,"it\\\'s \\"y\\"",5\n',
    ['id', 'what', 'n'],
    [
      ['1', 'a "b", c', '3'],
      ['2', 'C:\\temp, "x"', '4'],
      ['3', 'it\\\'s "y"', '5'],
    ],
    ['3.2 other-escape', '4.2 other-escape'],
  ],
  'a very long cell': [
    `a,b\n"${LONG}",1\ny,2\n`,
    ['a', 'b'],
    [
      [LONG, '1'],
      ['y', '2'],
    ],
    [],
  ],
};

const lines: Record<string, Case> = {
  'NUL bytes in text': [
    `a,b\nx\0y,1\n${Array.from({ length: 400 }, () => 'some plain text here,2\n').join('')}"z"\0,3\n`,
    ['a', 'b'],
    [['x\0y', '1'], ...Array.from({ length: 400 }, () => ['some plain text here', '2']), ['"z"\0', '3']],
    ['2 nul-byte', '403.1 stray-quote', '403 nul-byte'],
  ],
  'trailing delimiters on every line': [
    'a,b,\n1,2,\n3,4,\n',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', '4'],
    ],
    ['1.3 trailing-delimiters'],
  ],
  'trailing delimiters on every line but the header': [
    'a,b\n1,2,\n3,4,\n',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', '4'],
    ],
    ['2.3 trailing-delimiters'],
  ],
  'trailing delimiters, and one cell behind them': [
    'a,b,\n1,2,\n3,4,5\n',
    ['a', 'b', 'column_3'],
    [
      ['1', '2', null],
      ['3', '4', '5'],
    ],
    ['1.3 empty-name'],
  ],
  'a header with one cell more, which is empty': [
    'a,,b\n1,2\n3,4\n',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', '4'],
    ],
    ['1.2 surplus-name'],
  ],
  'names of rows, and no name above them': [
    'x\ty\nBRCA1\t1\t5\nTP53\t2\t6\nMYC\t2\t7\n',
    ['column_1', 'x', 'y'],
    [
      ['BRCA1', '1', '5'],
      ['TP53', '2', '6'],
      ['MYC', '2', '7'],
    ],
    ['1.1 no-first-name', '1.1 empty-name'],
  ],
  'names of rows in quotes, and blanks between cells': [
    '"x" "y"\n"1" 2.5 3\n"2" 3.5 4\n',
    ['column_1', 'x', 'y'],
    [
      ['1', '2.5', '3'],
      ['2', '3.5', '4'],
    ],
    ['1.1 no-first-name', '1.1 empty-name'],
  ],
  'a cell more in each row, the first ones alike': [
    'x;y\na;1;5\na;2;6\n',
    ['x', 'y', 'column_3'],
    [
      ['a', '1', '5'],
      ['a', '2', '6'],
    ],
    ['2.3 too-many-cells', '3.3 too-many-cells'],
  ],
  'a comma more in each row may be one of a text or a number': [
    'id,v\n1,1,5\n2,2,5\n',
    ['id', 'v', 'column_3'],
    [
      ['1', '1', '5'],
      ['2', '2', '5'],
    ],
    ['2.3 too-many-cells', '3.3 too-many-cells'],
  ],
  'trailing delimiters without a header': [
    '1.5,2026-01-01,\n2.5,2026-01-02,\n3.5,2026-01-03,\n',
    ['column_1', 'column_2', 'column_3'],
    [
      ['1.5', '2026-01-01', null],
      ['2.5', '2026-01-02', null],
      ['3.5', '2026-01-03', null],
    ],
    [],
  ],
  'two header rows': [
    'DATE,TIME\nDATE,TIME\n28/01/2018,00:00\n29/01/2018,00:15\n30/01/2018,00:30\n',
    ['DATE DATE', 'TIME TIME'],
    [
      ['28/01/2018', '00:00'],
      ['29/01/2018', '00:15'],
      ['30/01/2018', '00:30'],
    ],
    [],
  ],
  'one row with another delimiter': [
    'a,b,c\n1,2,3\n4;5;6\n7,8,9\n1,2,4\n',
    ['a', 'b', 'c'],
    [
      ['1', '2', '3'],
      ['4;5;6', null, null],
      ['7', '8', '9'],
      ['1', '2', '4'],
    ],
    ['3.2 too-few-cells'],
  ],
  'a surplus and a missing separator': [
    'a,b\n1,,2\n3 4\n5,6,\n7,8\n',
    ['a', 'b', 'column_3'],
    [
      ['1', null, '2'],
      ['3 4', null, null],
      ['5', '6', null],
      ['7', '8', null],
    ],
    ['2.3 too-many-cells', '3.2 too-few-cells', '4.3 surplus-empty-cells'],
  ],
  'delimiters alone, blank lines': [
    'a,b\n,\n\n1,2\n,\n',
    ['a', 'b'],
    [
      [null, null],
      ['1', '2'],
      [null, null],
    ],
    [],
  ],
  'comments: lines are those of the file': [
    'a,b\n1,2\n# one "x\n# two\n3\n# three\n"4"x,5\n',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', null],
      ['"4"x', '5'],
    ],
    ['5.2 too-few-cells', '7.1 stray-quote'],
  ],
  'a title above: lines are those of the file': [
    'Sales of the year\n\nid,name,n\n1,a,2\n2,"b"c,3\n3,d\n4,e,5\n5,f,6\n',
    ['id', 'name', 'n'],
    [
      ['1', 'a', '2'],
      ['2', '"b"c', '3'],
      ['3', 'd', null],
      ['4', 'e', '5'],
      ['5', 'f', '6'],
    ],
    ['5.2 stray-quote', '6.3 too-few-cells'],
  ],
  'a row that is called as others are is no totals line': [
    'payee,n\nTotal,5\nBP,1\nTotal,6\n',
    ['payee', 'n'],
    [
      ['Total', '5'],
      ['BP', '1'],
      ['Total', '6'],
    ],
    [],
  ],
  'a totals line': [
    'what,n,price\na,1,2.50\nb,2,3.25\nTotal,3,5.75\n',
    ['what', 'n', 'price'],
    [
      ['a', '1', '2.50'],
      ['b', '2', '3.25'],
    ],
    ['4 totals-line'],
  ],
  'a last line called a total that is none': [
    'what,n\na,1\nb,2\nTotal,4\n',
    ['what', 'n'],
    [
      ['a', '1'],
      ['b', '2'],
      ['Total', '4'],
    ],
    [],
  ],
  'a total in the middle': [
    'what,n\na,1\nb,2\nTotal,3\nc,5\n',
    ['what', 'n'],
    [
      ['a', '1'],
      ['b', '2'],
      ['Total', '3'],
      ['c', '5'],
    ],
    [],
  ],
  'a unit that is no total': [
    'a,b\n1,"x\n2,y\n',
    ['a', 'b'],
    [
      ['1', '"x'],
      ['2', 'y'],
    ],
    ['2.2 unclosed-quote'],
  ],
};

const drawn: Record<string, Case> = {
  'a bar at both ends of each line': [
    '|name|age|\n|Bob|5|\n|Al|6|\n',
    ['name', 'age'],
    [
      ['Bob', '5'],
      ['Al', '6'],
    ],
    ['1 outer-delimiters'],
  ],
  'a bar at both ends, and a totals line': [
    '|name|age|\n|Bob|5|\n|Al|6|\n|---|---|\n|Total|11|\n',
    ['name', 'age'],
    [
      ['Bob', '5'],
      ['Al', '6'],
    ],
    ['1 outer-delimiters', '4 rule-line', '5 totals-line'],
  ],
  'a bar at both ends, and no rows': ['|name|age|\n', ['name', 'age'], [], ['1 outer-delimiters']],
  'a bar at both ends, a cell behind it': [
    '|name|age|\n|Bob|5|\n|Al|6|x\n',
    ['column_1', 'name', 'age', 'column_4'],
    [
      [null, 'Bob', '5', null],
      [null, 'Al', '6', 'x'],
    ],
    ['1.1 empty-name', '1.4 empty-name'],
  ],
  'a bar in front alone': [
    '|name|age\n|Bob|5\n|Al|6\n',
    ['column_1', 'name', 'age'],
    [
      [null, 'Bob', '5'],
      [null, 'Al', '6'],
    ],
    ['1.1 empty-name'],
  ],
  'semicolons at both ends': [
    ';name;age;\n;Bob;5;\n;Al;6;\n',
    ['column_1', 'name', 'age'],
    [
      [null, 'Bob', '5'],
      [null, 'Al', '6'],
    ],
    ['1.4 trailing-delimiters', '1.1 empty-name'],
  ],
  'a title above': [
    'Title\n\n|a|b|\n|---|---|\n|x|1|\n|y|2|\n',
    ['a', 'b'],
    [
      ['x', '1'],
      ['y', '2'],
    ],
    ['3 outer-delimiters', '4 rule-line'],
  ],
  'a line of alignments': [
    '|name|age|\n|:--|--:|\n|Bob|5|\n|Al|6|\n',
    ['name', 'age'],
    [
      ['Bob', '5'],
      ['Al', '6'],
    ],
    ['1 outer-delimiters', '2 rule-line'],
  ],
  'a box': [
    '+----+----+\n|name|age |\n+----+----+\n|Bob|5|\n+----+----+\n|Al|6|\n+----+----+\n',
    ['name', 'age '],
    [
      ['Bob', '5'],
      ['Al', '6'],
    ],
    ['2 outer-delimiters', '3 rule-line'],
  ],
  'a line below the names, no bars at the ends': [
    'name|age\n----+----\nBob|5\nAl\n',
    ['name', 'age'],
    [
      ['Bob', '5'],
      ['Al', null],
    ],
    ['2 rule-line', '4.2 too-few-cells'],
  ],
  'values that are not known between bars': [
    'name|a|b\nBob|---|---\nAl|-|5\n-|-|-\n--|--|--\n',
    ['name', 'a', 'b'],
    [
      ['Bob', '---', '---'],
      ['Al', '-', '5'],
      ['-', '-', '-'],
      ['--', '--', '--'],
    ],
    [],
  ],
  'dashes between commas': [
    'a,b\n---,---\nx,5\n',
    ['a', 'b'],
    [
      ['---', '---'],
      ['x', '5'],
    ],
    [],
  ],
};

for (const [what, cases] of Object.entries({
  'lines and bars that are drawn': drawn,
  'stray quotes': stray,
  'what is legal': legal,
  lines,
})) {
  describe(what, () => {
    test.each(Object.entries(cases))('%s', async (_name, [text, header, rows, diagnostics]) => {
      const tables = await load(text);
      expect(tables.length).toBe(1);
      const [first] = tables as [LoadedTable];
      expect(names(first)).toEqual(header);
      expect(cellsOf(first.table)).toEqual(rows);
      expect(told(first)).toEqual(diagnostics);
    });
  });
}

describe('stacked tables', () => {
  const rows = (width: number, count: number, from = 0) =>
    Array.from({ length: count }, (_, i) =>
      Array.from({ length: width }, (_, j) => (j === 0 ? `x${i}` : String(from + i * width + j))).join(','),
    ).join('\n');
  const stacked: Record<string, [text: string, names: string[][], counts: number[]]> = {
    'the same header again': [
      `a,b,c\n${rows(3, 4)}\na,b,c\n${rows(3, 3)}\n`,
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
      [4, 3],
    ],
    'the same header again behind a blank line': [
      `a,b,c\n${rows(3, 4)}\n\na,b,c\n${rows(3, 3)}\n`,
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
      [4, 3],
    ],
    'the header with a column less': [
      `a,b,c\n${rows(3, 4)}\na,b\n${rows(2, 4)}\n`,
      [
        ['a', 'b', 'c'],
        ['a', 'b'],
      ],
      [4, 4],
    ],
    'the header with a column more': [
      `a,b,c\n${rows(3, 4)}\na,b,c,d\n${rows(4, 4)}\n`,
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c', 'd'],
      ],
      [4, 4],
    ],
    'another width behind a blank line': [
      `a,b,c\n${rows(3, 4)}\n\np,q\n${rows(2, 4)}\n`,
      [
        ['a', 'b', 'c'],
        ['p', 'q'],
      ],
      [4, 4],
    ],
    'another width, no blank line': [
      `a,b,c\n${rows(3, 4)}\np,q\n${rows(2, 4)}\n`,
      [
        ['a', 'b', 'c'],
        ['p', 'q'],
      ],
      [4, 4],
    ],
    'the same width, other names and types, a blank line': [
      `a,b\n${rows(2, 4)}\n\np,q\n${rows(2, 4)}\n`,
      [
        ['a', 'b'],
        ['p', 'q'],
      ],
      [4, 4],
    ],
    'the same header again below a title': [
      'Page 1\na;b\n1;2\n3;4\nPage 2\na;b\n5;6\n7;8\n',
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [2, 2],
    ],
    'the same header again below all of its notes': [
      `Report of Bern\nPage 1 of 2\n\na,b,c\n${rows(3, 4)}\n\nReport of Bern\nPage 2 of 2\n\na,b,c\n${rows(3, 3)}\n`,
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
      [4, 3],
    ],
    'the same header again below a line of another kind, which may be a row': [
      'Page 1\na;b\n1;2\n3;4\nNo page\na;b\n5;6\n7;8\n',
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [3, 2],
    ],
    'the same header again, no line above the first': [
      'a;b\n1;2\n3;4\nPage 2\na;b\n5;6\n7;8\n',
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [3, 2],
    ],
    'one row above a wider table, a blank line': [
      'id,n\n1,5\n\nx,y,z\na,1,2\nb,3,4\n',
      [
        ['id', 'n'],
        ['x', 'y', 'z'],
      ],
      [1, 2],
    ],
    'rows above a table of twice their width, a blank line': [
      `id,n\n1,5\n2,6\n\np,q,r,s\n${rows(4, 30)}\n`,
      [
        ['id', 'n'],
        ['p', 'q', 'r', 's'],
      ],
      [2, 30],
    ],
    'three of them': [
      `a,b\n${rows(2, 3)}\n\na,b\n${rows(2, 2)}\n\np,q,r\n${rows(3, 4)}\n`,
      [
        ['a', 'b'],
        ['a', 'b'],
        ['p', 'q', 'r'],
      ],
      [3, 2, 4],
    ],
  };
  test.each(Object.entries(stacked))('%s', async (_name, [text, header, counts]) => {
    const tables = await load(text);
    expect(tables.map(names)).toEqual(header);
    expect(tables.map(({ table }) => table.rowCount)).toEqual(counts);
  });

  test('files that were put together, each with its byte order mark', async () => {
    const tables = await load(
      `\ufeffa,b,c\n${rows(3, 4)}\n\ufeffa,b,c\n${rows(3, 3)}\n\ufeffp,q\n${rows(2, 4)}\n`,
    );
    expect(tables.map(names)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
      ['p', 'q'],
    ]);
    expect(tables.map(({ table }) => table.rowCount)).toEqual([4, 3, 4]);
    expect(tables.flatMap(told)).toEqual(['6 byte-order-mark', '10 byte-order-mark']);
  });

  test('a file without its header below another one', async () => {
    const [table, second] = await load('a,b\n1,x\n\ufeff2,y\n3,\ufeffz\n');
    expect(second).toBeUndefined();
    expect(table?.table.schema.fields.map(({ type }) => type)).toEqual(['integer', 'string']);
    expect(table && told(table)).toEqual(['3 byte-order-mark']);
  });

  const single: Record<string, [text: string, rows: number]> = {
    'a record of missing values': ['a,b,c\nx,1,2\ny,3,4\nNA,N/A\nz,5\nw,6\n', 5],
    'ragged rows': ['a,b,c\n1,2,3\n4,5\n6\n7,8,9,10\n1,2\n', 5],
    'a long ragged end': [`a,b,c\nx,1,2\ny,3,4\nz,5,6\n${'p,7\n'.repeat(9)}`, 12],
    'blank lines between rows': ['a,b\nx,1\n\ny,2\n\nz,3\n', 3],
    'a blank line and text rows of the same width': ['a,b\nx,y\nz,w\n\nname,word\nq,r\n', 4],
    'one row above wider ones, no blank line': ['id,n\n1,5\nx,y,z\na,1,2\nb,3,4\n', 4],
    'one row above a narrower table': ['x,y,z\na,1,2\n\nid,n\n1,5\n2,6\n', 4],
    'one row of words above a wider table': ['id,n\np,q\n\nx,y,z\na,1,2\nb,3,4\n', 4],
    'a note below': ['a,b\nx,1\ny,2\n\nSource: somebody\n', 3],
    'a blank line in a quoted cell': ['a,b\nx,1\ny,2\n"p\n\na,b\nq,3\nr",4\n', 3],
  };
  test.each(Object.entries(single))('one table: %s', async (_name, [text, count]) => {
    const tables = await load(text);
    expect(tables.map(({ table }) => table.rowCount)).toEqual([count]);
  });

  test('the lines above a header that returns are told of', async () => {
    const tables = await load('Page 1\na;b\n1;2\n3;4\nPage 2\na;b\n5;6\n7;8\nPage 3\na;b\n9;9\n8;8\n');
    expect(tables.map(({ file }) => file.dialect.preamble)).toEqual([['Page 1'], ['Page 2'], ['Page 3']]);
    expect(tables.map(({ file }) => file.dialect.headerRows)).toEqual([[2], [6], [10]]);
  });

  test('diagnostics of the second table name the lines of the file', async () => {
    const [, second] = await load(`a,b,c\n${rows(3, 4)}\n\na,b,c\nx,1,2\n"y"z,3,4\nw,5\nv,6,7\nu,8,9\n`);
    expect(second && told(second)).toEqual(['9.1 stray-quote', '10.3 too-few-cells']);
  });
});

describe('a file that grows', () => {
  const grown: Record<string, [text: string, rows: (string | null)[][]]> = {
    'half a line': ['a,b\n1,2\n3,', [['1', '2']]],
    'half a quoted cell of several lines': ['a,b\n1,2\n3,"x\ny', [['1', '2']]],
    'half a record whose first cell has several lines': ['a,b\n1,2\n"x\ny",', [['1', '2']]],
    'semicolons, CRLF': ['a;b\r\n1;2\r\n3;"x\r\n', [['1', '2']]],
    'single quotes, half a cell': [
      "a;b\n'1;1';'2'\n'3;3';'4'\n'5';'x\n",
      [
        ['1;1', '2'],
        ['3;3', '4'],
      ],
    ],
    'a CR that an LF may follow': ['a,b\r\n1,2\r\n3,4\r', [['1', '2']]],
  };
  test.each(Object.entries(grown))('%s', async (_name, [text, rows]) => {
    const [first] = await load(text, true);
    expect(first && cellsOf(first.table)).toEqual(rows);
  });
});

// One byte is put into a clean file, or taken out of it. The bound: a quote, delimiter or NUL may change the record it
// stands in; a line break, the record it stands in and the one behind it. Everything else is exact. Cells hold no line
// breaks here: one stray quote beside cells of several lines can be read in more than one sound way.
describe('one place is damaged', () => {
  const word = fc.stringMatching(/^[a-z ]{1,8}$/);
  const cell = fc.oneof(
    { weight: 4, arbitrary: word.filter((text) => text.trim() === text && text !== '') },
    { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `${a},${b}`) },
    { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `${a} "${b}" x`) },
  );
  const table = fc
    .integer({ min: 3, max: 6 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 6, maxLength: 14 }),
    );
  const write = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const edit = fc.record({
    what: fc.constantFrom('"', ',', '\n', '\0', ''),
    row: fc.nat(),
    at: fc.nat(),
  });

  test('the other records are exact', async () => {
    await fc.assert(
      fc.asyncProperty(table, edit, async (rows, { what, row, at }) => {
        const header = (rows[0] as string[]).map((_, index) => `field_${index}`);
        const written = [header, ...rows.map((cells, index) => [`r${index}`, ...cells.slice(1)])];
        const texts = written.map((cells) => cells.map(write).join(','));
        const hit = 1 + (row % (texts.length - 1));
        const line = texts[hit] as string;
        const place = at % (line.length + (what === '' ? 0 : 1));
        texts[hit] = line.slice(0, place) + what + line.slice(place + (what === '' ? 1 : 0));
        const tables = await load(`${texts.join('\n')}\n`);
        expect(tables.length).toBe(1);
        const found = cellsOf((tables[0] as LoadedTable).table).map((cells) =>
          cells.slice(0, header.length).map((text) => text ?? ''),
        );
        const before = written.slice(1, hit);
        const after = written.slice(hit + 1);
        expect(found.slice(0, before.length)).toEqual(before);
        expect(found.slice(found.length - after.length)).toEqual(after);
        expect(found.length - before.length - after.length).toBeLessThanOrEqual(what === '\n' ? 2 : 1);
      }),
      { numRuns: 400 },
    );
  });

  test('an undamaged table is exact, whatever its cells hold', async () => {
    const any = fc.oneof(
      { weight: 3, arbitrary: cell },
      {
        weight: 2,
        arbitrary: fc.stringMatching(/^[a-z,"\n ]{1,12}$/).filter((text) => text.trim() === text),
      },
    );
    const tables = fc
      .integer({ min: 3, max: 6 })
      .chain((width) =>
        fc.array(fc.array(any, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
      );
    await fc.assert(
      fc.asyncProperty(tables, async (rows) => {
        const header = (rows[0] as string[]).map((_, index) => `field_${index}`);
        const written = rows.map((cells, index) => [`r${index}`, ...cells.slice(1)]);
        const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = [header, ...written].map((cells) => `${cells.map(quote).join(',')}\n`).join('');
        const [first, ...others] = await load(text);
        expect(others).toEqual([]);
        expect(first && cellsOf(first.table)).toEqual(written);
        expect(first && told(first)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('damage all over takes time in proportion', () => {
  const fill = (count: number, row: string) => row.repeat(count);
  const good = `id,what,n\n${fill(300, '1,x,2\n')}`;
  const shapes: Record<string, (count: number) => string> = {
    'a quote in front of a cell, in short rows': (count) => good + fill(count, '1,"abc\n'),
    'text behind a closing quote': (count) => good + fill(count, '1,"a"b\n'),
    'the same with lone carriage returns': (count) => (good + fill(count, '1,"a"b\n')).replaceAll('\n', '\r'),
    'one line of cells that begin with a quote': (count) => good + fill(count, ',"a'),
    'one name for all columns': (count) => `${fill(count, 'a,')}z\n${fill(count, '1,')}2\n`,
  };

  test.each(Object.entries(shapes))('%s', async (_, write) => {
    const took = async (count: number) => {
      const began = performance.now();
      await load(write(count));
      return performance.now() - began;
    };
    await took(1000);
    expect(await took(24_000)).toBeLessThan(10 * (await took(6000)) + 500);
  });
});
