// What /tables and /tables/{table} say of good files, files that turned bad, and files that are no table.
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appOn, type TestApp } from './support/app.ts';

const CONTRACT = `
openapi: 3.1.0
info: { title: Agreed, version: 1.0.0 }
paths:
  /api/towns:
    get:
      x-rowcast: { table: towns, list: key }
      responses: { 200: { description: keys } }
`;

let served: TestApp;
beforeAll(async () => {
  served = await appOn({
    'towns.csv': 'id;name;since\n1;Lyon;43\n2;Brest;NA\n',
    'deep/nested.csv': 'a\n1\n',
    'gone.csv': 'a\n1\n',
    'picture.csv': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 1),
    'contracts/agreed.yaml': CONTRACT,
  });
});
afterAll(() => served[Symbol.asyncDispose]());

const tables = async (url = '/tables') => (await served.inject(url)).json();

describe('/tables', () => {
  test('lists tables, rejected files and contracts', async () => {
    await served.until(({ rejected }) => rejected.length > 0);
    const body = await tables();
    expect(body.tables.map(({ name }: { name: string }) => name)).toEqual(['deep.nested', 'gone', 'towns']);
    expect(body.tables[2]).toMatchObject({
      name: 'towns',
      path: 'towns.csv',
      url: '/api/towns',
      state: 'ok',
      shadowedBy: '/api/towns',
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      position: expect.any(String),
      rows: 2,
      bytes: 35,
      modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(body.rejected).toEqual([
      { path: 'picture.csv', code: expect.any(String), reason: expect.any(String) },
    ]);
    expect(body.contracts.map(({ path }: { path: string }) => path)).toEqual(['agreed.yaml']);
  });

  test('has one ETag for one moment', async () => {
    const first = await served.inject('/tables');
    const again = await served.inject({
      url: '/tables',
      headers: { 'if-none-match': String(first.headers.etag) },
    });
    expect([first.statusCode, again.statusCode, again.payload]).toEqual([200, 304, '']);
    await writeFile(served.at('more.csv'), 'a\n1\n');
    await served.until(({ tables }) => tables.has('more'));
    const later = await served.inject({
      url: '/tables',
      headers: { 'if-none-match': String(first.headers.etag) },
    });
    expect(later.statusCode).toBe(200);
    await rm(served.at('more.csv'));
    await served.until(({ tables }) => !tables.has('more'));
  });
});

describe('/tables/{table}', () => {
  test('says how the file was read, and why', async () => {
    expect(await tables('/tables/towns')).toMatchObject({
      name: 'towns',
      state: 'ok',
      key: { mode: 'field', fields: ['id'] },
      dialect: {
        delimiter: ';',
        quoteChar: '"',
        doubleQuote: true,
        header: true,
        lineTerminator: '\n',
        evidence: expect.any(String),
      },
      encoding: expect.stringMatching(/^utf-8/i),
      schema: {
        fields: [
          {
            name: 'id',
            type: 'integer',
            reason: expect.any(String),
            constraints: { required: true, unique: true },
          },
          { name: 'name', type: 'string', reason: expect.any(String) },
          { name: 'since', type: 'integer', missingValues: ['', 'NA'], reason: expect.any(String) },
        ],
        primaryKey: ['id'],
        foreignKeys: [],
      },
      relations: [],
      diagnostics: [],
      diagnosticCount: 0,
    });
  });

  test('a file that turned bad is stale, with line and reason, and its rows stay', async () => {
    await writeFile(served.at('gone.csv'), 'a\n"1\n');
    await served.until(({ tables }) => tables.get('gone')?.state === 'stale');
    expect(await tables('/tables/gone')).toMatchObject({
      state: 'stale',
      code: expect.any(String),
      reason: expect.any(String),
      line: expect.any(Number),
      rows: 1,
    });
    expect((await served.inject('/api/gone')).json()).toEqual([{ a: 1 }]);
    await writeFile(served.at('gone.csv'), 'a\n2\n');
    await served.until(({ tables }) => tables.get('gone')?.state === 'ok');
    expect((await served.inject('/api/gone')).json()).toEqual([{ a: 2 }]);
    expect(await tables('/tables/gone')).not.toHaveProperty('reason');
  });

  test('a file that never could be read is an error, and its rows are a 503', async () => {
    const { catalog } = served.app.rowcast;
    const rejection = { code: 'not-closed', reason: 'It ends inside a quote.', line: 7 };
    catalog.apply({ kind: 'rejected', name: 'never', path: 'never.csv', rejection });
    const shown = await served.inject({ url: '/tables/never', headers: { accept: 'text/html' } });
    expect(shown.payload).toMatch(/<p class="bad">error[^<]+<\/p>/);
    expect(await tables('/tables/never')).toMatchObject({
      state: 'error',
      line: 7,
      version: null,
      rows: null,
    });
    for (const url of ['/api/never', '/api/never/1']) {
      const answer = await served.inject(url);
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({
        type: '/problems/table-unavailable',
        detail: 'never.csv, line 7: It ends inside a quote.',
      });
    }
    catalog.apply({ kind: 'removed', name: 'never' });
  });

  test.for(['/tables/nope', '/tables/picture'])('%s is unknown', async (url) => {
    const answer = await served.inject(url);
    expect([answer.statusCode, answer.json().type]).toEqual([404, '/problems/unknown-table']);
  });

  test.for(['/tables?x=1', '/tables/towns?x=1'])('%s has no parameters', async (url) => {
    expect((await served.inject(url)).json()).toMatchObject({ status: 400, errors: [{ parameter: 'x' }] });
  });
});

describe('/tables/{table} as a page', () => {
  const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
  const STATEMENT =
    'Bank <i>&\nDate;Label;Amount\n15/01/2024;"<script>alert(1)</script>";-3,20\n16/01/2024;Rent;1 200,00\nTotal;;1 196,80\n';

  test('tells what was found and why, and escapes it', async () => {
    await using odd = await appOn({ 'bank <b>.csv': STATEMENT, 'a.csv': 'x,y\n1\n' });
    const url = '/tables/bank%20%3Cb%3E';
    const found = await odd.inject({ url, headers: BROWSER });
    expect(found.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(found.headers['content-security-policy']).toContain("default-src 'none'");
    for (const text of [
      '<h1>bank &lt;b&gt;</h1>',
      'Bank &lt;i&gt;&amp;',
      '<a href="/api/bank%20%3Cb%3E">',
      'as %d/%m/%Y',
      'decimal mark &quot;,&quot;; thousands by &quot; &quot;',
      'every value is a date with the day first',
      'Total · 1 196,80',
      'Line 5:',
      'semicolon',
    ])
      expect(found.payload).toContain(text);
    expect(found.payload).not.toMatch(/<script|<b>|<i>/);
    const list = (await odd.inject('/')).payload;
    expect(list).toContain('<a href="/tables/bank%20%3Cb%3E">1 note on the file</a>');
  });

  test('has an ETag of its own; programs get JSON', async () => {
    const url = '/tables/towns';
    const [shown, plain] = [await served.inject({ url, headers: BROWSER }), await served.inject(url)];
    expect(shown.headers.etag).not.toBe(plain.headers.etag);
    const again = { ...BROWSER, 'if-none-match': String(shown.headers.etag) };
    expect((await served.inject({ url, headers: again })).statusCode).toBe(304);
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5', 'image/png'])
      expect((await served.inject({ url, headers: { accept } })).json().name).toBe('towns');
  });

  test('names relations and what is declared', async () => {
    await using related = await appOn({
      'towns.csv': 'id,name\n1,Lyon\n2,Brest\n',
      'shops.csv': 'id,town_id\n7,1\n8,2\n',
      'datapackage.json': JSON.stringify({
        resources: [{ path: 'shops.csv', title: 'All <shops>', description: 'Of today.' }],
      }),
    });
    const { payload } = await related.inject({ url: '/tables/shops', headers: BROWSER });
    for (const text of [
      '<h1>All &lt;shops&gt;</h1>',
      'Of today.',
      'datapackage.json',
      'href="/tables/towns"',
    ])
      expect(payload).toContain(text);
  });
});

describe('the index page', () => {
  test('lists the tables, escapes names and loads nothing', async () => {
    await using odd = await appOn({ 'a & <b>.csv': 'x\n1\n2\n' });
    const { payload, headers } = await odd.inject('/');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(payload).toContain('<a href="/api/a%20%26%20%3Cb%3E?_limit=20">a &amp; &lt;b&gt;</a>');
    expect(payload).toContain('<td class="count">2</td>');
    expect(payload).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const link of ['/docs', '/openapi.json', '/tables']) expect(payload).toContain(`href="${link}"`);
  });

  test('without tables says what to do', async () => {
    await using empty = await appOn({});
    const page = await empty.inject('/');
    expect(page.payload).toContain('No tables yet');
    const again = await empty.inject({ url: '/', headers: { 'if-none-match': String(page.headers.etag) } });
    expect(again.statusCode).toBe(304);
  });
});
