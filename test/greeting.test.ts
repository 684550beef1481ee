// The lines that a person reads at the start.
import { expect, test } from 'vitest';
import { baseUrl, greeting, type TableLine, tableList } from '../src/greeting.ts';

const urls: [host: string, url: string][] = [
  ['127.0.0.1', 'http://127.0.0.1:5000'],
  ['localhost', 'http://localhost:5000'],
  ['0.0.0.0', 'http://localhost:5000'],
  ['::', 'http://localhost:5000'],
  ['0:0:0:0:0:0:0:0', 'http://localhost:5000'],
  ['::1', 'http://[::1]:5000'],
  ['fe80::1%eth0', 'http://[fe80::1%25eth0]:5000'],
];

test.for(urls)('%s is reached at %s', ([host, url]) => {
  expect(baseUrl(host, 5000)).toBe(url);
});

test('the greeting names the version, the folder and the URLs', () => {
  expect(greeting('1.2.3', '/srv/lists', 'http://[::1]:5000')).toBe(
    [
      'Rowcast 1.2.3 serves /srv/lists',
      '',
      '  API   http://[::1]:5000/',
      '  Docs  http://[::1]:5000/docs',
      '  Feed  ws://[::1]:5000/ws',
      '',
    ].join('\n'),
  );
});

test('tables are aligned, and those that are not well say why', () => {
  const reason = 'the file ends inside a quote';
  const tables: TableLine[] = [
    { name: 'orders', table: { rowCount: 12345 }, state: 'ok', rejection: null },
    { name: 'one', table: { rowCount: 1 }, state: 'stale', rejection: { reason, line: 3 } },
    { name: 'locked', table: null, state: 'error', rejection: { reason: 'the file cannot be read' } },
  ];
  expect(tableList(tables, [], '/srv/lists').split('\n')).toEqual([
    '  orders  12,345 rows',
    '  one          1 row   stale: line 3: the file ends inside a quote',
    '  locked        error  the file cannot be read',
  ]);
});

test('files that are no table come last, with the reason', () => {
  const tables: TableLine[] = [{ name: 'a', table: { rowCount: 2 }, state: 'ok', rejection: null }];
  const rejected = [
    { path: 'picture.csv', reason: 'It is a PNG image.' },
    { path: 'p.csv', reason: 'It is\u0007 odd.', line: 2 },
  ];
  expect(tableList(tables, rejected, '/srv/lists').split('\n')).toEqual([
    '  a  2 rows',
    '',
    '  Left out:',
    '  picture.csv  It is a PNG image.',
    '  p.csv        line 2: It is\\u0007 odd.',
  ]);
});

const many = (count: number) =>
  Array.from(
    { length: count },
    (_, i): TableLine => ({ name: `t${i}`, table: { rowCount: i }, state: 'ok', rejection: null }),
  );

test('after 20 tables comes their number', () => {
  const lines = tableList(many(23), [], '/srv/lists').split('\n');
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('  and 3 more, see /tables');
});

test('no table is a hint, not an empty list', () => {
  expect(tableList([], [], '/srv/lists')).toMatch(/^No tables yet: .*\/srv\/lists/);
});

test('a name cannot steer the terminal', () => {
  const name = 'a\u001b[2J\nb\u202e';
  const list = tableList([{ name, table: { rowCount: 1 }, state: 'ok', rejection: null }], [], '/');
  expect(list).toBe('  a\\u001b[2J\\u000ab\\u202e  1 row');
});
