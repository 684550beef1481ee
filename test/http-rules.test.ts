// What holds for every answer: ETags, HEAD, OPTIONS, 405, CORS, slashes, media types, problems.
import { connect } from 'node:net';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preferred } from '../src/http/accept.ts';
import { rewriteUrl } from '../src/http/paths.ts';
import { REPRESENTATIONS } from '../src/http/representations.ts';
import { isNotModified } from '../src/http/validators.ts';
import { PROBLEMS } from '../src/problem.ts';
import { appOn, type TestApp } from './support/app.ts';

const CONTRACT = `
openapi: 3.1.0
info: { title: Agreed, version: 1.0.0 }
paths:
  /v1/alive:
    get:
      x-rowcast: { static: { message: Alive } }
      responses: { 200: { description: alive } }
`;
const PATHS = [
  '/',
  '/tables',
  '/tables/t',
  '/health/live',
  '/health/ready',
  '/problems/unknown-row',
  '/openapi.json',
  '/docs',
  '/api/t',
  '/api/t/1',
  '/api/t?a=1',
];

let served: TestApp;
let base: string;
beforeAll(async () => {
  served = await appOn({ 't.csv': 'id,a\n1,1\n2,2\n', 'contracts/agreed.yaml': CONTRACT });
  base = await served.listen();
});
afterAll(() => served[Symbol.asyncDispose]());

describe('every GET answer', () => {
  test.for(PATHS)('%s', async (url) => {
    const answer = await served.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'no-cache',
      vary: 'Accept, Accept-Encoding',
    });
    expect(answer.headers.etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
    for (const name of [
      'ETag',
      'Link',
      'X-Total-Count',
      'Table-Version',
      'Table-Position',
      'Allow',
      'Location',
    ]) {
      expect(answer.headers['access-control-expose-headers']).toContain(name);
    }
    const { etag } = answer.headers;
    for (const header of [`${etag}`, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await served.inject({ url, headers: { 'if-none-match': header } });
      expect([again.statusCode, again.payload, again.headers.etag]).toEqual([304, '', etag]);
      expect(again.headers).toMatchObject({
        'cache-control': 'no-cache',
        'access-control-allow-origin': '*',
      });
    }
    expect((await served.inject({ url, headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  });

  test.for(PATHS)('HEAD %s', async (url) => {
    const [get, head] = [await fetch(base + url), await fetch(base + url, { method: 'HEAD' })];
    expect([head.status, await head.text()]).toEqual([get.status, '']);
    for (const name of ['etag', 'content-type', 'x-total-count', 'table-version'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    const etag = String(get.headers.get('etag'));
    expect((await fetch(base + url, { method: 'HEAD', headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
  });

  test('the ETag of rows follows the rows, the query and its meaning', async () => {
    const etag = async (url: string) => (await served.inject(url)).headers.etag;
    const all = await Promise.all(
      ['/api/t', '/api/t?a=1', '/api/t?a=2', '/api/t?_limit=1', '/api/t/1', '/api/t/2'].map(etag),
    );
    expect(new Set(all).size).toBe(all.length);
    expect(await etag('/api/t?a=1&id=1')).toBe(await etag('/api/t?id=1&a__eq=1'));
  });
});

describe('methods', () => {
  const READ = 'GET, HEAD, OPTIONS';
  const cases: [request: InjectOptions, status: number, allow?: string][] = [
    ...PATHS.map((url): [InjectOptions, number, string] => [{ method: 'OPTIONS', url }, 204, READ]),
    ...PATHS.map((url): [InjectOptions, number, string] => [{ method: 'POST', url }, 405, READ]),
    [{ method: 'OPTIONS', url: '/nope' }, 404],
    [{ method: 'OPTIONS', url: '/api/nope' }, 404],
    [
      {
        method: 'OPTIONS',
        url: '/nope',
        headers: { origin: 'null', 'access-control-request-method': 'GET' },
      },
      204,
    ],
    [{ method: 'OPTIONS', url: '/v1/alive' }, 204, READ],
    [{ method: 'DELETE', url: '/v1/alive' }, 405, READ],
    [
      { method: 'PUT', url: '/api/t/1', headers: { 'content-type': 'application/json' }, payload: '{broken' },
      405,
      READ,
    ],
    [{ method: 'PATCH', url: '/api/t', headers: { 'content-type': 'text/plain' }, payload: 'x' }, 405, READ],
    [
      {
        method: 'POST',
        url: '/tables',
        headers: { 'content-type': 'image/png' },
        payload: 'x'.repeat(2 ** 21),
      },
      405,
      READ,
    ],
    [{ method: 'DELETE', url: '//api//t/' }, 405, READ],
    [
      { method: 'POST', url: '/nope', headers: { 'content-type': 'application/json' }, payload: '{broken' },
      404,
    ],
    [{ method: 'POST', url: '/api/nope' }, 404],
    [{ method: 'POST', url: '/api/nope/_search' }, 404],
    [{ method: 'OPTIONS', url: '/api/t/_search' }, 204, 'POST, OPTIONS'],
    [{ method: 'GET', url: '/api/t/_search' }, 405, 'POST, OPTIONS'],
    [{ method: 'PUT', url: '/api/t/_search' }, 405, 'POST, OPTIONS'],
    [{ method: 'POST', url: '/api/t/_changes' }, 405, 'GET, HEAD, OPTIONS'],
  ];
  test.for(cases)('%o', async ([request, status, allow]) => {
    const answer = await served.inject(request);
    expect([answer.statusCode, answer.headers.allow]).toEqual([status, allow]);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    if (status >= 400) expect(answer.json()).toMatchObject({ status });
    else expect(answer.payload).toBe('');
  });

  test('a method that HTTP knows and we do not', async () => {
    expect(await exchange('TRACE /api/t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD, OPTIONS/,
    );
  });

  test('a preflight', async () => {
    const headers = {
      origin: 'https://elsewhere.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'if-none-match',
    };
    const answer = await served.inject({ method: 'OPTIONS', url: '/api/t', headers });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'if-none-match',
      'access-control-allow-methods': READ,
    });
  });
});

describe('media types', () => {
  const cases: [accept: string | undefined, type: string | null][] = [
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/*;q=0.1', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['text/csv, application/json;q=0.5', 'text/csv'],
    ['text/csv;q=0.4, application/json;q=0.5', 'application/json'],
    ['', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV ; q=1.0', 'text/csv'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['application/json;q=0', null],
    ['application/json;q=0, */*', 'application/x-ndjson'],
    ['text/*, application/xml', 'text/csv'],
    ['image/png', null],
    ['*/*;q=0', null],
    ['text/csv;q=2', null],
  ];
  test.for(cases)('%s', async ([accept, type]) => {
    expect(preferred(accept, REPRESENTATIONS)?.mediaType ?? null).toBe(type);
    const headers = accept === undefined ? {} : { accept };
    for (const url of ['/api/t', '/api/t/1', '/api/t?a=1', '/api/t/1?_fields=a']) {
      const answer = await served.inject({ url, headers });
      expect(answer.statusCode).toBe(type === null ? 406 : 200);
      if (type !== null) expect(String(answer.headers['content-type']).split(';')[0]).toBe(type);
      else for (const { mediaType } of REPRESENTATIONS) expect(answer.json().detail).toContain(mediaType);
    }
    expect((await served.inject({ url: '/v1/alive', headers })).json()).toEqual({ message: 'Alive' });
  });
});

describe('contracts', () => {
  test('answer with an ETag, ignore what they do not declare, and take HEAD', async () => {
    const answer = await served.inject('/v1/alive?anything=1');
    expect([answer.statusCode, answer.json()]).toEqual([200, { message: 'Alive' }]);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
    });
    const again = await served.inject({
      url: '/v1/alive',
      headers: { 'if-none-match': String(answer.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
    expect((await fetch(`${base}/v1/alive/`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('what is malformed is a problem', () => {
  const cases: [line: string, status: number, code: string, header?: string][] = [
    ['GET /api/%zz HTTP/1.1', 400, 'bad-request'],
    ['GET /api/%ff HTTP/1.1', 400, 'bad-request'],
    ['POST /api/%zz HTTP/1.1', 400, 'bad-request', 'Content-Length: 0'],
    [`GET /api/${'a'.repeat(1001)} HTTP/1.1`, 414, 'uri-too-long'],
    [`GET /api/${'%C3%A9'.repeat(127)} HTTP/1.1`, 404, 'unknown-table'],
    ['GET /api/t HTTP/1.1', 431, 'header-too-large', `X-Large: ${'x'.repeat(20_000)}`],
    ['GET /api/é HTTP/1.1', 400, 'bad-request'],
    ['nonsense', 400, 'bad-request'],
    ['GET http://elsewhere.example/api/nope HTTP/1.1', 404, 'unknown-table'],
    ['GET /api/t/%00 HTTP/1.1', 404, 'unknown-row'],
  ];
  test.for(cases)('%s: %i', async ([line, status, code, header = 'X-Nothing: at all']) => {
    const answer = await exchange(`${line}\r\nHost: x\r\nConnection: close\r\n${header}\r\n\r\n`);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json; charset=utf-8/i);
    expect(head).toMatch(/access-control-allow-origin: \*/i);
    expect(JSON.parse(body)).toMatchObject({
      type: `/problems/${code}`,
      status,
      instance: expect.any(String),
    });
  });

  test('OPTIONS * and an absolute URL are answered', async () => {
    expect(await exchange('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 204 /,
    );
    expect(await exchange(`GET ${base}/api/t/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  test.for(PROBLEMS.map(({ code }) => code))('/problems/%s is documented', async (code) => {
    const answer = await served.inject(`/problems/${code}`);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.payload).toContain(code);
  });

  test('a bug is a 500 without its stack', async () => {
    await using broken = await appOn({ 't.csv': 'a\n1\n' });
    const lines: string[] = [];
    const write = process.stderr.write;
    process.stderr.write = ((line: string) => lines.push(line) > 0) as typeof write;
    // A column that is not there: nothing that a file can bring about.
    const { catalog } = broken.app.rowcast;
    const entry = catalog.current().tables.get('t');
    if (entry?.table == null || entry.file === null) throw new Error('t is not served');
    const table = { ...entry.table, columns: [], version: 'f'.repeat(32) };
    catalog.apply({
      kind: 'loaded',
      name: 't',
      path: 't.csv',
      table,
      file: entry.file,
      diff: {
        previous: entry.table.version,
        version: table.version,
        isSchemaChanged: false,
        counts: { inserted: 0, updated: 0, deleted: 0 },
        isReordered: true,
        changes: [],
        truncated: null,
      },
    });
    const answer = await broken.inject('/api/t?a=1');
    process.stderr.write = write;
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ type: '/problems/internal-error' });
    expect(answer.payload).not.toMatch(/at |\.ts/);
    expect(lines.join('')).toMatch(/GET \/api\/t\?a=1: TypeError[\s\S]*\.ts/);
  });
});

describe('the edges of the system routes', () => {
  test.for(['/docs/static/../x', '/docs/static/%2e%2e/x', '/docs/static/%00'])(
    '%s is a problem and no bug',
    async (url) => {
      const answer = await served.inject(url);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    },
  );
  test.for(['/health/live?x=1', '/health/ready?x=1', '/openapi.json?x=1', '/tables?x=1'])(
    '%s takes no parameter',
    async (url) => {
      const answer = await served.inject(url);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ errors: [{ parameter: 'x', code: 'unknown-parameter' }] });
    },
  );
});

describe('pure parts', () => {
  const matches: [header: string | undefined, etag: string, isMatch: boolean][] = [
    [undefined, '"a"', false],
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    ['"b","a"', '"a"', true],
    ['"b,", W/"a"', '"a"', true],
    [' * ', '"a"', true],
    ['a', '"a"', false],
    ['"A"', '"a"', false],
    ['', '"a"', false],
  ];
  test.for(matches)('If-None-Match %s', ([header, etag, isMatch]) =>
    expect(isNotModified(header, etag)).toBe(isMatch),
  );

  const urls: [url: string, rewritten: string][] = [
    ['/a?b=//c', '/a?b=//c'],
    ['//a///b/?c=//d', '/a/b/?c=//d'],
    ['http://host:1/a//b?c', '/a/b?c'],
    ['http://host?c', '/?c'],
    ['*', '/'],
    ['', '/'],
  ];
  test.for(urls)('%s is %s', ([url, rewritten]) => expect(rewriteUrl({ url })).toBe(rewritten));
});

/** Sends bytes as they are, and reads until the other side ends. */
async function exchange(request: string): Promise<string> {
  const { port, hostname } = new URL(base);
  const socket = connect(Number(port), hostname);
  socket.write(request, 'utf8');
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  return text;
}
