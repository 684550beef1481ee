// Contracts from the front door: documents and CSV files in real folders, and what a client is answered.
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { startContracts } from '../src/contract/contracts.ts';
import { watchFolder } from '../src/source/watch-folder.ts';
import { pass } from './support/folder.ts';
import { HISTORY } from './support/history.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COURSE = fileURLToPath(new URL('../../shared/data/contract', import.meta.url));
const DEADLINE = { timeout: 5000, interval: 20 };

type Reply = Readonly<{
  status: number;
  text: string;
  body: unknown;
  headers: Readonly<Record<string, unknown>>;
}>;
type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'OPTIONS';

/** Rowcast on a data folder and a contracts folder. */
async function open(folder: string, contracts: string) {
  const app = await buildApp({ folder, contracts, port: 0, host: '127.0.0.1', history: HISTORY });
  const { catalog, whenScanned } = app.rowcast;
  await whenScanned;
  // The same folder followed once more, to hear what it tells the log and how often it is asked to look.
  const log: string[] = [];
  let hints = 0;
  const listener = await startContracts({
    folder: contracts,
    watch: (path, onHint) =>
      watchFolder(path, (hint) => {
        hints++;
        onHint(hint);
      }),
    log: (line) => log.push(line),
  });
  return {
    told(): readonly string[] {
      listener.reports(catalog.current());
      return log;
    },
    hints: () => hints,
    listener,
    contracts: app.rowcast.contracts,
    catalog,
    async get(url: string, method: Method = 'GET', headers: Record<string, string> = {}): Promise<Reply> {
      const reply = await app.inject({ method, url, headers });
      const isJson = /json/.test(String(reply.headers['content-type'])) && reply.payload !== '';
      const body: unknown = isJson ? reply.json() : null;
      return { status: reply.statusCode, text: reply.payload, body, headers: reply.headers };
    },
    reports: () => app.rowcast.contracts.reports(catalog.current()),
    async close() {
      await listener.close();
      await app.close();
    },
  };
}

type Opened = Awaited<ReturnType<typeof open>>;

const opened: { close(): Promise<void> }[] = [];
const folders: string[] = [];

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rowcast-contract-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** Opens on data and documents written for the occasion; a document's operations are given by path. */
async function openOn(data: Readonly<Record<string, string>>, documents: Readonly<Record<string, unknown>>) {
  const texts = Object.entries(documents).map(([name, document]) => [name, textOf(document)] as const);
  const folder = await folderOf(data);
  const contractsFolder = await folderOf(Object.fromEntries(texts));
  const rowcast = await open(folder, contractsFolder);
  opened.push(rowcast);
  return { ...rowcast, folder, contractsFolder };
}

function textOf(document: unknown): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}

/** A document of GET operations with these bindings. */
function documentOf(bindings: Readonly<Record<string, unknown>>, more: object = {}): object {
  const paths = Object.entries(bindings).map(([path, binding]) => [path, { get: { 'x-rowcast': binding } }]);
  return { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: Object.fromEntries(paths), ...more };
}

afterAll(async () => {
  for (const one of opened) await one.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe.for([
  ['the bundled data', join(ROOT, 'data')],
  ["the course's data", COURSE],
] as const)("the course's contract over %s", ([name, folder]) => {
  const isPresent = existsSync(folder);
  if (!isPresent) console.log(`skipped: ${folder} is not on this machine`);
  let rowcast: Opened;
  let associations: Record<string, unknown>[];
  let events: Record<string, unknown>[];
  beforeAll(async () => {
    if (!isPresent) return;
    rowcast = await open(folder, join(ROOT, 'openapi'));
    opened.push(rowcast);
    associations = await readPlainly(join(folder, 'associations_etudiantes.csv'));
    events = await readPlainly(join(folder, 'evenements_associations.csv'));
  });
  const it = test.skipIf(!isPresent);

  it('stands in the reports without a problem', async () => {
    expect(rowcast.reports()).toEqual([{ path: 'apitester.yaml', state: 'ok', problems: [] }]);
    expect(rowcast.told()).toEqual([]);
  });

  it('alive', async () => expect((await rowcast.get('/api/alive')).text).toBe('{"message":"Alive"}'));

  it('lists keys', async () => {
    expect((await rowcast.get('/api/associations')).body).toEqual(associations.map(({ id }) => id));
    expect((await rowcast.get('/api/evenements')).body).toEqual(events.map(({ id }) => id));
  });

  it('every record, member by member in column order', async () => {
    for (const row of associations)
      expect((await rowcast.get(`/api/association/${row.id}`)).text).toBe(JSON.stringify(row));
    for (const row of events)
      expect((await rowcast.get(`/api/evenement/${row.id}`)).text).toBe(JSON.stringify(row));
  });

  it("every association's events", async () => {
    for (const { id } of associations) {
      const own = events.filter((event) => event.association_id === id);
      expect(await rowcast.get(`/api/association/${id}/evenements`)).toMatchObject({
        status: 200,
        body: own,
      });
    }
  });

  const types: [asked: string, type: string][] = [
    ['BDE', 'BDE'],
    ['bde', 'BDE'],
    ['cLuB', 'Club'],
    ['M%C3%A9dia', 'Média'],
    ['M%c3%89DIA', 'Média'],
    ['BD', '-'],
    ['aucun', '-'],
  ];
  it.for(types)('type %s, and by its aliases', async ([asked, type]) => {
    const found = associations.filter((row) => row.type === type);
    for (const path of [
      `/api/associations/type/${asked}`,
      `/api/type/${asked}/associations`,
      `/api/association/type/${asked}`,
    ]) {
      expect(await rowcast.get(path)).toMatchObject({ status: 200, body: found });
    }
  });

  it.for(['01', '1.0', '%201', '1%20', 'abc', '999', '-1', '+1', '1e0', '%00', '1%2F2', '__proto__', '٣'])(
    'no id %s',
    async (id) => {
      const missing = { status: 404, text: '{"error":"Association not found"}' };
      expect(await rowcast.get(`/api/association/${id}`)).toMatchObject(missing);
      expect(await rowcast.get(`/api/association/${id}/evenements`)).toMatchObject(missing);
      expect(await rowcast.get(`/api/evenement/${id}`)).toMatchObject({
        status: 404,
        text: '{"error":"Event not found"}',
      });
    },
  );

  it('slashes, HEAD, other methods', async () => {
    for (const path of ['/api/associations/', '//api/associations', '/api//associations']) {
      expect((await rowcast.get(path)).status).toBe(200);
    }
    expect(await rowcast.get('/api/associations', 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(await rowcast.get('/api/associations', 'POST')).toMatchObject({
      status: 405,
      body: { type: '/problems/method-not-allowed' },
      headers: { allow: 'GET, HEAD, OPTIONS' },
    });
    expect(await rowcast.get('/api/associations', 'OPTIONS')).toMatchObject({
      status: 204,
      headers: { allow: 'GET, HEAD, OPTIONS' },
    });
    const { etag } = (await rowcast.get('/api/associations?unknown=1&_limit=x')).headers;
    expect(await rowcast.get('/api/associations', 'GET', { 'if-none-match': String(etag) })).toMatchObject({
      status: 304,
      text: '',
    });
    expect(rowcast.contracts.allow('/api/type/x/associations', rowcast.catalog.current())).toEqual([
      'GET',
      'HEAD',
      'OPTIONS',
    ]);
  });

  it.for([
    '/API/alive',
    '/api/Associations',
    '/api/association',
    '/api/associations/1',
    '/api/%zz',
    '/',
    '/api/association/1/2',
  ])('leaves %s to others', async (path) => {
    const expected = path === '/' ? 200 : path === '/api/%zz' ? 400 : 404;
    expect((await rowcast.get(path)).status).toBe(expected);
    expect(rowcast.contracts.allow(path, rowcast.catalog.current())).toBe(null);
  });

  it('is documented, with examples that work', async () => {
    const { paths, schemas } = rowcast.contracts.openapi(rowcast.catalog.current());
    expect([...paths.keys()]).toHaveLength(7);
    const document = {
      openapi: '3.1.0',
      info: { title: name, version: '1' },
      paths: Object.fromEntries(paths),
      components: { schemas: Object.fromEntries(schemas) },
    };
    expect(await new Validator().validate(document)).toMatchObject({ valid: true });
    expect(JSON.stringify(document)).not.toContain('x-rowcast');
    for (const [template, item] of paths) {
      const { get } = item as { get: { tags: string[]; parameters?: { name: string; example: unknown }[] } };
      expect(get.tags).toEqual(['Rowcast']);
      const path = (get.parameters ?? []).reduce(
        (text, p) => text.replace(`{${p.name}}`, String(p.example)),
        template,
      );
      const reply = await rowcast.get(path);
      expect(reply.status, path).toBe(200);
      if (path !== '/api/alive') expect(Object.keys(reply.body ?? {}), path).not.toEqual([]);
    }
  });
});

/** An independent reading of the two files, whose only quoted cells hold no line ends. */
async function readPlainly(path: string): Promise<Record<string, unknown>[]> {
  const [header, ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/);
  const names = (header as string).split(',');
  return lines.map((line) => {
    const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => match[1] as string);
    return Object.fromEntries(
      names.map((field, i) => {
        const text = (cells[i] as string).replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
        return [field, /^(0|[1-9]\d*)$/.test(text) ? Number(text) : text];
      }),
    );
  });
}

const SHOP = {
  'orders.csv':
    'ref,customer,year,total,paid,day,2024,__proto__\nA-1,ann,2023,10.5,true,2024-01-02,x,p\nA-2,Bob,2024,7.0,false,2024-01-03,,q\nB-3,ANN,2024,,true,,y,r\n',
  'customers.csv': 'name,city\nann,Oslo\nBob,Bergen\nÉva,Tromsø\n',
};
const RESPONSES = {
  200: { description: 'ok' },
  404: {
    description: 'none',
    content: {
      'text/plain': { example: 'no' },
      'application/json': { examples: { a: { $ref: '#/components/examples/None' } } },
    },
  },
};
const SHOP_DOCUMENT = documentOf(
  {
    '/v/keys': { table: 'orders', list: 'key' },
    '/v/totals': { table: 'orders', list: { field: 'total' } },
    '/v/keys/{year}': { table: 'orders', list: 'key', where: { year: '{year}' } },
    '/v/orders': { table: 'orders', rows: 'all' },
    '/v/orders/{ref}': { table: 'orders', row: '{ref}' },
    '/v/order-{number}.json': { table: 'orders', row: 'A-{number}' },
    '/v/{customer}/in/{year}': {
      table: 'orders',
      rows: { customer: '{customer}', year: '{year}' },
      ignoreCase: true,
    },
    '/v/exact/{customer}': { table: 'orders', rows: { customer: '{customer}' } },
    '/v/paid/{paid}': { table: 'orders', rows: { paid: '{paid}' } },
    '/v/total/{total}': { table: 'orders', rows: { total: '{total}' } },
    '/v/day/{day}': { table: 'orders', row: { day: '{day}' } },
    '/v/undated': { table: 'orders', rows: { day: null, paid: true, year: 2024 } },
    '/v/of/{name}': {
      table: 'orders',
      rows: { customer: '{name}' },
      parent: { table: 'customers', row: { name: '{name}' }, ignoreCase: true },
    },
    '/v/static': { static: [null, 'x', { $ref: 'kept' }] },
  },
  { components: { examples: { None: { value: { nothing: ['here'] } } } } },
) as { paths: Record<string, { get: Record<string, unknown> }> };
(SHOP_DOCUMENT.paths['/v/orders/{ref}'] as { get: object }).get = {
  ...SHOP_DOCUMENT.paths['/v/orders/{ref}']?.get,
  responses: RESPONSES,
};

describe('every form of binding', () => {
  let rowcast: Opened;
  beforeAll(async () => {
    rowcast = await openOn(SHOP, { 'shop.json': SHOP_DOCUMENT });
  });
  const refs = (text: string) => text.split(' ').filter(Boolean);
  const NOT_FOUND = { error: 'Not found' };
  const cases: [path: string, status: number, expected: unknown][] = [
    ['/v/keys', 200, ['A-1', 'A-2', 'B-3']],
    ['/v/totals', 200, [10.5, 7]],
    ['/v/keys/2024', 200, ['A-2', 'B-3']],
    ['/v/keys/02024', 200, []],
    ['/v/orders/B-3', 200, refs('B-3')],
    ['/v/orders/b-3', 404, { nothing: ['here'] }],
    ['/v/order-2.json', 200, refs('A-2')],
    ['/v/order-9.json', 404, NOT_FOUND],
    ['/v/Ann/in/2024', 200, refs('B-3')],
    ['/v/Ann/in/abc', 200, []],
    ['/v/exact/ann', 200, refs('A-1')],
    ['/v/exact/Ann', 200, []],
    ['/v/paid/true', 200, refs('A-1 B-3')],
    ['/v/paid/TRUE', 200, []],
    ['/v/total/10.5', 200, refs('A-1')],
    ['/v/total/10.50', 200, []],
    ['/v/total/0', 200, []],
    ['/v/day/2024-01-03', 200, refs('A-2')],
    ['/v/day/2024-02-30', 404, NOT_FOUND],
    ['/v/undated', 200, refs('B-3')],
    ['/v/of/ann', 200, refs('A-1')],
    ['/v/of/%C3%A9va', 200, []],
    ['/v/of/zoe', 404, NOT_FOUND],
    ['/v/static', 200, [null, 'x', { $ref: 'kept' }]],
  ];
  test.for(cases)('%s is %i %j', async ([path, status, expected]) => {
    const reply = await rowcast.get(path);
    expect(reply.status).toBe(status);
    const rows = Array.isArray(reply.body) ? reply.body : [reply.body];
    const isRows = rows.some((row) => row instanceof Object && Object.hasOwn(row, 'ref'));
    expect(isRows ? rows.map(({ ref }) => ref) : reply.body).toEqual(expected);
  });
  test('members stand in column order, whatever their names', async () => {
    expect((await rowcast.get('/v/orders')).text).toMatch(
      /^\[\{"ref":"A-1","customer":"ann","year":2023,"total":10.5,"paid":true,"day":"2024-01-02","2024":"x","__proto__":"p"\},/,
    );
  });
  test('a repeated answer is made once per version', async () => {
    const { catalog, contracts } = rowcast;
    const bodies = [1, 2].map(() => {
      const answer = contracts.answer('GET', '/v/orders', catalog.current());
      return answer?.kind === 'json' ? answer.body() : null;
    });
    expect(bodies[0]).toBe(bodies[1]);
  });
  test('versions are those of every table read', () => {
    const { catalog, contracts } = rowcast;
    const { tables } = catalog.current();
    const versions = ['orders', 'customers'].map((name) => tables.get(name)?.table?.version);
    expect(contracts.answer('GET', '/v/of/ann', catalog.current())).toMatchObject({ versions });
    expect(contracts.answer('GET', '/v/static', catalog.current())).toMatchObject({ versions: [] });
  });
  test('examples are found where the document gives none', async () => {
    const { paths } = rowcast.contracts.openapi(rowcast.catalog.current());
    const example = (path: string) =>
      (paths.get(path) as { get: { parameters: { example: unknown }[] } }).get.parameters.map(
        (p) => p.example,
      );
    expect(example('/v/orders/{ref}')).toEqual(['A-1']);
    expect(example('/v/{customer}/in/{year}')).toEqual(['ann', '2023']);
    expect(example('/v/of/{name}')).toEqual(['ann']);
  });
});

describe('a malformed document is told and stops nobody', () => {
  const op = (binding: unknown) => documentOf({ '/v/{id}': binding });
  const cases: [name: string, document: unknown, problem: RegExp][] = [
    ['YAML', 'a: [1\nb: 2', /^Line 2: Flow sequence/],
    ['an unknown anchor', 'a: *b', /^(Line 1: |It cannot be read: )Unresolved alias/],
    ['a knot', `{"openapi": "3.1.0", "paths": &a {"x": *a}}`, /anchor holds itself/],
    ['aliases without end', bomb(), /Excessive alias count/],
    [
      'Swagger 2',
      { swagger: '2.0', paths: { '/a': { get: { 'x-rowcast': { static: 1 } } } } },
      /^At \/openapi stands nothing/,
    ],
    [
      'a reference',
      documentOf(
        { '/a': { static: 1 } },
        { components: { schemas: { A: { $ref: '#/components/schemas/B' } } } },
      ),
      /^At \/components\/schemas\/A\/\$ref stands "#\/components\/schemas\/B"/,
    ],
    [
      'a reference to itself',
      documentOf(
        { '/a': { static: 1 } },
        { components: { responses: { A: { $ref: '#/components/responses/A' } } } },
      ),
      /^At \/components\/responses\/A\/\$ref/,
    ],
    [
      'nothing bound',
      op({ table: 't' }),
      /^At \/paths\/~1v~1\{id\}\/get\/x-rowcast stands an object of table; expected an object with one of static, list, rows, row/,
    ],
    ['two answers', op({ table: 't', rows: 'all', list: 'key' }), /expected an object with one of/],
    ['no table', op({ rows: 'all' }), /x-rowcast\/table stands nothing; expected the name of a table/],
    [
      'another member',
      op({ table: 't', rows: 'all', ignorecase: true }),
      /x-rowcast\/ignorecase stands true; .*did you mean ignoreCase/,
    ],
    [
      'another parameter',
      op({ table: 't', row: '{key}' }),
      /x-rowcast\/row stands "\{key\}"; expected parameters that the path has \(\{id\}\)/,
    ],
    ['rows by key', op({ table: 't', rows: '{id}' }), /x-rowcast\/rows/],
    ['no condition', op({ table: 't', row: {} }), /x-rowcast\/row stands an object of nothing/],
    ['a list as value', op({ table: 't', row: { a: [1] } }), /x-rowcast\/row\/a stands a list/],
    ['an odd list', op({ table: 't', list: 'name' }), /x-rowcast\/list stands "name"; expected `key`/],
    ['an odd parent', op({ table: 't', rows: 'all', parent: 't' }), /x-rowcast\/parent stands "t"/],
    [
      'an alias',
      op({ static: 1, aliases: ['/w/{key}'] }),
      /aliases\/0 stands "\/w\/\{key\}"; expected a list of paths with the parameters id/,
    ],
    ['a path', documentOf({ '/v/{a}{b}': { static: 1 } }), /two parameters need a text between them/],
    [
      'a POST',
      { ...op({ static: 1 }), paths: { '/a': { post: { 'x-rowcast': { static: 1 } } } } },
      /\/paths\/~1a\/post\/x-rowcast .* tables are only read/,
    ],
    ['in a path item', { paths: { '/a': { 'x-rowcast': {} } } }, /^At \/paths\/~1a\/x-rowcast/],
    ['too large', `# ${'x'.repeat(1024 * 1024)}`, /^It has 1.0 MiB; a contract document has at most 1 MiB/],
  ];
  let rowcast: Opened;
  beforeAll(async () => {
    const documents = Object.fromEntries(
      cases.map(([, document], i) => [`${String(i).padStart(2, '0')}.yaml`, document]),
    );
    const good = documentOf({ '/good': { static: 'good' } });
    rowcast = await openOn(
      {},
      {
        ...documents,
        'good.yml': good,
        'none.json': { any: 'thing' },
        'list.yaml': '- 1',
        '.hidden.yaml': '- 1',
        'x.yaml~': '- 1',
        'notes.txt': '- 1',
      },
    );
  });
  test.for(cases.map(([name, , problem], i) => [name, i, problem] as const))('%s', async ([, i, problem]) => {
    const path = `${String(i).padStart(2, '0')}.yaml`;
    const report = rowcast.reports().find((one) => one.path === path);
    expect(report).toMatchObject({ state: 'error' });
    expect(report?.problems).toHaveLength(1);
    expect(report?.problems[0]).toMatch(problem);
    expect(rowcast.told().filter((line) => line === `contract ${path}: ${report?.problems[0]}`)).toHaveLength(
      1,
    );
  });
  test('the others serve', async () => {
    expect((await rowcast.get('/good')).body).toBe('good');
    expect(rowcast.reports().at(-1)).toEqual({ path: 'good.yml', state: 'ok', problems: [] });
    expect(rowcast.reports()).toHaveLength(cases.length + 1);
  });
});

function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
  );
  return ['0: &l0 x', ...levels].join('\n');
}

describe('tables that are not there', () => {
  const document = documentOf({
    '/api/shops': { table: 'shop_list', list: 'key' },
    '/api/shops/{id}': { table: 'shop_list', row: '{id}' },
    '/api/shops/{id}/extra': { table: 'shop_list', row: '{id}' },
    '/api/there': { table: 'there', rows: { nam: 'x' } },
    '/api/there/{id}': { table: 'there', row: '{id}' },
  });
  test('give way, answer 404, are told', async () => {
    const rowcast = await openOn(
      { 'there.csv': 'id,name\n1,a\n', 'shops.csv': 'id\n1\n' },
      { 'a.yaml': document },
    );
    expect(await rowcast.get('/api/shops')).toMatchObject({ status: 200, body: [{ id: 1 }] });
    expect(await rowcast.get('/api/shops/1')).toMatchObject({ status: 200, body: { id: 1 } });
    expect(await rowcast.get('/api/shops/1/extra')).toMatchObject({
      status: 404,
      text: '{"error":"Not found"}',
    });
    expect(await rowcast.get('/api/there')).toMatchObject({
      status: 503,
      body: { type: '/problems/table-unavailable' },
    });
    expect(await rowcast.get('/api/there/1')).toMatchObject({ status: 200 });
    const [report] = rowcast.reports();
    expect(report).toMatchObject({ path: 'a.yaml', state: 'partial' });
    expect(report?.problems).toContain(
      'There is no table shop_list. It is read by GET /api/shops, GET /api/shops/{id}, GET /api/shops/{id}/extra.',
    );
    expect(report?.problems).toContain(
      'The table there has no field nam; did you mean name? It has id, name. It is read by GET /api/there.',
    );
    rowcast.reports();
    expect(rowcast.told()).toEqual(report?.problems.map((text) => `contract a.yaml: ${text}`));
    const now = rowcast.catalog.current();
    expect([...rowcast.contracts.openapi(now).paths.keys()]).toEqual(['/api/there/{id}']);
    expect([...rowcast.contracts.shadowed(now)]).toEqual([['there', '/api/there']]);
    await rm(join(rowcast.folder, 'shops.csv'));
    await expect.poll(async () => await rowcast.get('/api/shops'), DEADLINE).toMatchObject({ status: 404 });
    await writeFile(join(rowcast.folder, 'shop_list.csv'), 'id\n7\n');
    await expect.poll(async () => (await rowcast.get('/api/shops')).body, DEADLINE).toEqual([7]);
  });
  test('none of them: silent', async () => {
    const rowcast = await openOn(
      { 'other.csv': 'id\n1\n' },
      { 'a.yaml': document, 'b.yaml': documentOf({ '/api/shops': { static: 'b' } }) },
    );
    expect((await rowcast.get('/api/there/1')).body).toMatchObject({ type: '/problems/unknown-table' });
    expect((await rowcast.get('/api/shops')).body).toBe('b');
    expect(rowcast.reports()).toEqual([
      { path: 'a.yaml', state: 'silent', problems: ['None of its tables exists: shop_list, there.'] },
      { path: 'b.yaml', state: 'ok', problems: [] },
    ]);
    expect([...rowcast.contracts.openapi(rowcast.catalog.current()).paths.keys()]).toEqual(['/api/shops']);
    expect(rowcast.told()).toEqual([]);
  });
  test('a file of 0 bytes has no rows, and that is no fault', async () => {
    const empty = documentOf({
      '/a': { table: 't', rows: { x: 'y' } },
      '/b': { table: 't', list: { field: 'x' } },
      '/c/{id}': { table: 't', row: { id: '{id}' } },
    });
    const rowcast = await openOn({ 't.csv': '' }, { 'a.yaml': empty });
    await expect.poll(async () => (await rowcast.get('/a')).text, DEADLINE).toBe('[]');
    expect((await rowcast.get('/b')).text).toBe('[]');
    expect((await rowcast.get('/c/1')).status).toBe(404);
    expect(rowcast.reports()).toEqual([{ path: 'a.yaml', state: 'ok', problems: [] }]);
  });
  test('a table that never was readable is a problem', async () => {
    const rowcast = await openOn({}, { 'a.yaml': documentOf({ '/a': { table: 't', rows: 'all' } }) });
    const rejection = { code: 'unreadable', reason: 'it may not be read.', line: 3 };
    rowcast.catalog.apply({ kind: 'rejected', name: 't', path: 't.csv', rejection });
    expect(await rowcast.get('/a')).toMatchObject({
      status: 503,
      body: { type: '/problems/table-unavailable' },
    });
    expect(rowcast.reports()).toMatchObject([
      {
        state: 'error',
        problems: ['The file t.csv cannot be read (line 3): it may not be read. It is read by GET /a.'],
      },
    ]);
  });
});

test('two documents, one path: the first by name serves', async () => {
  const a = documentOf({ '/x/{a}': { static: 'a' } });
  const b = documentOf({ '/x/{b}': { static: 'b' }, '/x/y': { static: 'static' } });
  const rowcast = await openOn({}, { 'b.yaml': b, 'a.yaml': a });
  expect((await rowcast.get('/x/1')).body).toBe('a');
  expect((await rowcast.get('/x/y')).body).toBe('static');
  expect(rowcast.reports()).toMatchObject([
    { path: 'a.yaml', state: 'ok' },
    { path: 'b.yaml', state: 'partial', problems: ['GET /x/{b} is answered by a.yaml already, as /x/{a}.'] },
  ]);
});

test('aliases may turn parameters round; servers give the base path; schemas and references are documented', async () => {
  const document = {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://example.org/{v}/', variables: { v: { default: 'v2' } } }],
    paths: {
      '/c/{name}/{year}': {
        parameters: [{ $ref: '#/components/parameters/Year' }],
        get: {
          operationId: 'find',
          'x-rowcast': {
            table: 'orders',
            row: { customer: '{name}', year: '{year}' },
            aliases: ['/y/{year}/{name}'],
          },
          responses: { 200: { $ref: '#/components/responses/Found' } },
        },
      },
    },
    components: {
      parameters: {
        Year: {
          name: 'year',
          in: 'path',
          required: true,
          schema: { type: 'integer' },
          examples: { no: { value: 1900 } },
        },
      },
      responses: {
        Found: {
          description: 'ok',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
        },
      },
      schemas: {
        Order: {
          properties: {
            $ref: { type: 'string' },
            parts: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
            of: { $ref: '#/components/schemas/A~1b/properties/c' },
          },
        },
        'A/b': { properties: { c: { example: { $ref: 'data' } } } },
        Unused: {},
      },
    },
  };
  const rowcast = await openOn(SHOP, { 'my shop.json': document });
  expect((await rowcast.get('/v2/c/Bob/2024')).body).toMatchObject({ ref: 'A-2' });
  expect((await rowcast.get('/v2/y/2024/Bob')).body).toMatchObject({ ref: 'A-2' });
  const { paths, schemas } = rowcast.contracts.openapi(rowcast.catalog.current());
  expect([...paths.keys()]).toEqual(['/v2/c/{name}/{year}']);
  const [prefix] = [...schemas.keys()].map((name) => name.split('.')[0]);
  expect(prefix).toMatch(/^my_shop-[0-9a-f]{6}$/);
  expect([...schemas.keys()]).toEqual([`${prefix}.Order`, `${prefix}.A_b`]);
  expect(schemas.get(`${prefix}.Order`)).toEqual({
    properties: {
      $ref: { type: 'string' },
      parts: { type: 'array', items: { $ref: `#/components/schemas/${prefix}.Order` } },
      of: { $ref: `#/components/schemas/${prefix}.A_b/properties/c` },
    },
  });
  expect(paths.get('/v2/c/{name}/{year}')).toEqual({
    get: {
      operationId: `${prefix}.find`,
      tags: ['Rowcast'],
      parameters: [
        { name: 'year', in: 'path', required: true, schema: { type: 'integer' }, example: 2023 },
        { name: 'name', in: 'path', required: true, schema: { type: 'string' }, example: 'ann' },
      ],
      responses: {
        200: {
          description: 'ok',
          content: { 'application/json': { schema: { $ref: `#/components/schemas/${prefix}.Order` } } },
        },
      },
    },
  });
});

describe('documents are watched', () => {
  const v = (n: number) => textOf(documentOf({ '/v': { static: n } }));
  test('edited, broken, mended, unbound, removed, renamed over, their folder gone and back', async () => {
    const rowcast = await openOn({}, { 'a.yaml': v(1) });
    const file = join(rowcast.contractsFolder, 'a.yaml');
    const answered = async () => {
      const { status, body } = await rowcast.get('/v');
      return status === 200 ? body : null;
    };
    const { tag } = rowcast.contracts;
    const first = tag();
    expect(await answered()).toBe(1);

    await writeFile(file, v(2));
    await expect.poll(answered, DEADLINE).toBe(2);
    expect(tag()).not.toBe(first);

    await writeFile(file, '{');
    await expect.poll(() => rowcast.reports()[0]?.state, DEADLINE).toBe('stale');
    expect(await answered()).toBe(2);
    // The log is heard from a follower of its own, which may read the file a little later.
    await expect.poll(() => rowcast.told().length, DEADLINE).toBe(1);

    await writeFile(join(rowcast.contractsFolder, 'new'), v(1));
    await rename(join(rowcast.contractsFolder, 'new'), file);
    await expect.poll(answered, DEADLINE).toBe(1);
    expect(rowcast.reports()).toEqual([{ path: 'a.yaml', state: 'ok', problems: [] }]);
    expect(tag()).toBe(first);

    await writeFile(file, '{}');
    await expect.poll(() => rowcast.reports(), DEADLINE).toEqual([]);
    expect(await answered()).toBe(null);

    await writeFile(file, v(3));
    await expect.poll(answered, DEADLINE).toBe(3);
    await rm(file);
    await expect.poll(answered, DEADLINE).toBe(null);

    await rm(rowcast.contractsFolder, { recursive: true });
    await mkdir(rowcast.contractsFolder);
    await writeFile(file, v(4));
    await expect.poll(answered, DEADLINE).toBe(4);
    expect(rowcast.told()).toEqual(['contract a.yaml: Line 1: Flow map must end with a }.']);
  });
  test('truncated, and written 300 ms later: the last content serves meanwhile, and nothing is told', async () => {
    const rowcast = await openOn({}, { 'a.yaml': v(1) });
    const file = join(rowcast.contractsFolder, 'a.yaml');
    await truncate(file);
    await pass(300);
    expect((await rowcast.get('/v')).body).toBe(1);
    await writeFile(file, v(2));
    await expect.poll(async () => (await rowcast.get('/v')).body, DEADLINE).toBe(2);
    await expect.poll(() => rowcast.listener.tag(), DEADLINE).toBe(rowcast.contracts.tag());
    expect(rowcast.told()).toEqual([]);
  });
  test('left empty, it is told after all', async () => {
    const rowcast = await openOn({}, { 'a.yaml': v(1) });
    await truncate(join(rowcast.contractsFolder, 'a.yaml'));
    await expect.poll(() => rowcast.reports()[0]?.state, DEADLINE).toBe('stale');
    expect((await rowcast.get('/v')).body).toBe(1);
  });
  test('a folder that comes later', async () => {
    const parent = await folderOf({});
    const rowcast = await open(parent, join(parent, 'later'));
    opened.push(rowcast);
    expect(rowcast.reports()).toEqual([]);
    await mkdir(join(parent, 'later'));
    await writeFile(join(parent, 'later', 'a.yaml'), v(1));
    await expect.poll(async () => (await rowcast.get('/v')).body, DEADLINE).toBe(1);
  });
  test('the same bytes again change nothing', async () => {
    const folder = await folderOf({ 'a.yaml': v(1) });
    const rowcast = await open(await folderOf({}), folder);
    opened.push(rowcast);
    const { listener, catalog } = rowcast;
    const tag = listener.tag();
    const documented = listener.openapi(catalog.current());
    await writeFile(join(folder, 'a.yaml'), v(1));
    // Three more hints hold a whole interval of the sweep, longer than a document must stand still to be read.
    const before = rowcast.hints();
    await expect.poll(() => rowcast.hints(), DEADLINE).toBeGreaterThan(before + 2);
    expect(listener.tag()).toBe(tag);
    expect(listener.openapi(catalog.current())).toBe(documented);
  });
  test('a table that changes is answered anew', async () => {
    const rowcast = await openOn({}, {});
    await cp(join(ROOT, 'data'), rowcast.folder, { recursive: true });
    await cp(join(ROOT, 'openapi', 'apitester.yaml'), join(rowcast.contractsFolder, 'apitester.yaml'));
    await expect
      .poll(async () => (await rowcast.get('/api/associations')).text, DEADLINE)
      .toBe('[1,2,3,4,5,6]');
    await writeFile(
      join(rowcast.folder, 'associations_etudiantes.csv'),
      'id,nom,type,description\n7,A,b,\n7,B,c,\n,C,d,\n',
    );
    await expect.poll(async () => (await rowcast.get('/api/associations')).text, DEADLINE).toBe('[7,7]');
    expect((await rowcast.get('/api/association/7')).text).toBe(
      '{"id":7,"nom":"A","type":"b","description":null}',
    );
    expect((await rowcast.get('/api/association/1')).status).toBe(404);
  });
});

test('an array of many rows is streamed, and whole', async () => {
  const rows = Array.from({ length: 3000 }, (_, index) => ({ id: index + 1, name: `n${index}` }));
  const text = `id,name\n${rows.map(({ id, name }) => `${id},${name}\n`).join('')}`;
  const bindings = { '/v/all': { table: 't', rows: 'all' }, '/v/keys': { table: 't', list: 'key' } };
  const rowcast = await openOn({ 't.csv': text }, { 'v.json': documentOf(bindings) });
  const all = await rowcast.get('/v/all');
  expect(all.body).toEqual(rows);
  expect(all.headers['content-length']).toBeUndefined();
  expect((await rowcast.get('/v/keys')).body).toEqual(rows.map(({ id }) => id));
});
