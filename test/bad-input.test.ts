// Files that are no tables, or hardly: each has a stated answer, and the other tables go on.

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type TemporaryFolder, until } from './support/folder.ts';
import { type Followed, followFolder } from './support/ingest.ts';
import { rowObject } from './support/row-object.ts';

const GOOD = 'id,name\n1,a\n';

/** Puts something beside a good table, and checks that the good one is served whatever it is. */
async function beside(put: (folder: TemporaryFolder) => Promise<unknown> | unknown): Promise<Followed> {
  const followed = await followFolder(async (folder) => {
    await put(folder);
    await writeFile(folder.at('good.csv'), GOOD);
  });
  expect(followed.cells('good')).toEqual([['1', 'a']]);
  return followed;
}

const fields = (followed: Followed, name: string) =>
  followed.catalog
    .current()
    .tables.get(name)
    ?.table?.schema.fields.map((field) => field.name);
const diagnostics = (followed: Followed, name: string) =>
  followed.catalog
    .current()
    .tables.get(name)
    ?.file?.diagnostics.map(({ line, code }) => `${line} ${code}`);

describe('hardly a table', () => {
  const cases: Record<string, [string, string[], (string | null)[][], string[]]> = {
    'an empty file': ['', [], [], ['1 empty-file']],
    'a header alone': ['id,name\n', ['id', 'name'], [], []],
    'a header without a line break': ['id,name', ['id', 'name'], [], []],
    'one column, with a blank line': ['word\na\n\nb\n', ['word'], [['a'], [null], ['b']], []],
    'blank lines': [
      '\n\na,b\n\n1,2\n\n\n3,4\n\n',
      ['a', 'b'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
      [],
    ],
    'blank lines alone': ['\n\n\n', [], [], []],
    'too few cells': [
      'a,b,c\n1,2\n3,4,5\n',
      ['a', 'b', 'c'],
      [
        ['1', '2', null],
        ['3', '4', '5'],
      ],
      ['2 too-few-cells'],
    ],
    'too many cells': [
      'a,b\n1,2,3\n4,5\n',
      ['a', 'b', 'column_3'],
      [
        ['1', '2', '3'],
        ['4', '5', null],
      ],
      ['2 too-many-cells'],
    ],
    'surplus empty cells': [
      'a,b\n1,2,,\n4,5\n',
      ['a', 'b'],
      [
        ['1', '2'],
        ['4', '5'],
      ],
      ['2 surplus-empty-cells'],
    ],
    'delimiters alone': [
      'a,b\n,\n1,2\n',
      ['a', 'b'],
      [
        [null, null],
        ['1', '2'],
      ],
      [],
    ],
    'repeated and empty names': [
      'a,a,,a_2\n1,2,3,4\n',
      ['a', 'a_3', 'column_3', 'a_2'],
      [['1', '2', '3', '4']],
      ['1 repeated-name', '1 empty-name'],
    ],
    'a stray quote': ['a,b\n5\'10" tall,x\n', ['a', 'b'], [['5\'10" tall', 'x']], []],
    'a quote that swallows lines': [
      'a,b\n1,"x\n2,y\n3,"z"\n',
      ['a', 'b'],
      [
        ['1', '"x'],
        ['2', 'y'],
        ['3', 'z'],
      ],
      ['2 stray-quote'],
    ],
    'a quote that is never closed': [
      'a,b\n1,x\n2,"y\n3,z\n',
      ['a', 'b'],
      [
        ['1', 'x'],
        ['2', '"y'],
        ['3', 'z'],
      ],
      ['3 unclosed-quote'],
    ],
    'CR alone': [
      'a,b\r1,2\r3,4\r',
      ['a', 'b'],
      [
        ['1', '2'],
        ['3', '4'],
      ],
      [],
    ],
    'CR alone, a line feed in a cell': [
      'id,t\r1,"a\nb"\r2,c\r',
      ['id', 't'],
      [
        ['1', 'a\nb'],
        ['2', 'c'],
      ],
      [],
    ],
    'CRLF and a byte order mark before a quoted name': [
      '\ufeff"a",b\r\n1,2\r\n',
      ['a', 'b'],
      [['1', '2']],
      [],
    ],
    'a line break in a cell': ['a,b\r\n"x\r\ny",2\r\n', ['a', 'b'], [['x\r\ny', '2']], []],
    semicolons: ['a;b\n1,5;2\n', ['a', 'b'], [['1,5', '2']], []],
    pipes: ['a|b\n1|2\n', ['a', 'b'], [['1', '2']], []],
    'no header': [
      '1.5,x,2024-01-01\n2.5,y,2024-01-02\n3.5,z,2024-01-03\n',
      ['column_1', 'column_2', 'column_3'],
      [
        ['1.5', 'x', '2024-01-01'],
        ['2.5', 'y', '2024-01-02'],
        ['3.5', 'z', '2024-01-03'],
      ],
      [],
    ],
    'years for names': [
      'country,2019,2020\nFrance,1,2\nSpain,3,4\n',
      ['country', '2019', '2020'],
      [
        ['France', '1', '2'],
        ['Spain', '3', '4'],
      ],
      [],
    ],
    'quoted and unquoted empty cells': [
      'a,b\n"",\nx,"NA"\n',
      ['a', 'b'],
      [
        ['', null],
        ['x', 'NA'],
      ],
      [],
    ],
    'names that objects have': [
      '__proto__,constructor,toString\n1,2,3\n',
      ['__proto__', 'constructor', 'toString'],
      [['1', '2', '3']],
      [],
    ],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_name, [text, names, cells, told]) => {
    await using followed = await beside((folder) => writeFile(folder.at('t.csv'), text));
    expect(fields(followed, 't')).toEqual(names);
    expect(followed.cells('t')).toEqual(cells);
    expect(diagnostics(followed, 't')).toEqual(told);
  });

  test('a quoted NA is text, so the column is; an unquoted one is missing', async () => {
    await using followed = await beside(async (folder) => {
      await writeFile(folder.at('quoted.csv'), 'id,n\n1,5\n2,"NA"\n');
      await writeFile(folder.at('missing.csv'), 'id,n\n1,5\n2,NA\n3,""\n');
    });
    const tables = followed.catalog.current().tables;
    expect(tables.get('quoted')?.table?.schema.fields[1]?.type).toBe('string');
    const missing = tables.get('missing')?.table;
    expect(missing?.schema.fields[1]).toMatchObject({ type: 'integer', missingValues: ['', 'NA'] });
    expect(missing && [0, 1, 2].map((row) => ({ ...rowObject(missing, row) }))).toEqual([
      { id: 1, n: 5 },
      { id: 2, n: null },
      { id: 3, n: null },
    ]);
    expect(followed.cells('missing')).toEqual([
      ['1', '5'],
      ['2', 'NA'],
      ['3', ''],
    ]);
  });

  test('a .tsv prefers tabs', async () => {
    await using followed = await beside((folder) => writeFile(folder.at('t.tsv'), 'a,x\tb,y\n1,2\t3,4\n'));
    expect(fields(followed, 't')).toEqual(['a,x', 'b,y']);
  });

  test('0 bytes, then content', async () => {
    await using followed = await beside((folder) => writeFile(folder.at('t.csv'), ''));
    expect(followed.cells('t')).toEqual([]);
    await writeFile(followed.folder.at('t.csv'), GOOD);
    await until(
      () => JSON.stringify(followed.cells('t')),
      (cells) => cells === '[["1","a"]]',
    );
  });
});

describe('no table', () => {
  const cases: Record<string, [(folder: TemporaryFolder) => Promise<unknown> | unknown, string, RegExp]> = {
    'a PNG': [
      (folder) => writeFile(folder.at('x.csv'), '\x89PNG\r\n\x1a\n\0\0', 'latin1'),
      'not-a-table',
      /PNG image/,
    ],
    'a spreadsheet': [
      (folder) => writeFile(folder.at('x.csv'), 'PK\x03\x04....', 'latin1'),
      'not-a-table',
      /xlsx.*save it as CSV/,
    ],
    binary: [
      (folder) => writeFile(folder.at('x.csv'), Buffer.from([1, 2, 0, 3, 0, 255])),
      'not-a-table',
      /NUL bytes/,
    ],
    'a web page': [
      (folder) => writeFile(folder.at('x.csv'), '<!DOCTYPE html><html></html>'),
      'not-a-table',
      /HTML page/,
    ],
    'a folder': [(folder) => mkdir(folder.at('x.csv')), 'not-a-file', /folder/],
    'a named pipe': [(folder) => execFileSync('mkfifo', [folder.at('x.csv')]), 'not-a-file', /named pipe/],
    'a dangling symbolic link': [
      (folder) => symlink('nowhere.csv', folder.at('x.csv')),
      'not-a-file',
      /does not exist/,
    ],
    'a symbolic link to itself': [
      (folder) => symlink('x.csv', folder.at('x.csv')),
      'not-a-file',
      /leads back to itself/,
    ],
    'a symbolic link out of the folder': [
      (folder) => symlink('/etc/passwd', folder.at('x.csv')),
      'outside-folder',
      /outside/,
    ],
  };
  test.concurrent.each(Object.entries(cases))('%s', async (_name, [put, code, reason]) => {
    await using followed = await beside(put);
    expect(followed.catalog.current().tables.has('x')).toBe(false);
    const rejected = await until(
      () => followed.catalog.current().rejected,
      (list) => list.length > 0,
    );
    expect(rejected).toMatchObject([{ path: 'x.csv', name: 'x', code }]);
    expect(rejected[0]?.reason).toMatch(reason);
  });

  test.skipIf(process.getuid?.() === 0)('no permission (not as root)', async () => {
    await using followed = await beside(async (folder) => {
      await writeFile(folder.at('x.csv'), GOOD);
      await chmod(folder.at('x.csv'), 0);
    });
    const entry = followed.catalog.current().tables.get('x');
    expect(entry).toMatchObject({ state: 'error', rejection: { code: 'unreadable' } });
  });

  test("hidden files and editors' copies are left alone", async () => {
    await using followed = await beside(async (folder) => {
      for (const name of ['.x.csv', '~$x.csv', '#x.csv', 'x.csv~', 'x.csv.tmp', 'x.txt'])
        await writeFile(folder.at(name), GOOD);
    });
    expect([...followed.catalog.current().tables.keys()]).toEqual(['good']);
    expect(followed.catalog.current().rejected).toEqual([]);
  });
});

describe('names', () => {
  const names = [
    'a name with spaces',
    'été',
    '%2f',
    '__proto__',
    'constructor',
    'a{b}',
    "quote'",
    'x'.repeat(240),
  ];
  test.each(names)('%s', async (name) => {
    await using followed = await beside((folder) => writeFile(folder.at(`${name}.csv`), GOOD));
    expect(followed.cells(name)).toEqual([['1', 'a']]);
  });

  test('a decomposed accent is composed, subfolders are joined by dots, any case of the extension serves', async () => {
    await using followed = await beside(async (folder) => {
      await mkdir(folder.at('2024'));
      await writeFile(folder.at('2024/e\u0301te\u0301.CSV'), GOOD);
    });
    expect(followed.cells('2024.été')).toEqual([['1', 'a']]);
  });

  test('of two files with one name the first serves; when it goes, the other does, as one change', async () => {
    await using followed = await beside(async (folder) => {
      await writeFile(folder.at('t.csv'), 'id,name\n1,first\n');
      await writeFile(folder.at('t.tsv'), 'id\tname\n1\tsecond\n');
    });
    expect(followed.cells('t')).toEqual([['1', 'first']]);
    expect(followed.catalog.current().rejected).toMatchObject([{ path: 't.tsv', code: 'name-collision' }]);
    const { unlink } = await import('node:fs/promises');
    await unlink(followed.folder.at('t.csv'));
    await until(
      () => followed.cells('t')?.[0]?.[1],
      (name) => name === 'second',
    );
    expect(
      followed.changes
        .filter((change) => 'entry' in change && change.entry.name === 't')
        .map(({ kind }) => kind),
    ).toEqual(['added', 'changed']);
    expect(followed.catalog.current().rejected).toEqual([]);
  });
});
