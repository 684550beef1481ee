// What is made once and sent again: bodies that equal queries share, validators by content and by date.
import { rename, utimes, writeFile } from 'node:fs/promises';
import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createBodyCache } from '../src/http/body-cache.ts';
import { appOn, type TestApp } from './support/app.ts';

const text = (word: string, rows: number) =>
  `id,v,g\n${Array.from({ length: rows }, (_, i) => `${i + 1},${word} ${i + 1},${i % 2}\n`).join('')}`;
const DAY = 86_400_000;

const versionOf = ({ app }: TestApp, name: string) =>
  app.rowcast.catalog.current().tables.get(name)?.table?.version;

/** Changes a file, and waits until its table has followed. */
async function rewrite(
  served: TestApp,
  name: string,
  change: (path: string) => Promise<void>,
): Promise<void> {
  const before = versionOf(served, name);
  await change(served.at(`${name}.csv`));
  await served.until(({ tables }) => tables.get(name)?.table?.version !== before);
}

describe('bodies that were made before', () => {
  const answer = (body: string) => ({ body, headers: {}, total: 1 });

  test('stay within their bounds: the least recently used go first', () => {
    const cache = createBodyCache(10_000, 4000);
    for (const key of ['a', 'b', 'c']) cache.keep(key, ['v'], answer('x'.repeat(1000)));
    cache.get('a');
    cache.keep('d', ['v'], answer('x'.repeat(1000)));
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(cache.size()).toBeLessThanOrEqual(10_000);
    for (let i = 0; i < 1000; i++) cache.keep(`k${i}`, ['v'], answer('x'.repeat(i)));
    expect(cache.size()).toBeLessThanOrEqual(10_000);
  });

  test('that are too large are not kept', () => {
    const cache = createBodyCache(10_000, 4000);
    cache.keep('large', ['v'], answer('x'.repeat(4000)));
    expect([cache.get('large'), cache.size()]).toEqual([undefined, 0]);
  });

  test('go with any version that they come from', () => {
    const cache = createBodyCache(100_000, 10_000);
    cache.keep('both', ['v1', 'w1'], answer('x'));
    cache.keep('one', ['v1'], answer('x'));
    cache.keep('other', ['v2'], answer('x'));
    cache.drop('w1');
    expect([cache.get('both'), cache.get('one')?.body]).toEqual([undefined, 'x']);
    cache.drop('v1');
    cache.drop('v2');
    expect([cache.get('one'), cache.get('other'), cache.size()]).toEqual([undefined, undefined, 0]);
  });

  test('are shared by equal queries, however they are written', async () => {
    await using served = await appOn({ 't.csv': text('w', 12_000) });
    const base = await served.listen();
    // A large answer is streamed the first time; out of the cache it has a length.
    const ask = async (url: string, headers: Record<string, string> = { 'accept-encoding': 'identity' }) => {
      const response = await fetch(base + url, { headers });
      return {
        body: await response.text(),
        length: response.headers.get('content-length'),
        etag: response.headers.get('etag'),
      };
    };
    const first = await ask('/api/t?id__gt=2&g=1');
    expect(first.length).toBeNull();
    for (const url of [
      '/api/t?g=1&id__gt=2',
      '/api/t?g__eq=1&id__gt=2',
      '/api/t?_where={"g":1,"id":{"gt":2}}',
    ]) {
      const again = await ask(url);
      expect([again.etag, again.body === first.body]).toEqual([first.etag, true]);
      expect(Number(again.length)).toBe(first.body.length);
    }
    expect((await ask('/api/t?g=1&id__gt=3')).length).toBeNull();
    expect(
      (await ask('/api/t?g=1&id__gt=2', { accept: 'text/csv', 'accept-encoding': 'identity' })).length,
    ).toBeNull();
    await rewrite(served, 't', (path) => writeFile(path, text('other', 12_000)));
    const changed = await ask('/api/t?id__gt=2&g=1');
    expect(changed.etag).not.toBe(first.etag);
    expect(changed.body).toBe(first.body.replaceAll('w ', 'other '));
  });

  test('say the table and the page that they are of', async () => {
    await using served = await appOn({ 'a.csv': text('w', 30), 'b.csv': text('w', 30) });
    for (const name of ['a', 'b', 'a', 'b']) {
      const answer = await served.inject(`/api/${name}?_limit=10&_format=html`);
      expect(answer.headers.link).toContain(`</api/${name}?`);
      expect(answer.payload).toContain(`<h1>${name}</h1>`);
    }
  });
});

describe('ETags', () => {
  test('differ by everything that the bytes depend on', async () => {
    await using served = await appOn({ 't.csv': text('w', 200) });
    const asked: InjectOptions[] = [
      '',
      '?_format=csv',
      '?_format=ndjson',
      '?_format=html',
      '?_fields=id',
      '?_types=string',
    ].flatMap((query) =>
      ['identity', 'gzip', 'br'].map((coding) => ({
        url: `/api/t${query}`,
        headers: { 'accept-encoding': coding },
      })),
    );
    const etags = await Promise.all(asked.map(async (each) => (await served.inject(each)).headers.etag));
    expect(new Set(etags).size).toBe(asked.length);
    for (const etag of etags) expect(etag).toMatch(/^"[^"]+"$/);
    expect((await served.inject('/api/t?_format=json')).headers.etag).toBe(etags[0]);
  });
});

describe('Last-Modified', () => {
  const MODIFIED = new Date('2024-05-06T07:08:09.500Z');
  const HTTP_DATE = 'Mon, 06 May 2024 07:08:09 GMT';

  async function dated(): Promise<TestApp> {
    const served = await appOn({ 't.csv': text('w', 3) });
    await rewrite(served, 't', async (path) => {
      await writeFile(`${path}.tmp`, text('dated', 3));
      await utimes(`${path}.tmp`, MODIFIED, MODIFIED);
      await rename(`${path}.tmp`, path);
    });
    return served;
  }

  test('an older file in the place of a newer one has a date that says nothing', async () => {
    await using served = await dated();
    const answer = await served.inject({
      url: '/api/t',
      headers: { 'if-modified-since': new Date().toUTCString() },
    });
    expect([answer.statusCode, answer.headers['last-modified']]).toEqual([200, undefined]);
  });

  test('conditions', async () => {
    const later = new Date(Date.now() - DAY);
    await using served = await appOn({});
    await writeFile(`${served.at('t.csv')}.tmp`, text('w', 3));
    await utimes(`${served.at('t.csv')}.tmp`, MODIFIED, MODIFIED);
    await rename(`${served.at('t.csv')}.tmp`, served.at('t.csv'));
    await served.until(({ tables }) => tables.has('t'));
    const cases: [headers: Record<string, string>, status: number][] = [
      [{}, 200],
      [{ 'if-modified-since': HTTP_DATE }, 304],
      [{ 'if-modified-since': later.toUTCString() }, 304],
      [{ 'if-modified-since': 'Mon, 06 May 2024 07:08:08 GMT' }, 200],
      [{ 'if-modified-since': 'yesterday' }, 200],
      [{ 'if-modified-since': HTTP_DATE, 'if-none-match': '"another"' }, 200],
    ];
    for (const url of ['/api/t', '/api/t?_limit=2', '/api/t/1', '/api/t?_format=csv'])
      for (const [headers, status] of cases) {
        const answer = await served.inject({ url, headers });
        expect([url, headers, answer.statusCode]).toEqual([url, headers, status]);
        expect(answer.headers['last-modified']).toBe(HTTP_DATE);
        if (status === 304) expect(answer.payload).toBe('');
      }
  });
});
