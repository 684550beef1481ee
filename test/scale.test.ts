// Folders and files of unusual size, through the front door: served, or refused in words while the rest answers.

import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { createCatalog } from '../src/catalog.ts';
import type { Progress } from '../src/progress.ts';
import { createJudge } from '../src/source/judge.ts';
import { tooLarge } from '../src/source/read.ts';
import { dueTime, observe, track } from '../src/source/tracked.ts';
import { type TemporaryFolder, temporaryFolder, until } from './support/folder.ts';
import { HISTORY } from './support/history.ts';

const OTHER = 'id,name\n1,a\n2,b\n';

/** The application on a folder, with all that it tells of loads. @param prepare fills the folder before the first look */
async function serve(prepare: (folder: TemporaryFolder) => Promise<void>, maxFileBytes = 2 ** 30) {
  const folder = await temporaryFolder();
  await mkdir(folder.path);
  await writeFile(folder.at('other.csv'), OTHER);
  await prepare(folder);
  const told: Progress[] = [];
  const config = { folder: folder.path, contracts: `${folder.path}-contracts`, port: 0, host: '127.0.0.1' };
  const app = await buildApp({ ...config, history: HISTORY, maxFileBytes }, (progress) =>
    told.push(progress),
  );
  await app.rowcast.whenScanned;
  const get = async (url: string) => {
    const { statusCode, body } = await app.inject(url);
    return { status: statusCode, body: JSON.parse(body) };
  };
  return {
    folder,
    told,
    get,
    async [Symbol.asyncDispose]() {
      await app.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test('2,000 files are 2,000 tables', async () => {
  await using served = await serve(async ({ at }) => {
    for (let n = 0; n < 2000; n++) await writeFile(at(`t${n}.csv`), `id,square\n1,1\n${n},${n * n}\n`);
  });
  const { body } = await served.get('/tables');
  expect(body.tables).toHaveLength(2001);
  expect(body.tables.every(({ state }: { state: string }) => state === 'ok')).toBe(true);
  expect((await served.get('/api/t1999/1999')).body).toEqual({ id: 1999, square: 1999 ** 2 });
  expect(served.told).toEqual([]);
});

test('1,000 columns are 1,000 fields', async () => {
  const names = Array.from({ length: 1000 }, (_, column) => `column ${column}`);
  const row = (number: number) => names.map((_, column) => (column % 2 === 0 ? number : `text ${column}`));
  const rows = Array.from({ length: 300 }, (_, index) => row(index + 1));
  await using served = await serve(({ at }) =>
    writeFile(at('wide.csv'), [names, ...rows].map((cells) => `${cells.join(',')}\n`).join('')),
  );
  const { fields } = (await served.get('/tables/wide')).body.schema;
  expect(fields.map(({ name }: { name: string }) => name)).toEqual(names);
  expect(new Set(fields.map(({ type }: { type: string }) => type))).toEqual(new Set(['integer', 'string']));
  expect(Object.values((await served.get('/api/wide/300')).body)).toEqual(row(300));
});

test('a header of 10,000 characters is a name', async () => {
  const name = 'long name '.repeat(1000).trim();
  await using served = await serve(({ at }) => writeFile(at('long.csv'), `id,${name}\n1,a\n2,b\n`));
  expect((await served.get('/api/long/2')).body).toEqual({ id: 2, [name]: 'b' });
});

test('a cell of 5,000,000 characters is served whole', async () => {
  const text = 'a "long" text,\nof several lines '.repeat(160_000);
  await using served = await serve(({ at }) =>
    writeFile(at('cell.csv'), `id,text\n1,"${text.replaceAll('"', '""')}"\n2,b\n`),
  );
  expect((await served.get('/api/cell/1')).body.text === text).toBe(true);
  expect((await served.get('/api/cell/2')).body).toEqual({ id: 2, text: 'b' });
});

describe('a file that is too large', () => {
  const MOST = 2 ** 20;

  test('is refused in words, and served when it has shrunk', async () => {
    await using served = await serve(({ at }) => writeFile(at('big.csv'), 'id\n1\n2\n'), MOST);
    const { folder, get } = served;
    const versions = await get('/tables/big');
    await truncate(folder.at('other.csv'), OTHER.length);
    await writeFile(folder.at('big.csv'), `id\n${'1\n'.repeat(MOST)}`);
    const stale = await settled(() => get('/tables/big'), 'stale');
    expect(stale.version).toBe(versions.body.version);
    expect(stale.reason).toMatch(/^The file has 3 MiB, and Rowcast reads files of up to 1 MiB: /);
    await writeFile(folder.at('big.csv'), 'id\n1\n2\n3\n');
    expect((await settled(() => get('/tables/big'), 'ok')).rows).toBe(3);
  });

  test('is an error from the start, and the others are served', async () => {
    await using served = await serve(({ at }) => writeFile(at('big.csv'), `id\n${'1\n'.repeat(MOST)}`), MOST);
    const { status, body } = await served.get('/api/big');
    expect([status, body.detail]).toEqual([503, expect.stringContaining('--max-file-size')]);
    const { tables } = (await served.get('/tables')).body;
    const states = tables.map(({ name, state, code }: Record<string, string>) => [name, state, code]);
    expect(states).toEqual([
      ['big', 'error', 'file-too-large'],
      ['other', 'ok', undefined],
    ]);
    expect((await served.get('/api/other/1')).body).toEqual({ id: 1, name: 'a' });
  });

  test('is advised to be split where no flag helps', () => {
    expect(tooLarge(3 * 2 ** 30, 2047 * 2 ** 20).reason).toBe(
      'The file has 3,072 MiB, and Rowcast reads files of up to 2,047 MiB: split the file.',
    );
  });
});

test('of a large file it is told how much has been read, while the others answer', async () => {
  const row = 'a row of some text,with,1.25,and,a number\n';
  await using served = await serve(async () => {});
  const { folder, get, told } = served;
  await writeFile(folder.at('large.csv'), `text,b,number,d,e\n${row.repeat(400_000)}`);
  let answers = 0;
  while (told.at(-1)?.share !== null) {
    expect((await get('/api/other/1')).status).toBe(200);
    answers++;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(answers).toBeGreaterThan(10);
  const shares = told.map(({ share }) => share);
  expect(shares[0]).toBe(0);
  const between = shares.slice(1, -1) as number[];
  expect(between.length).toBeGreaterThan(0);
  expect(between).toEqual([...between].sort((a, b) => a - b));
  expect(between.every((share) => share > 0 && share <= 1)).toBe(true);
  expect(new Set(told.map(({ path }) => path))).toEqual(new Set(['large.csv']));
  expect((await settled(() => get('/tables/large'), 'ok')).rows).toBe(400_000);
});

test('bytes that cannot be loaded are not tried again', () => {
  const catalog = createCatalog('test');
  const judge = createJudge(catalog, () => false);
  const signature = { inode: '1:1', size: 1, modified: 0n, changed: 0n };
  const rejection = { code: 'load-failed', reason: 'The file has more rows than Rowcast can hold.' };
  for (const kind of ['failed', 'unreadable'] as const) {
    const tracked = track({ path: 't.csv', name: 't', signature }, 0);
    judge.accept(tracked, { kind, rejection }, false);
    judge.flush();
    observe(tracked, signature, 1);
    expect(catalog.current().tables.get('t')).toMatchObject({ state: 'error', rejection });
    expect(dueTime(tracked, false) === null).toBe(kind === 'failed');
  }
});

/** Waits until a table has a state. @returns its description */
async function settled(
  ask: () => Promise<{ body: Record<string, unknown> }>,
  state: string,
): Promise<Record<string, unknown>> {
  let last = (await ask()).body;
  const look = setInterval(async () => {
    last = (await ask()).body;
  }, 20);
  try {
    return await until(
      () => last,
      (body) => body.state === state,
      10_000,
    );
  } finally {
    clearInterval(look);
  }
}
