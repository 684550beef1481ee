// POST /api/{table}/_search: a query in the body is answered like the same query in the URL.
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appOn, type TestApp } from './support/app.ts';

let served: TestApp;
beforeAll(async () => {
  served = await appOn({
    't.csv': `id,v\n${Array.from({ length: 50 }, (_, i) => `${i + 1},w${i % 3}\n`).join('')}`,
  });
});
afterAll(() => served[Symbol.asyncDispose]());

const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  served.inject({
    method: 'POST',
    url: '/api/t/_search',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });

describe('is answered like the query of a URL', () => {
  const cases: [body: object, query: string][] = [
    [{}, ''],
    [{ where: { v: 'w1' } }, '?v=w1'],
    [
      { where: { id: { gt: 40 } }, sort: ['-id'], limit: 3, fields: ['id'] },
      '?id__gt=40&_sort=-id&_limit=3&_fields=id',
    ],
    [{ limit: 5, offset: 5 }, '?_limit=5&_offset=5'],
    [{ q: 'w2', distinct: 'v' }, '?_q=w2&_distinct=v'],
  ];
  test.for(cases)('%j', async ([body, query]) => {
    for (const accept of ['application/json', 'text/csv', 'application/x-ndjson']) {
      const [found, same] = [
        await post(JSON.stringify(body), { accept }),
        await served.inject({ url: `/api/t${query}`, headers: { accept } }),
      ];
      expect([found.statusCode, found.payload]).toEqual([200, same.payload]);
      for (const name of ['etag', 'content-type', 'x-total-count', 'table-version', 'last-modified'])
        expect(found.headers[name]).toBe(same.headers[name]);
      const links = (header: unknown) => String(header ?? '').split(', ').length;
      expect(links(found.headers.link)).toBe(links(same.headers.link));
    }
  });

  test('with links that a GET can follow', async () => {
    const { headers } = await post('{"where":{"or":[{"id":{"lt":9}},{"v":"w1"}]},"limit":2}');
    const next = /<([^>]+)>; rel="next"/.exec(String(headers.link))?.[1] as string;
    expect((await served.inject(next)).json()).toEqual([
      { id: 3, v: 'w2' },
      { id: 4, v: 'w0' },
    ]);
  });

  test('also when the client has the rows already', async () => {
    const { etag } = (await post('{}')).headers;
    expect((await post('{}', { 'if-none-match': String(etag) })).statusCode).toBe(200);
  });
});

describe('refuses', () => {
  const json = { 'content-type': 'application/json' };
  const cases: [what: string, request: InjectOptions, status: number, said: RegExp][] = [
    ['malformed JSON', { headers: json, payload: '{"where":\n {,}}' }, 400, /line 2, column 3/],
    ['JSON that ends', { headers: json, payload: '{"where":' }, 400, /line 1, column 10/],
    ['an empty body', { headers: json, payload: '' }, 400, /empty/],
    ['no body', {}, 400, /empty/],
    ['no UTF-8', { headers: json, payload: Buffer.from([0x22, 0xff, 0x22]) }, 400, /UTF-8/],
    ['a member that stands twice', { headers: json, payload: '{"limit":1,"limit":2}' }, 400, /limit/],
    ['an array', { headers: json, payload: '[]' }, 400, /object/],
    ['an unknown member', { headers: json, payload: '{"wher":{}}' }, 400, /where/],
    ['an unknown field', { headers: json, payload: '{"where":{"nope":1}}' }, 400, /\/where/],
    ['another type', { headers: { 'content-type': 'text/plain' }, payload: '{}' }, 415, /media/i],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=1' },
      415,
      /media/i,
    ],
    ['a large body', { headers: json, payload: `{"q":"${'x'.repeat(300_000)}"}` }, 413, /large/],
    ['parameters', { url: '/api/t/_search?v=1', headers: json, payload: '{}' }, 400, /"v"/],
    ['an unknown table', { url: '/api/nope/_search', headers: json, payload: '{' }, 404, /nope/],
    ['what it cannot send', { headers: { ...json, accept: 'image/png' }, payload: '{}' }, 406, /csv/],
  ];
  test.for(cases)('%s', async ([, request, status, said]) => {
    const answer = await served.inject({ method: 'POST', url: '/api/t/_search', ...request });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.payload).toMatch(said);
  });

  test('names like __proto__ as names', async () => {
    expect((await post('{"__proto__":{"where":{}}}')).statusCode).toBe(400);
  });
});
