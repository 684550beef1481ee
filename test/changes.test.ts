// GET /api/{table}/_changes: what was done to the rows since a position, folded; or a plain no.
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { appOn, type TestApp } from './support/app.ts';
import { checkAnswer } from './support/openapi-check.ts';

type Answer = Readonly<{
  position: string;
  recovered?: boolean;
  reason?: string;
  changed?: readonly Record<string, unknown>[];
  deleted?: readonly unknown[];
}>;

const PEOPLE = 'id,name,town\n1,Ada,York\n2,Bob,Hull\n3,Cy,York\n';

/** Asks, and holds the answer against the OpenAPI document of the moment. */
async function ask(app: TestApp, query: string, headers: Record<string, string> = {}, table = 'people') {
  const url = `/api/${table}/_changes${query}`;
  const { statusCode: status, headers: answered, body } = await app.inject({ method: 'GET', url, headers });
  const document = (await app.inject('/openapi.json')).json();
  // The document tells of whole rows.
  if (!/_fields|_types/.test(query) || status !== 200)
    checkAnswer(document, { method: 'GET', path: url, status, headers: answered, body });
  return { status, headers: answered, body: (body === '' ? null : JSON.parse(body)) as Answer };
}

const positionOf = async (app: TestApp, table = 'people') => (await ask(app, '', {}, table)).body.position;

/** Writes a file, and waits until its table is another. */
async function edit(app: TestApp, text: string, table = 'people'): Promise<void> {
  const before = app.app.rowcast.catalog.current().tables.get(table)?.position;
  await writeFile(app.at(`${table}.csv`), text);
  await app.until(({ tables }) => tables.get(table)?.position !== before);
}

const since = async (app: TestApp, position: string, more = '') =>
  (await ask(app, `?since=${encodeURIComponent(position)}${more}`)).body;

test('without since, the position and nothing else', async () => {
  await using app = await appOn({ 'people.csv': PEOPLE });
  const { body, headers } = await ask(app, '');
  expect(body).toEqual({ position: headers['table-position'] });
  expect(headers['table-position']).toBe((await app.inject('/api/people')).headers['table-position']);
  expect(headers.etag).toMatch(/^"/);
});

const nets: [what: string, edits: string[], query: string, changed: unknown[], deleted: unknown[]][] = [
  ['nothing', [], '', [], []],
  ['an insert', [`${PEOPLE}4,Di,Leeds\n`], '', [{ id: 4, name: 'Di', town: 'Leeds' }], []],
  ['an update', [PEOPLE.replace('Bob', 'Rob')], '', [{ id: 2, name: 'Rob', town: 'Hull' }], []],
  ['a delete', ['id,name,town\n1,Ada,York\n3,Cy,York\n'], '', [], [2]],
  [
    'two updates of a row',
    [PEOPLE.replace('Bob', 'Rob'), PEOPLE.replace('Bob', 'Bo')],
    '',
    [{ id: 2, name: 'Bo', town: 'Hull' }],
    [],
  ],
  ['an update taken back', [PEOPLE.replace('Bob', 'Rob'), PEOPLE], '', [], []],
  ['an insert taken back', [`${PEOPLE}4,Di,Leeds\n`, PEOPLE], '', [], []],
  ['a delete taken back', ['id,name,town\n1,Ada,York\n3,Cy,York\n', PEOPLE], '', [], []],
  ['a row that came and went', [`${PEOPLE}4,Di,York\n`, PEOPLE], '&town=York', [], []],
  ['another order', ['id,name,town\n3,Cy,York\n2,Bob,Hull\n1,Ada,York\n'], '', [], []],
  [
    'a row that starts to match',
    [PEOPLE.replace('Hull', 'York')],
    '&town=York',
    [{ id: 2, name: 'Bob', town: 'York' }],
    [],
  ],
  ['a row that stops to match', [PEOPLE.replace('Ada,York', 'Ada,Hull')], '&town=York', [], [1]],
  ['a change of others', [PEOPLE.replace('Bob', 'Rob')], '&town=York', [], []],
  ['a delete of others', ['id,name,town\n1,Ada,York\n3,Cy,York\n'], '&town=York', [], []],
  ['fields that stayed', [PEOPLE.replace('Bob', 'Rob')], '&_fields=id,town', [], []],
  ['fields that changed', [PEOPLE.replace('Bob', 'Rob')], '&_fields=id,name', [{ id: 2, name: 'Rob' }], []],
  [
    'a tree',
    [PEOPLE.replace('Bob', 'Rob')],
    '&_where={"name":"Rob"}',
    [{ id: 2, name: 'Rob', town: 'Hull' }],
    [],
  ],
  [
    'texts of the file',
    [PEOPLE.replace('Bob', 'Rob')],
    '&_types=string',
    [{ id: '2', name: 'Rob', town: 'Hull' }],
    [],
  ],
  [
    'rows in their order',
    [`4,Di,Leeds\n${PEOPLE.replace('Cy', 'Si')}`.replace(/^(4.*\n)(.*\n)/, '$2$1')],
    '',
    [
      { id: 4, name: 'Di', town: 'Leeds' },
      { id: 3, name: 'Si', town: 'York' },
    ],
    [],
  ],
];

test.for(nets)('%s', async ([, edits, query, changed, deleted]) => {
  await using app = await appOn({ 'people.csv': PEOPLE });
  const start = await positionOf(app);
  for (const text of edits) await edit(app, text);
  const body = await since(app, start, query);
  expect(body).toEqual({ position: await positionOf(app), recovered: true, changed, deleted });
});

describe('a plain no', () => {
  const lost: [what: string, reason: string, files: Record<string, string>, text: string, query: string][] = [
    ['other fields', 'schema', { 'people.csv': PEOPLE }, 'id,name\n1,Ada\n', ''],
    ['another key', 'key', { 'people.csv': PEOPLE }, 'id,name,town\n1,Ada,York\n1,Bob,Hull\n', ''],
    [
      'no key',
      'key',
      { 'people.csv': 'town,name\nYork,Ada\nYork,Bob\n' },
      'town,name\nYork,Ada\nYork,Cy\n',
      '',
    ],
    [
      'many rows',
      'size',
      { 'people.csv': 'id,n\n1,0\n' },
      `id,n\n${Array.from({ length: 1002 }, (_, n) => `${n},1\n`).join('')}`,
      '',
    ],
    [
      'a condition that meant nothing before',
      'schema',
      { 'people.csv': 'id,size\n1,10\n2,20\n' },
      'id,size\n1,10\n2,large\n',
      '&size__contains=large',
    ],
  ];
  test.for(lost)('%s', async ([, reason, files, text, query]) => {
    await using app = await appOn(files);
    const start = await positionOf(app);
    await edit(app, text);
    expect(await since(app, start, query)).toEqual({
      position: await positionOf(app),
      recovered: false,
      reason,
      changed: [],
      deleted: [],
    });
  });

  test('unknown', async () => {
    await using app = await appOn({ 'people.csv': PEOPLE });
    for (const token of ['', 'nonsense', 'epoch.1.0000'])
      expect(await since(app, token)).toMatchObject({ recovered: false, reason: 'unknown' });
  });

  test('removed, where the file was gone in between', async () => {
    await using app = await appOn({ 'people.csv': PEOPLE, 'other.csv': 'id\n1\n' });
    const { catalog } = app.app.rowcast;
    const start = await positionOf(app);
    const { table, path, file } = catalog.current().tables.get('people') as never;
    catalog.apply({ kind: 'removed', name: 'people' });
    catalog.apply({ kind: 'loaded', name: 'people', path, table, file });
    expect(await since(app, start)).toMatchObject({ recovered: false, reason: 'removed' });
  });
});

test('the id of an event is a position', async () => {
  await using app = await appOn({ 'people.csv': PEOPLE });
  await edit(app, PEOPLE.replace('Bob', 'Rob'));
  const middle = await positionOf(app);
  await edit(app, PEOPLE.replace('Bob', 'Rob').replace('Cy', 'Si'));
  expect((await since(app, middle)).changed).toEqual([{ id: 3, name: 'Si', town: 'York' }]);
});

test('a field named since is reached by since__eq', async () => {
  await using app = await appOn({ 'people.csv': 'id,since\n1,a\n2,b\n' });
  const start = await positionOf(app);
  await edit(app, 'id,since\n1,b\n2,c\n');
  expect(await since(app, start, '&since__eq=b')).toMatchObject({
    changed: [{ id: 1, since: 'b' }],
    deleted: [2],
  });
});

test('the ETag names position, since and query, and gives 304; HEAD has no body', async () => {
  await using app = await appOn({ 'people.csv': PEOPLE });
  const start = await positionOf(app);
  const queries = ['', `?since=${start}`, `?since=${start}&town=York`, '?since=x'];
  const etags: string[] = [];
  for (const query of queries) {
    const { headers } = await ask(app, query);
    etags.push(String(headers.etag));
    expect(await ask(app, query, { 'if-none-match': String(headers.etag) })).toMatchObject({ status: 304 });
    const head = await app.inject({ method: 'HEAD', url: `/api/people/_changes${query}` });
    expect([head.statusCode, head.body, head.headers.etag]).toEqual([200, '', headers.etag]);
  }
  expect(new Set(etags).size).toBe(queries.length);
  await edit(app, PEOPLE.replace('Bob', 'Rob'));
  for (const [index, query] of queries.entries())
    expect((await ask(app, query, { 'if-none-match': String(etags[index]) })).status).toBe(200);
});

test('what is wrong is told', async () => {
  await using app = await appOn({ 'people.csv': PEOPLE, 'bad.csv': '\u0000\u0001' });
  const refused: [query: string, parameter: string][] = [
    ['?since=a&since=b', 'since'],
    ['?twon=York', 'twon'],
    ['?_sort=id', '_sort'],
    ['?_limit=1', '_limit'],
    ['?id=x', 'id'],
  ];
  for (const [query, parameter] of refused) {
    const { status, body } = await ask(app, query);
    expect([query, status, body]).toMatchObject([query, 400, { errors: [{ parameter }] }]);
  }
  for (const query of ['?_since=a', '?sinc=a', '?_sinse=a']) {
    expect((await ask(app, query)).body).toMatchObject({ errors: [{ nearest: 'since' }] });
  }
  expect((await app.inject('/api/peple/_changes')).statusCode).toBe(404);
  const post = await app.inject({ method: 'POST', url: '/api/people/_changes' });
  expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  const options = await app.inject({ method: 'OPTIONS', url: '/api/people/_changes' });
  expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
  expect((await app.inject('/api/people/1/_changes')).statusCode).toBe(404);
});
