// Pages of rows: the links of offsets, page numbers and cursors, and what a cursor holds for.
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appOn, type TestApp } from './support/app.ts';

const file = (word: string) =>
  `id,v\n${Array.from({ length: 25 }, (_, i) => `${i + 1},${word}${i % 5}\n`).join('')}`;

let served: TestApp;
beforeAll(async () => {
  served = await appOn({ 't.csv': file('w'), 'u.csv': file('x') });
});
afterAll(() => served[Symbol.asyncDispose]());

type Links = ReadonlyMap<string, string>;
type Page = Readonly<{ ids: number[]; links: Links; total: string; status: number }>;

async function pageAt(url: string): Promise<Page> {
  const answer = await served.inject(url);
  const found = String(answer.headers.link ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g);
  const links = new Map([...found].map(([, link, relation]) => [relation as string, link as string]));
  const rows = answer.statusCode === 200 ? (answer.json() as { id: number }[]) : [];
  return {
    ids: rows.map(({ id }) => id),
    links,
    total: String(answer.headers['x-total-count']),
    status: answer.statusCode,
  };
}

/** Follows links to their end. */
async function follow(url: string, relation: string): Promise<number[][]> {
  const pages: number[][] = [];
  for (let next: string | undefined = url; next !== undefined; ) {
    const page = await pageAt(next);
    pages.push(page.ids);
    next = page.links.get(relation);
  }
  return pages;
}

const FROM_13 = Array.from({ length: 12 }, (_, i) => 25 - i);
const PAGES = [FROM_13.slice(0, 5), FROM_13.slice(5, 10), FROM_13.slice(10)];
const QUERY = 'id__gt=13&_sort=-id';

describe('all ways lead through all rows', () => {
  const ways: [url: string, parameter: RegExp][] = [
    [`/api/t?${QUERY}&_limit=5`, /_offset=/],
    [`/api/t?${QUERY}&_limit=5&_offset=0`, /_offset=/],
    [`/api/t?${QUERY}&_page=1&_per_page=5`, /_page=/],
    [`/api/t?${QUERY}&_cursor=&_limit=5`, /_cursor=/],
    [`/api/t?id_gte=14&_sort=id&_order=DESC&_start=0&_end=5`, /_offset=/],
  ];
  test.for(ways)('%s', async ([url, parameter]) => {
    expect(await follow(url, 'next')).toEqual(PAGES);
    const { links, total } = await pageAt(url);
    expect([total, [...links.keys()]]).toEqual(['12', ['first', 'next', 'last']]);
    expect(links.get('next')).toMatch(parameter);
    expect((await pageAt(links.get('first') as string)).ids).toEqual(PAGES[0]);
    expect(await follow(links.get('last') as string, 'prev')).toEqual([...PAGES].reverse());
  });

  test('and without pages there are no links', async () => {
    for (const url of ['/api/t', '/api/t?_limit=0', '/api/t?_cursor='])
      expect((await pageAt(url)).links.size).toBe(0);
  });
});

describe('a cursor', () => {
  const next = async (url: string) => (await pageAt(url)).links.get('next') as string;
  const cursorOf = (url: string) => new URL(url, 'http://x').searchParams.get('_cursor') as string;

  test('is opaque, and holds for the same query in other words', async () => {
    const cursor = cursorOf(await next('/api/t?v=w1&_limit=2&_cursor='));
    expect(cursor).toMatch(/^[\w-]+$/);
    expect((await pageAt(`/api/t?_limit=2&v__eq=w1&_cursor=${cursor}`)).ids).toEqual([12, 17]);
  });

  test('of another query, another table, or nothing at all is refused', async () => {
    const cursor = cursorOf(await next('/api/t?v=w1&_limit=2&_cursor='));
    const forged = Buffer.from('-1.00.x').toString('base64url');
    const cases: [url: string, status: number, code: string][] = [
      [`/api/t?v=w2&_limit=2&_cursor=${cursor}`, 400, 'other-query'],
      [`/api/u?v=w1&_limit=2&_cursor=${cursor}`, 409, 'version-changed'],
      [`/api/t?v=w1&_limit=2&_cursor=nonsense`, 400, 'malformed-cursor'],
      [`/api/t?v=w1&_limit=2&_cursor=${forged}`, 400, 'malformed-cursor'],
      [`/api/t?v=w1&_limit=2&_cursor=${cursor.slice(0, -9)}`, 400, ''],
      [`/api/t?v=w1&_limit=2&_cursor=%00`, 400, 'malformed-cursor'],
      [`/api/t?v=w1&_limit=2&_offset=2&_cursor=${cursor}`, 400, ''],
    ];
    for (const [url, status, code] of cases) {
      const answer = await served.inject(url);
      expect([url, answer.statusCode]).toEqual([url, status]);
      expect(answer.payload).toContain(code);
    }
  });

  test('ends with the version that it is of', async () => {
    await using moving = await appOn({ 't.csv': file('w') });
    const first = await moving.inject('/api/t?_limit=10&_cursor=');
    const url = /<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1] as string;
    expect((await moving.inject(url)).statusCode).toBe(200);
    const { version } = moving.app.rowcast.catalog.current().tables.get('t')?.table ?? {};
    await writeFile(moving.at('t.csv'), file('changed'));
    await moving.until(({ tables }) => tables.get('t')?.table?.version !== version);
    const answer = await moving.inject(url);
    expect([answer.statusCode, answer.json().type]).toEqual([409, '/problems/version-changed']);
    expect((await moving.inject('/api/t?_limit=10&_cursor=')).statusCode).toBe(200);
  });
});
