// Clients that exist, as they are published: what they know to read, they read of Rowcast.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { README } from '../generate.ts';
import { HISTORY } from '../support/history.ts';
import { CLIENTS, install, load } from './installed.ts';

type Row = Readonly<Record<string, unknown> & { id: number }>;
type Rows = Readonly<{ data: readonly Row[]; total: number }>;
type Ask<Answer> = (resource: string, params: object) => Promise<Answer>;

const run = promisify(execFile);
const isInstalled = await install();

describe.skipIf(!isInstalled)('clients that exist', () => {
  let app: FastifyInstance;
  let base: string;
  let readings: readonly Row[];

  beforeAll(async () => {
    const folder = fileURLToPath(new URL('../../data', import.meta.url));
    app = await buildApp({
      folder,
      contracts: join(folder, 'none'),
      host: '127.0.0.1',
      port: 0,
      history: HISTORY,
    });
    await app.rowcast.whenScanned;
    base = await app.listen({ host: '127.0.0.1', port: 0 });
    readings = (await (await fetch(`${base}/api/readings`)).json()) as readonly Row[];
  });
  afterAll(() => app?.close());

  const ids = (rows: readonly Row[]) => rows.map(({ id }) => id);
  const of = (holds: (row: Row) => boolean) => ids(readings.filter(holds));

  describe('ra-data-json-server (react-admin)', () => {
    type Provider = Readonly<{
      getList: Ask<Rows>;
      getManyReference: Ask<Rows>;
      getMany: Ask<Pick<Rows, 'data'>>;
      getOne: Ask<Readonly<{ data: Row }>>;
    }>;
    let provider: Provider;
    const pagination = { page: 1, perPage: 100 };
    const sort = { field: 'id', order: 'ASC' };

    beforeAll(async () => {
      const file = 'ra-data-json-server/dist/index.js';
      const { default: make } = await load<{ default: (url: string) => Provider }>(file);
      provider = make(`${base}/api`);
    });

    test('getList: pages, sorted, with the total', async () => {
      const { data, total } = await provider.getList('readings', {
        pagination: { page: 2, perPage: 5 },
        sort: { field: 'temperature_c', order: 'DESC' },
        filter: {},
      });
      expect(total).toBe(readings.length);
      const sorted = readings
        .filter(({ temperature_c: value }) => value !== null)
        .toSorted((a, b) => Number(b.temperature_c) - Number(a.temperature_c));
      expect(ids(data)).toEqual(ids(sorted.slice(5, 10)));
    });

    test.for([
      [{ station_id: 3 }, (row: Row) => row.station_id === 3],
      [{ station_id: [1, 3] }, (row: Row) => row.station_id === 1 || row.station_id === 3],
      [{ checked: false }, (row: Row) => row.checked === false],
      [{ humidity_pct_gte: 90 }, (row: Row) => Number(row.humidity_pct) >= 90],
      [{ wind_mps_lte: 2.2, station_id_ne: 2 }, (row: Row) => lte(row.wind_mps, 2.2) && row.station_id !== 2],
      [{ note_like: 'sensor' }, (row: Row) => String(row.note ?? '').startsWith('Sensor')],
      [{ q: 'REPAIR anemometer' }, (row: Row) => String(row.note ?? '').startsWith('Anemometer')],
    ] as const)('getList: filter %j', async ([filter, holds]) => {
      const { data, total } = await provider.getList('readings', { pagination, sort, filter });
      expect(data.length).toBeGreaterThan(0);
      expect(ids(data)).toEqual(of(holds));
      expect(total).toBe(data.length);
    });

    test('getOne', async () => {
      expect((await provider.getOne('readings', { id: 5002 })).data).toEqual(readings[1]);
      await expect(provider.getOne('readings', { id: 1 })).rejects.toMatchObject({ status: 404 });
    });

    test('getOne and getList embed what is related', async () => {
      const { data } = await provider.getOne('readings', { id: 5002, meta: { embed: 'station' } });
      expect(data.station).toMatchObject({ id: data.station_id, name: 'Millbrook' });
      const meta = { embed: 'readings' };
      const list = await provider.getList('stations', { pagination, sort, filter: {}, meta });
      const [first] = list.data as [Row];
      expect(first.readings).toEqual(readings.filter(({ station_id: id }) => id === first.id));
    });

    test('getMany', async () => {
      const { data } = await provider.getMany('readings', { ids: [5003, 5001] });
      expect(ids(data).toSorted()).toEqual([5001, 5003]);
    });

    test('getManyReference', async () => {
      const { data, total } = await provider.getManyReference('readings', {
        target: 'station_id',
        id: 2,
        pagination: { page: 1, perPage: 2 },
        sort: { field: 'taken_at', order: 'DESC' },
        filter: {},
      });
      const all = of((row) => row.station_id === 2);
      expect(total).toBe(all.length);
      expect(ids(data)).toEqual(all.toReversed().slice(0, 2));
    });
  });

  describe('@refinedev/simple-rest (refine)', () => {
    type Provider = Readonly<{
      getList: (params: object) => Promise<Rows>;
      getMany: (params: object) => Promise<Pick<Rows, 'data'>>;
      getOne: (params: object) => Promise<Readonly<{ data: Row }>>;
    }>;
    const resource = 'readings';
    let provider: Provider;

    beforeAll(async () => {
      const file = '@refinedev/simple-rest/dist/index.mjs';
      const { default: make } = await load<{ default: (url: string) => Provider }>(file);
      provider = make(`${base}/api`);
    });

    test('getList: pages, sorted by two fields, with the total', async () => {
      const { data, total } = await provider.getList({
        resource,
        pagination: { currentPage: 2, pageSize: 4 },
        sorters: [
          { field: 'station_id', order: 'desc' },
          { field: 'id', order: 'asc' },
        ],
      });
      const sorted = readings.toSorted((a, b) => Number(b.station_id) - Number(a.station_id) || a.id - b.id);
      expect(total).toBe(readings.length);
      expect(ids(data)).toEqual(ids(sorted.slice(4, 8)));
    });

    test.for([
      ['eq', 'station_id', 3, (row: Row) => row.station_id === 3],
      ['ne', 'station_id', 3, (row: Row) => row.station_id !== 3],
      ['gte', 'humidity_pct', 90, (row: Row) => Number(row.humidity_pct) >= 90],
      ['lte', 'wind_mps', 2.2, (row: Row) => lte(row.wind_mps, 2.2)],
      ['contains', 'note', 'lost packet', (row: Row) => String(row.note ?? '').startsWith('Lost packet')],
      ['contains', 'q', 'iced', (row: Row) => String(row.note ?? '').includes('iced')],
    ] as const)('getList: %s %s %j', async ([operator, field, value, holds]) => {
      const { data, total } = await provider.getList({
        resource,
        pagination: { mode: 'off' },
        filters: [{ field, operator, value }],
      });
      expect(data.length).toBeGreaterThan(0);
      expect(ids(data)).toEqual(of(holds));
      expect(total).toBe(data.length);
    });

    test('getOne and getMany', async () => {
      expect((await provider.getOne({ resource, id: 5002 })).data).toEqual(readings[1]);
      const { data } = await provider.getMany({ resource, ids: [5003, 5001] });
      expect(ids(data).toSorted()).toEqual([5001, 5003]);
    });
  });

  describe('openapi-typescript and openapi-fetch', () => {
    /** Compiles a program against the types of the served document, and runs it. @returns what it printed */
    async function compileAndRun(program: string): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'rowcast-typed-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const tool = (file: string) => join(CLIENTS, 'node_modules', file);
      await symlink(tool(''), join(folder, 'node_modules'));
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      await writeFile(join(folder, 'client.ts'), program);
      const node = async (...args: string[]) => {
        const { stdout } = await run(process.execPath, args, { cwd: folder }).catch((error) => {
          throw new Error(`${args[0]}: ${error.stdout}${error.stderr}`);
        });
        return stdout;
      };
      await node(tool('openapi-typescript/bin/cli.js'), `${base}/openapi.json`, '-o', 'api.d.ts');
      const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
      const target = ['--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];
      await node(tool('typescript/bin/tsc'), ...strict, ...target, '--outDir', '.', 'client.ts', 'api.d.ts');
      return node('client.js');
    }

    test('the client of the README compiles and runs', { timeout: 120_000 }, async () => {
      const readme = await readFile(README, 'utf8');
      const program = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] as string;
      expect(program).toContain('openapi-fetch');
      const said = await compileAndRun(program.replaceAll('http://127.0.0.1:5000', base));
      expect(said).toContain('Harrow Point');
    });

    test('lists, searches, rows and relations are typed as they are', { timeout: 120_000 }, async () => {
      const said = await compileAndRun(`
        import createClient from 'openapi-fetch';
        import type { components, paths } from './api.js';
        const client = createClient<paths>({
          baseUrl: '${base}',
          querySerializer: { array: { style: 'form', explode: false } },
        });
        type Reading = components['schemas']['readings'];
        const listed = await client.GET('/api/readings', {
          params: { query: {
            station_id__in: [1, 3], humidity_pct__between: [70, 95], checked: true, _sort: '-temperature_c', _limit: 3,
          } },
        });
        const rows: Reading[] = listed.data ?? [];
        const found = await client.POST('/api/readings/_search', {
          body: { where: { or: [{ note: { icontains: 'sensor' } }, { id: 5001 }] }, sort: ['id'], fields: ['id'] },
        });
        const one = await client.GET('/api/stations/{key}', { params: { path: { key: 2 } } });
        const name: string = one.data?.name ?? '';
        const children = await client.GET('/api/stations/{key}/readings', {
          params: { path: { key: 2 }, query: { _limit: 2 } },
        });
        const ids: number[] = (children.data ?? []).map(({ id }) => id);
        const missing = await client.GET('/api/stations/{key}', { params: { path: { key: 99 } } });
        // @ts-expect-error there is no such field
        await client.GET('/api/readings', { params: { query: { statoin_id: 1 } } });
        // @ts-expect-error numbers do not contain text
        await client.GET('/api/readings', { params: { query: { id__contains: '1' } } });
        console.log(JSON.stringify({
          rows: rows.map((row) => row.id), found: found.data?.map((row) => row.id), name, ids,
          missing: missing.error?.detail,
        }));`);
      const wanted = readings
        .filter(
          ({ station_id: station, humidity_pct: humidity, checked }) =>
            (station === 1 || station === 3) &&
            Number(humidity) >= 70 &&
            lte(humidity, 95) &&
            checked === true,
        )
        .filter(({ temperature_c: value }) => value !== null)
        .toSorted((a, b) => Number(b.temperature_c) - Number(a.temperature_c));
      expect(JSON.parse(said)).toEqual({
        rows: ids(wanted.slice(0, 3)),
        found: [5001, 5009],
        name: 'Millbrook',
        ids: of((row) => row.station_id === 2).slice(0, 2),
        missing: expect.stringContaining('no row "99"'),
      });
    });
  });

  describe('json-server v1', () => {
    let server: ReturnType<typeof spawn>;
    let theirs: string;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rowcast-json-server-'));
      const stations = await (await fetch(`${base}/api/stations`)).json();
      await writeFile(join(folder, 'db.json'), JSON.stringify({ readings, stations }));
      const port = await freePort();
      const bin = join(CLIENTS, 'node_modules/json-server/lib/bin.js');
      server = spawn(process.execPath, [bin, 'db.json', '--port', String(port)], { cwd: folder });
      theirs = `http://localhost:${port}`;
      await once(server.stdout as NodeJS.ReadableStream, 'data');
    });
    afterAll(async () => {
      server?.kill();
      await rm(folder, { recursive: true, force: true });
    });

    /** Their keys are always texts. */
    const withTextIds = (rows: readonly Row[]) => rows.map((row) => ({ ...row, id: String(row.id) }));
    const ask = async <Body>(url: string) => {
      const answer = await fetch(url);
      const body = (await answer.json()) as Body;
      return { status: answer.status, total: answer.headers.get('x-total-count'), body };
    };

    test.for([
      'readings',
      'readings?station_id=3',
      'readings?station_id:eq=3',
      'readings?station_id:ne=3',
      'readings?temperature_c:gt=9&checked=true',
      'stations?elevation_m:lt=100',
      'readings?temperature_c_gte=9.6',
      'readings?humidity_pct:lte=72&humidity_pct:gte=70',
      'readings?station_id:in=1,3',
      'readings?note:contains=SENSOR',
      'readings?note:startsWith=lost',
      'readings?note:endsWith=log',
      'stations?_sort=-elevation_m',
      'stations?_sort=region,-elevation_m',
      'stations?region=Coast&_sort=name',
      'stations?_where={"or":[{"region":{"eq":"Coast"}},{"elevation_m":{"gt":1000}}]}',
    ])('%s answers the same', async (url) => {
      const ours = await ask<Row[]>(`${base}/api/${url}`);
      const original = await ask<Row[]>(`${theirs}/${url}`);
      expect(original.body.length).toBeGreaterThan(0);
      expect([ours.status, withTextIds(ours.body)]).toEqual([200, original.body]);
    });

    test.for([
      'readings?_page=2&_per_page=5',
      'readings?_page=1',
      'readings?checked=true&_sort=-id&_page=3&_per_page=4',
    ])('%s answers the rows that it wraps', async (url) => {
      const ours = await ask<Row[]>(`${base}/api/${url}`);
      const original = await ask<{ data: Row[]; items: number }>(`${theirs}/${url}`);
      expect(withTextIds(ours.body)).toEqual(original.body.data);
      expect(Number(ours.total)).toBe(original.body.items);
    });

    test('readings/5001 answers the same', async () => {
      const ours = await ask<Row>(`${base}/api/readings/5001`);
      const original = await ask<Row>(`${theirs}/readings/5001`);
      expect(withTextIds([ours.body])).toEqual([original.body]);
    });
  });
});

/** Null compares with nothing. */
function lte(value: unknown, limit: number): boolean {
  return typeof value === 'number' && value <= limit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
