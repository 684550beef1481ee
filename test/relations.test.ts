// Relations through the front door: found, listed, embedded, and as routes below a row.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_EMBEDDED_IN_ONE, MOST_EMBEDDED_ROWS, MOST_EMBEDS } from '../src/http/embed.ts';
import { findRelations, finish, relationsOf } from '../src/query/relations.ts';
import { tableOf } from '../src/table/table.ts';
import { appOn, type TestApp } from './support/app.ts';

const DATA = fileURLToPath(new URL('../data', import.meta.url));
const bundled = (name: string) => readFileSync(`${DATA}/${name}.csv`, 'utf8');

const MANY = 12_000;

let served: TestApp;
beforeAll(async () => {
  served = await appOn({
    'associations_etudiantes.csv': bundled('associations_etudiantes'),
    'evenements_associations.csv': bundled('evenements_associations'),
    'stations.csv': bundled('stations'),
    'readings.csv': bundled('readings'),
    // Keys that are text, a parent without children, nulls; numbers that refer to text.
    'countries.csv': 'code,label\nfr,France\nde,Germany\n7,Seven\nxx,Nowhere\n',
    'cities.csv': 'id,name,country\n1,Paris,fr\n2,Atlantis,\n3,Bonn,de\n4,Lyon,fr\n',
    'ports.csv': 'id,country_id\n1,7\n2,7\n',
    // A value that is no key; a target whose rows have numbers alone; a boolean.
    'broken.csv': 'id,station_id\n1,1\n2,999\n',
    'marks.csv': 'a,b\nx,1\nx,1\n',
    'exams.csv': 'id,mark_id,flag\n1,1,true\n2,2,false\n',
    'flags.csv': 'id\n1\n2\n',
    // A table that refers to itself, and one that has the fields' names for itself.
    'parents.csv': 'id,name,parent_id\n1,Root,\n2,Leaf,1\n3,Twig,1\n',
    'team.csv': 'id,match,name\n1,a,Reds\n2,b,Blues\n',
    'match.csv': 'id,team_id,team\n10,1,2\n11,2,1\n',
    // Names that mean something to JavaScript.
    '__proto__.csv': 'id,constructor\n1,a\n2,b\n',
    'constructors.csv': 'id,__proto___id\n1,2\n2,2\n',
    // A header without rows keeps its relation.
    'visits.csv': 'id,station_id\n',
    'shop/customers.csv': 'id,name\n1,Ann\n',
    'shop/orders.csv': 'id,customerId\n5,1\n',
    'hubs.csv': 'id\n1\n2\n',
    'spokes.csv': `id,hub_id\n${Array.from({ length: MANY }, (_, i) => `${i + 1},${i < MANY - 2 ? 1 : 2}\n`).join('')}`,
    'physical.csv': 'id,station_id,v\n1,1,1.50\n2,,NA\n3,2,2.00\n',
  });
});
afterAll(() => served[Symbol.asyncDispose]());

const get = async (url: string) => {
  const answer = await served.inject(url);
  expect(answer.statusCode, answer.payload).toBe(200);
  return answer.json();
};
type Listed = { kind: string; name: string; table: string; field: string; otherField: string; url: string };
const listed = async (table: string): Promise<Listed[]> => (await get(`/tables/${table}`)).relations;
const names = async (table: string) => (await listed(table)).map(({ kind, name }) => `${kind} ${name}`);

describe('found', () => {
  const cases: [table: string, relations: string[]][] = [
    ['associations_etudiantes', ['children evenements_associations']],
    ['evenements_associations', ['parent association']],
    ['stations', ['children physical', 'children readings', 'children visits']],
    ['readings', ['parent station']],
    ['visits', ['parent station']],
    ['countries', ['children cities', 'children ports']],
    ['cities', ['parent countries']],
    ['ports', ['parent country']],
    ['broken', []],
    ['marks', []],
    ['exams', []],
    ['flags', []],
    ['parents', ['parent parent', 'children parents']],
    ['match', ['parent team.team_id', 'parent team.team']],
    ['team', ['children match.team_id', 'children match.team']],
    ['__proto__', ['children constructors']],
    ['constructors', ['parent __proto__']],
    ['shop.customers', ['children shop.orders']],
    ['shop.orders', ['parent customer']],
  ];
  test.for(cases)('%s', async ([table, relations]) => expect(await names(table)).toEqual(relations));

  test('with fields, url and reason', async () => {
    expect(await listed('associations_etudiantes')).toEqual([
      {
        kind: 'children',
        name: 'evenements_associations',
        table: 'evenements_associations',
        field: 'id',
        otherField: 'association_id',
        url: '/api/associations_etudiantes/{key}/evenements_associations',
        reason: expect.stringContaining('association_id of evenements_associations'),
      },
    ]);
    expect(await listed('match')).toMatchObject([
      { reason: expect.stringContaining('because team is taken') },
      { reason: expect.stringContaining('because team is taken') },
    ]);
  });

  const rows = (header: string, ...cells: (string | null)[][]) => tableOf(header.split(','), cells);
  const target = rows('id,x', ['1', 'a'], ['2', 'b']);
  const named: [field: string, table: string, isFound: boolean][] = [
    ['station_id', 'station', true],
    ['station_id', 'Stations', true],
    ['STATION_ID', 'stations', true],
    ['stationId', 'stations', true],
    ['stationID', 'stations', true],
    ['stationid', 'stations', false],
    ['stations_id', 'station', true],
    ['station', 'stations', true],
    ['station_id', 'stations_old', true],
    ['station_id', 'weather_stations', false],
    ['box_id', 'boxes', true],
    ['city_id', 'cities', true],
    ['bateau_id', 'bateaux', true],
    ['journal_id', 'journaux', true],
    ['_id', 's', false],
    ['id_station', 'stations', false],
    ['station_id', '2024.stations', false],
  ];
  test.for(named)('%s names %s: %s', ([field, table, isFound]) => {
    const tables = new Map([
      [table, target],
      ['child', rows(`n,${field}`, ['x', '1'], ['x', null], ['x', '2'])],
    ]);
    expect(
      findRelations(tables)
        .get('child')
        ?.map(({ table: to }) => to) ?? [],
    ).toEqual(isFound ? [table] : []);
  });

  const one = rows('n,station_id', ['x', '1'], ['x', '2']);
  const choices: [name: string, tables: Record<string, ReturnType<typeof rows>>, to: string[]][] = [
    ['the whole name before its first part', { stations: target, stations_old: target, one }, ['stations']],
    ['the exact name before its plural', { station: target, stations: target, one }, ['station']],
    [
      'the next best where a value is no key of the best',
      { stations: rows('id', ['1']), stations_old: target, one },
      ['stations_old'],
    ],
    ['none of two that match equally well', { stations_a: target, stations_b: target, one }, []],
    [
      'none where all values are null',
      { stations: target, one: rows('n,station', ['x', null], ['y', null]) },
      [],
    ],
    ['not the key of the table itself', { stations: rows('station_id,x', ['1', 'a'], ['2', 'b']) }, []],
    [
      'not what the key of a table only looks like',
      { stations: rows('station_id,x', ['1', 'a']), stations_old: rows('station_id,x', ['1', 'a']) },
      ['stations'],
    ],
    ['no rows that have numbers alone', { stations: rows('x', ['a'], ['a']), one }, []],
    [
      'dates',
      {
        days: rows('day,x', ['2024-01-01', 'a'], ['2024-01-02', 'b']),
        log: rows('n,day', ['1', '2024-01-02'], ['1', '2024-01-01']),
      },
      ['days'],
    ],
  ];
  test.for(choices)('%s', ([, tables, to]) => {
    const found = [...findRelations(new Map(Object.entries(tables))).values()].flat();
    expect(found.filter(({ kind }) => kind === 'parent').map(({ table }) => table)).toEqual(to);
  });

  test('among 5,000 tables, in steps', () => {
    const pointing = (i: number) => rows(`id,table${(i * 7) % 5000}_id,a,b`, ['1', '1', 'x', 'y']);
    const tables = new Map(Array.from({ length: 5000 }, (_, i) => [`table${i}s`, pointing(i)]));
    expect(finish(relationsOf(tables, 'table7s')).map(({ name }) => name)).toEqual(['table49', 'table1s']);
    let steps = 0;
    for (const search = relationsOf(new Map(tables), 'table8s'); !search.next().done; ) steps++;
    expect(steps).toBeGreaterThan(100);
  });
});

describe('embedded', () => {
  test('parents', async () => {
    const associations: { id: number }[] = await get('/api/associations_etudiantes');
    const events: { association_id: number }[] = await get('/api/evenements_associations');
    expect(await get('/api/evenements_associations?_embed=association')).toEqual(
      events.map((event) => ({
        ...event,
        association: associations.find(({ id }) => id === event.association_id) ?? null,
      })),
    );
  });

  test('children, in file order', async () => {
    const stations: { id: number }[] = await get('/api/stations');
    const readings: { station_id: number }[] = await get('/api/readings');
    const expected = stations.map((station) => ({
      ...station,
      readings: readings.filter(({ station_id }) => station_id === station.id),
    }));
    expect(await get('/api/stations?_embed=readings')).toEqual(expected);
    expect(await get('/api/stations/2?_embed=readings')).toEqual(expected[1]);
    expect(await get('/api/stations?_embed=readings&id__gt=1&_sort=-id&_limit=2&_fields=id')).toEqual(
      expected
        .slice(-2)
        .reverse()
        .map(({ id, readings }) => ({ id, readings })),
    );
  });

  const cases: [url: string, body: unknown][] = [
    [
      '/api/cities?_embed=countries&_fields=name&_limit=2',
      [
        { name: 'Paris', countries: { code: 'fr', label: 'France' } },
        { name: 'Atlantis', countries: null },
      ],
    ],
    ['/api/countries/xx?_embed=cities', { code: 'xx', label: 'Nowhere', cities: [] }],
    [
      '/api/countries/7?_embed=ports,cities',
      {
        code: '7',
        label: 'Seven',
        ports: [
          { id: 1, country_id: 7 },
          { id: 2, country_id: 7 },
        ],
        cities: [],
      },
    ],
    ['/api/ports/1?_embed=country', { id: 1, country_id: 7, country: { code: '7', label: 'Seven' } }],
    [
      '/api/parents/2?_embed=parent,parents',
      {
        id: 2,
        name: 'Leaf',
        parent_id: 1,
        parent: { id: 1, name: 'Root', parent_id: null },
        parents: [],
      },
    ],
    [
      '/api/match/10?_embed=team.team,team.team_id',
      {
        id: 10,
        team_id: 1,
        team: 2,
        'team.team': { id: 2, match: 'b', name: 'Blues' },
        'team.team_id': { id: 1, match: 'a', name: 'Reds' },
      },
    ],
    ['/api/visits?_embed=station', []],
    ['/api/shop.orders/5?_embed=customer', { id: 5, customerId: 1, customer: { id: 1, name: 'Ann' } }],
    [
      '/api/physical?_embed=station&_types=string&_limit=2&_fields=v',
      [
        {
          v: '1.50',
          station: expect.objectContaining({ id: '1', name: 'Harrow Point', latitude: '51.3804' }),
        },
        { v: 'NA', station: null },
      ],
    ],
  ];
  test.for(cases)('%s', async ([url, body]) => expect(await get(url)).toEqual(body));

  test('names that mean something to JavaScript', async () => {
    const { payload } = await served.inject('/api/constructors/1?_embed=__proto__');
    expect(payload).toBe('{"id":1,"__proto___id":2,"__proto__":{"id":2,"constructor":"b"}}');
  });

  test('as NDJSON', async () => {
    const { payload } = await served.inject('/api/ports?_embed=country&_format=ndjson&_fields=id');
    expect(payload).toBe(
      '{"id":1,"country":{"code":"7","label":"Seven"}}\n{"id":2,"country":{"code":"7","label":"Seven"}}\n',
    );
  });

  const refused: [url: string, detail: RegExp][] = [
    ['/api/readings?_embed=stations', /station/],
    ['/api/readings?_embed=', /relation/],
    ['/api/broken?_embed=station', /station/],
    ['/api/ports?_embed=country&_format=csv', /text\/csv/],
    ['/api/hubs?_embed=spokes', new RegExp(String(MOST_EMBEDDED_IN_ONE))],
    ['/api/hubs/1?_embed=spokes', /at the url/],
  ];
  test.for(refused)('%s is a 400', async ([url, detail]) => {
    const answer = await served.inject(url);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      type: '/problems/invalid-query',
      errors: [{ parameter: '_embed' }],
    });
    expect(answer.json().detail).toMatch(detail);
  });

  test('one row fewer than too many', async () => {
    expect((await get('/api/hubs/2?_embed=spokes')).spokes).toHaveLength(2);
  });
});

describe('bounds', () => {
  test('of rows in one answer, and of embeds', async () => {
    const half = MOST_EMBEDDED_ROWS / 2;
    const header = Array.from({ length: MOST_EMBEDS + 1 }, (_, i) => `t${i}_id`);
    const targets = header.map((_, i) => [`t${i}s.csv`, 'id\n1\n'] as const);
    await using wide = await appOn({
      ...Object.fromEntries(targets),
      'rows.csv': `${header}\n${`${header.map(() => 1)}\n`.repeat(half + 1)}`,
    });
    const embed = (count: number) => header.slice(0, count).map((name) => name.slice(0, -3));
    const two = await wide.inject(`/api/rows?_embed=${embed(2)}&_fields=t0_id`);
    expect(two.statusCode).toBe(400);
    expect(two.json().detail).toContain(`More than ${MOST_EMBEDDED_ROWS} rows`);
    expect((await wide.inject(`/api/rows?_embed=${embed(2)}&_limit=${half}&_fields=t0_id`)).statusCode).toBe(
      200,
    );
    expect((await wide.inject(`/api/rows?_embed=${embed(1)}&_fields=t0_id`)).json()).toHaveLength(half + 1);
    expect((await wide.inject(`/api/rows?_embed=${embed(MOST_EMBEDS)}&_limit=1`)).statusCode).toBe(200);
    const nine = await wide.inject(`/api/rows?_embed=${embed(MOST_EMBEDS + 1)}&_limit=1`);
    expect([nine.statusCode, nine.json().detail]).toEqual([400, expect.stringContaining(`${MOST_EMBEDS}`)]);
  });
});

describe('below a row', () => {
  const cases: [url: string, body: unknown, headers?: Record<string, string>][] = [
    [
      '/api/countries/fr/cities',
      [
        { id: 1, name: 'Paris', country: 'fr' },
        { id: 4, name: 'Lyon', country: 'fr' },
      ],
      { 'x-total-count': '2' },
    ],
    [
      '/api/countries/fr/cities?_sort=-id&_limit=1',
      [{ id: 4, name: 'Lyon', country: 'fr' }],
      {
        'x-total-count': '2',
        link: expect.stringContaining('</api/countries/fr/cities?') as unknown as string,
      },
    ],
    ['/api/countries/fr/cities?name__contains=P&_fields=name', [{ name: 'Paris' }]],
    ['/api/countries/fr/cities?country=de', []],
    [
      '/api/countries/fr/cities?_embed=countries&_fields=id&id=1',
      [{ id: 1, countries: { code: 'fr', label: 'France' } }],
    ],
    ['/api/countries/xx/cities', []],
    [
      '/api/countries/7/ports',
      [
        { id: 1, country_id: 7 },
        { id: 2, country_id: 7 },
      ],
    ],
    ['/api/countries/fr/ports', []],
    ['/api/parents/1/parents?_fields=id', [{ id: 2 }, { id: 3 }]],
    ['/api/team/1/match', [{ id: 10, team_id: 1, team: 2 }]],
    ['/api/team/1/match.team', [{ id: 11, team_id: 2, team: 1 }]],
    ['/api/stations/1/visits', []],
    ['/api/shop.customers/1/shop.orders', [{ id: 5, customerId: 1 }]],
    ['/api/__proto__/2/constructors', JSON.parse('[{"id":1,"__proto___id":2},{"id":2,"__proto___id":2}]')],
  ];
  test.for(cases)('%s', async ([url, body, headers = {}]) => {
    const answer = await served.inject(url);
    expect(answer.json()).toEqual(body);
    expect(answer.statusCode).toBe(200);
    for (const [name, value] of Object.entries(headers)) expect(answer.headers[name]).toEqual(value);
    expect(answer.headers.etag).toMatch(/^"[^"]+"$/);
  });

  test('in CSV, where the rows are flat', async () => {
    const { payload, headers } = await served.inject('/api/countries/fr/cities?_format=csv');
    expect(headers['content-type']).toContain('text/csv');
    expect(payload).toBe('id,name,country\r\n1,Paris,fr\r\n4,Lyon,fr\r\n');
  });

  test('many rows, page after page', async () => {
    const ids: number[] = [];
    let url: string | undefined = '/api/hubs/1/spokes?_limit=5000';
    while (url !== undefined) {
      const answer = await served.inject(url);
      ids.push(...(answer.json() as { id: number }[]).map(({ id }) => id));
      url = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
    }
    expect(ids).toEqual(Array.from({ length: MANY - 2 }, (_, i) => i + 1));
  });

  test('a cursor belongs to its row', async () => {
    const first = await served.inject('/api/hubs/1/spokes?_cursor=&_limit=10');
    const next = /<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1] as string;
    expect((await get(next))[0]).toEqual({ id: 11, hub_id: 1 });
    expect((await served.inject(next.replace('/hubs/1/', '/hubs/2/'))).statusCode).toBe(400);
  });

  const refused: [url: string, status: number, code: string, detail?: RegExp][] = [
    ['/api/nowhere/1/cities', 404, 'unknown-table'],
    ['/api/countries/zz/cities', 404, 'unknown-row', /"code"/],
    ['/api/countries/fr/citie', 404, 'not-found', /Did you mean "cities"/],
    ['/api/countries/fr/stations', 404, 'not-found', /\/tables\/countries/],
    ['/api/cities/1/countries', 404, 'not-found'],
    ['/api/stations/1/_search', 404, 'not-found'],
    ['/api/stations/1/readings/1', 404, 'not-found'],
    ['/api/countries/fr/cities?nme=1', 400, 'invalid-query'],
  ];
  test.for(refused)('%s is a %i', async ([url, status, code, detail = /./]) => {
    const answer = await served.inject(url);
    expect(answer.json()).toMatchObject({ status, type: `/problems/${code}` });
    expect(answer.json().detail).toMatch(detail);
  });

  test('HEAD, OPTIONS and other methods', async () => {
    const url = '/api/countries/fr/cities';
    const head = await served.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.payload, head.headers['x-total-count']]).toEqual([200, '', '2']);
    const options = await served.inject({ method: 'OPTIONS', url });
    expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const post = await served.inject({ method: 'POST', url, payload: {} });
    expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const none = await served.inject({ method: 'OPTIONS', url: '/api/countries/fr/stations' });
    expect(none.statusCode).toBe(404);
    expect((await served.inject({ method: 'DELETE', url: '/api/countries/fr/stations' })).statusCode).toBe(
      404,
    );
  });
});

describe('while files change', () => {
  test('ETags name every table that is read, and relations come and go', async () => {
    await using moving = await appOn({
      'stations.csv': 'id,name\n1,A\n2,B\n',
      'readings.csv': 'id,station_id\n1,1\n2,2\n',
      'others.csv': 'id\n1\n',
    });
    const urls = [
      '/api/readings?_embed=station',
      '/api/readings/1?_embed=station',
      '/api/stations?_embed=readings',
      '/api/stations/1/readings',
      '/tables/stations',
    ];
    const version = (name: string) => moving.app.rowcast.catalog.current().tables.get(name)?.table?.version;
    const etags = async () =>
      Promise.all(urls.map(async (url) => String((await moving.inject(url)).headers.etag)));
    const before = await etags();
    for (const [at, url] of urls.entries()) {
      const again = await moving.inject({ url, headers: { 'if-none-match': before[at] as string } });
      expect([url, again.statusCode]).toEqual([url, 304]);
    }
    for (const [file, text] of [
      ['stations.csv', 'id,name\n1,A2\n2,B\n'],
      ['readings.csv', 'id,station_id\n1,2\n2,2\n'],
    ] as const) {
      const name = file.slice(0, -4);
      const [old, tags] = [version(name), await etags()];
      await writeFile(moving.at(file), text);
      await moving.until(() => version(name) !== old);
      const now = await etags();
      for (const at of urls.keys()) expect([urls[at], now[at]]).not.toEqual([urls[at], tags[at]]);
    }
    expect((await moving.inject('/api/stations/1/readings')).json()).toEqual([]);
    expect((await moving.inject('/api/readings/1?_embed=station')).json().station.name).toBe('B');

    const whole = version('readings');
    await writeFile(moving.at('readings.csv'), 'id,station_id\n1,2\n2,9\n');
    await moving.until(() => version('readings') !== whole);
    expect((await moving.inject('/tables/readings')).json().relations).toEqual([]);
    expect((await moving.inject('/api/stations/1/readings')).statusCode).toBe(404);

    await writeFile(moving.at('stations.csv'), 'id,name\n2,B\n9,I\n');
    await moving.until(
      () => moving.app.rowcast.catalog.current().tables.get('stations')?.table?.rowCount === 2,
    );
    await rm(moving.at('stations.csv'));
    await moving.until(({ tables }) => !tables.has('stations'));
    expect((await moving.inject('/api/readings?_embed=station')).statusCode).toBe(400);
    expect((await moving.inject('/api/stations/9/readings')).statusCode).toBe(404);
    await writeFile(moving.at('stations.csv'), 'id,name\n2,B\n9,I\n');
    await moving.until(({ tables }) => tables.get('stations')?.table != null);
    expect((await moving.inject('/api/stations/9/readings')).json()).toEqual([{ id: 2, station_id: 9 }]);
  });
});
