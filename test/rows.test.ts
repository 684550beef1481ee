// Rows over HTTP: what /api/{table} and /api/{table}/{key} answer for real files.
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ByteSink } from '../src/http/byte-sink.ts';
import { rowWriter } from '../src/http/json-writer.ts';
import { ROW_CONTROLS } from '../src/http/row.ts';
import { CONTROLS } from '../src/query/controls.ts';
import { operatorsOf } from '../src/query/operators.ts';
import { tableOf } from '../src/table/table.ts';
import { appOn, type TestApp } from './support/app.ts';
import { rowObject } from './support/row-object.ts';

const PEOPLE =
  'id,name,born,score,ok\n1,Ada,1815-12-10,1.50,true\n2,"Bob ""x""",,-3.25,false\n4,Zoë,1990-01-01,,true\n';
const ROWS = [
  { id: 1, name: 'Ada', born: '1815-12-10', score: 1.5, ok: true },
  { id: 2, name: 'Bob "x"', born: null, score: -3.25, ok: false },
  { id: 4, name: 'Zoë', born: '1990-01-01', score: null, ok: true },
];
const LARGE = 30_000;

let served: TestApp;
beforeAll(async () => {
  served = await appOn({
    'people.csv': PEOPLE,
    'empty.csv': '',
    'header.csv': 'a,b\n',
    'no key.csv': 'a,b\nx,1\nx,2\nx,3\n',
    'été.csv': 'a\n1\n',
    'a%2fb.csv': 'a\nyes\n',
    '__proto__.csv': '__proto__,constructor\n1,2\n',
    'keys.csv': 'id,v\na/b,1\na b,2\né,3\n_search,4\n',
    'controls.csv': '_limit,_offset,x__eq,x\n7,1,here,there\n8,2,there,here\n',
    'large.csv': `id,text\n${Array.from({ length: LARGE }, (_, i) => `${i + 1},text of row ${i + 1}\n`).join('')}`,
    'picture.csv': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 1),
    'contracts/none.yaml': 'openapi: 3.1.0\n',
  });
});
afterAll(() => served[Symbol.asyncDispose]());

describe('answers', () => {
  const cases: [url: string, body: unknown, headers?: Record<string, unknown>][] = [
    [
      '/api/people',
      ROWS,
      { 'x-total-count': '3', link: undefined, 'content-type': 'application/json; charset=utf-8' },
    ],
    ['/api/people/', ROWS],
    ['//api//people', ROWS],
    ['/api/people?', ROWS],
    ['/api/people?_limit=0', [], { 'x-total-count': '3', link: undefined }],
    ['/api/people?_limit=2&_offset=1', ROWS.slice(1), { 'x-total-count': '3' }],
    ['/api/people?_offset=9', [], { 'x-total-count': '3' }],
    ['/api/people?_offset=1', ROWS.slice(1)],
    ['/api/people?ok=true', [ROWS[0], ROWS[2]], { 'x-total-count': '2' }],
    ['/api/people?ok=true&_limit=1', [ROWS[0]], { 'x-total-count': '2' }],
    ['/api/people?id=1&id=4', [ROWS[0], ROWS[2]]],
    ['/api/people?id=1&id__eq=4', []],
    ['/api/people?id=1&ok=false', []],
    ['/api/people?score=1.5', [ROWS[0]]],
    ['/api/people?score=1.50', [ROWS[0]]],
    ['/api/people?score=0', []],
    ['/api/people?name=Bob+%22x%22', [ROWS[1]]],
    ['/api/people?name=Bob%20%22x%22', [ROWS[1]]],
    ['/api/people?name=Zo%C3%AB', [ROWS[2]]],
    ['/api/people?name=zo%C3%AB', []],
    ['/api/people?name=', []],
    ['/api/people?name=Ada&name=Nobody', [ROWS[0]]],
    ['/api/people?born__eq=1815-12-10', [ROWS[0]]],
    ['/api/people/4', ROWS[2]],
    ['/api/people/4/', ROWS[2]],
    ['/api/empty', []],
    ['/api/header', [], { 'x-total-count': '0' }],
    [
      '/api/header?_limit=5',
      [],
      { link: '</api/header?_limit=5>; rel="first", </api/header?_limit=5>; rel="last"' },
    ],
    ['/api/no%20key/2', { a: 'x', b: 2 }],
    ['/api/%C3%A9t%C3%A9', [{ a: 1 }]],
    ['/api/e%CC%81te%CC%81', [{ a: 1 }]],
    ['/api/a%252fb', [{ a: 'yes' }]],
    ['/api/keys/a%2Fb', { id: 'a/b', v: 1 }],
    ['/api/keys/a%20b', { id: 'a b', v: 2 }],
    ['/api/keys/%C3%A9', { id: 'é', v: 3 }],
    ['/api/controls?_limit__eq=7', [{ _limit: 7, _offset: 1, x__eq: 'here', x: 'there' }]],
    ['/api/controls?x__eq=here', [{ _limit: 7, _offset: 1, x__eq: 'here', x: 'there' }]],
    ['/api/controls?x=here', [{ _limit: 8, _offset: 2, x__eq: 'there', x: 'here' }]],
  ];
  test.for(cases)('%s', async ([url, body, headers = {}]) => {
    const answer = await served.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(body);
    for (const [name, value] of Object.entries(headers)) expect(answer.headers[name]).toBe(value);
    expect(answer.headers.etag).toMatch(/^"[^"]+"$/);
    expect(answer.headers['table-version']).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers['table-position']).toContain(answer.headers['table-version']);
  });

  test('names that mean something to JavaScript', async () => {
    expect((await served.inject('/api/__proto__')).payload).toBe('[{"__proto__":1,"constructor":2}]');
    expect((await served.inject('/api/__proto__?__proto__=1&constructor=2')).payload).toContain('1');
  });
});

describe('pages', () => {
  const link = (offset: number, relation: string) =>
    `</api/large?id=1&id=2&id=3&id=4&id=5&_limit=2${offset === 0 ? '' : `&_offset=${offset}`}>; rel="${relation}"`;
  const cases: [offset: number, relations: [number, string][]][] = [
    [
      0,
      [
        [0, 'first'],
        [2, 'next'],
        [4, 'last'],
      ],
    ],
    [
      2,
      [
        [0, 'first'],
        [0, 'prev'],
        [4, 'next'],
        [4, 'last'],
      ],
    ],
    [
      4,
      [
        [0, 'first'],
        [2, 'prev'],
        [4, 'last'],
      ],
    ],
    [
      1,
      [
        [0, 'first'],
        [0, 'prev'],
        [3, 'next'],
        [4, 'last'],
      ],
    ],
    [
      90,
      [
        [0, 'first'],
        [4, 'prev'],
        [4, 'last'],
      ],
    ],
  ];
  test.for(cases)('from %i', async ([offset, relations]) => {
    const answer = await served.inject(`/api/large?id=1&id=2&_offset=${offset}&id=3&id=4&id=5&_limit=2`);
    expect(answer.headers.link).toBe(relations.map(([start, relation]) => link(start, relation)).join(', '));
  });

  test('follow each other to the end', async () => {
    const ids: number[] = [];
    let url: string | undefined = '/api/large?_limit=9999';
    while (url !== undefined) {
      const answer = await served.inject(url);
      ids.push(...(answer.json() as { id: number }[]).map(({ id }) => id));
      url = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
    }
    expect(ids).toEqual(Array.from({ length: LARGE }, (_, i) => i + 1));
  });
});

describe('refusals', () => {
  type Fault = Record<string, unknown>;
  const cases: [url: string, status: number, code: string, faults?: Fault[]][] = [
    ['/api/peple', 404, 'unknown-table', [{ nearest: 'people', found: 'peple' }]],
    ['/api/zzzzzz', 404, 'unknown-table'],
    ['/api/a%2fb', 404, 'unknown-table'],
    ['/api/people/3', 404, 'unknown-row'],
    ['/api/people/01', 404, 'unknown-row'],
    ['/api/people/1.0', 404, 'unknown-row'],
    ['/api/people/%201', 404, 'unknown-row'],
    ['/api/no%20key/0', 404, 'unknown-row'],
    ['/api/people/_search', 405, 'method-not-allowed'],
    ['/api/people/1/_changes', 404, 'not-found'],
    ['/api/keys/_search', 405, 'method-not-allowed'],
    ['/api/nope/_search', 404, 'not-found'],
    ['/api/people/1/2', 404, 'not-found'],
    ['/api', 404, 'not-found'],
    [
      '/api/people?nme=Ada',
      400,
      'invalid-query',
      [
        {
          parameter: 'nme',
          code: 'unknown-parameter',
          nearest: 'name',
          allowed: ['id', 'name', 'born', 'score', 'ok', ...CONTROLS.map(({ name }) => name)],
        },
      ],
    ],
    ['/api/people?nme__eq=Ada', 400, 'invalid-query', [{ nearest: 'name__eq' }]],
    ['/api/people?_limt=1', 400, 'invalid-query', [{ nearest: '_limit' }]],
    ['/api/people?=1', 400, 'invalid-query', [{ parameter: '' }]],
    ['/api/people?__proto__=1', 400, 'invalid-query', [{ parameter: '__proto__' }]],
    [
      '/api/people?id__equ=1',
      400,
      'invalid-query',
      [
        {
          code: 'unknown-operator',
          found: 'equ',
          allowed: operatorsOf('integer').map(({ name }) => name),
          nearest: 'id__eq',
        },
      ],
    ],
    ['/api/people?_limit=1&_limit=1', 400, 'invalid-query', [{ parameter: '_limit', code: 'repeated' }]],
    [
      '/api/people?_limit=-1&_offset=x',
      400,
      'invalid-query',
      [{ parameter: '_limit', code: 'wrong-value', found: '-1' }, { parameter: '_offset' }],
    ],
    ['/api/people?_limit=', 400, 'invalid-query', [{ found: '' }]],
    ...['abc', '0x10', '1e3', '%205', '01', '', '1.0', '+1', '9007199254740992'].map(
      (value): [string, number, string, Fault[]] => [
        `/api/people?id=${value}`,
        400,
        'invalid-query',
        [{ parameter: 'id', code: 'wrong-type' }],
      ],
    ),
    [
      '/api/people?ok=TRUE',
      400,
      'invalid-query',
      [{ parameter: 'ok', code: 'wrong-type', allowed: ['true', 'false'] }],
    ],
    ['/api/people?born=2024-02-30', 400, 'invalid-query', [{ parameter: 'born', found: '2024-02-30' }]],
    [
      '/api/people?id=x&nme=1&_limit=a',
      400,
      'invalid-query',
      [{ parameter: 'id' }, { parameter: 'nme' }, { parameter: '_limit' }],
    ],
    ['/api/people/1?x=1', 400, 'invalid-query', [{ parameter: 'x', allowed: ROW_CONTROLS }]],
    ['/api/people?name=%zz', 400, 'bad-request'],
    ['/api/people?name=%ff', 400, 'bad-request'],
  ];
  test.for(cases)('%s', async ([url, status, code, faults]) => {
    const answer = await served.inject(url);
    const body = answer.json();
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({
      type: `/problems/${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.statusCode).toBe(status);
    if (faults !== undefined) expect(body.errors).toMatchObject(faults);
    expect((await served.inject(body.type)).statusCode).toBe(200);
  });

  test('a file that is no table says why', async () => {
    await served.until(({ rejected }) => rejected.length > 0);
    const { detail } = (await served.inject('/api/picture')).json();
    expect(detail).toMatch(/^picture\.csv is no table\. \S/);
  });

  test('a thousand unknown parameters are all listed, and quickly', async () => {
    const query = Array.from({ length: 1000 }, (_, i) => `nope${i}=1`).join('&');
    expect((await served.inject(`/api/people?${query}`)).json().errors).toHaveLength(1000);
  });
});

describe('large answers', () => {
  test('are streamed whole', async () => {
    const answer = await served.inject('/api/large');
    expect(answer.headers['content-length']).toBeUndefined();
    expect(answer.json()).toEqual(
      Array.from({ length: LARGE }, (_, i) => ({ id: i + 1, text: `text of row ${i + 1}` })),
    );
  });

  test('are of one version, whatever happens to the file meanwhile', async () => {
    await using moving = await appOn({ 'big.csv': bigFile('old') });
    const base = await moving.listen();
    const response = await fetch(`${base}/api/big`);
    const version = response.headers.get('table-version');
    await writeFile(moving.at('big.csv'), bigFile('new'));
    await moving.until(({ tables }) => tables.get('big')?.table?.version !== version);
    const rows = (await response.json()) as { text: string }[];
    expect(rows).toHaveLength(20_000);
    expect(rows.every(({ text }) => text.startsWith('old'))).toBe(true);
  });

  test('HEAD has the headers and sends nothing', async () => {
    const answer = await served.inject({ method: 'HEAD', url: '/api/large' });
    expect(answer.statusCode).toBe(200);
    expect(answer.payload).toBe('');
    expect(answer.headers['x-total-count']).toBe(String(LARGE));
    expect(answer.headers['content-length']).toBeUndefined();
  });
});

describe('JSON from columns', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      null,
      '',
      '0',
      '-1',
      '1.50',
      '-0.0',
      '1e-7',
      '1.0e+21',
      'true',
      'NA',
      '\u2028',
      '"\\/\b\f\n\r\t\u0000\u001f\u007f',
      '😀',
    ),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 8 }))
      .map(([n, scale]) => (n / 10 ** scale).toFixed(scale)),
    fc.string({ unit: 'binary' }),
  );
  const name = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('__proto__', 'a', '7', '"'),
  );

  test('is what JSON.stringify makes of the rows', () => {
    const table = fc
      .tuple(
        fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { maxLength: 8 }),
      )
      .map(([names, rows]) => tableOf(names, rows));
    fc.assert(
      fc.property(table, (made) => {
        const sink = new ByteSink(16);
        for (let row = 0; row < made.rowCount; row++) {
          rowWriter(made)(sink, row);
          const object = rowObject(made, row);
          // An object moves names that are whole numbers to its beginning; a row keeps column order.
          const members = made.schema.fields.map(
            (field) => `${JSON.stringify(field.name)}:${JSON.stringify(object[field.name])}`,
          );
          expect(sink.take().toString()).toBe(`{${members.join(',')}}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of one column of decimals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.array(fc.integer(), { minLength: 1 }),
        (scale, numbers) => {
          const made = tableOf(
            ['n'],
            numbers.map((n) => [(n / 10 ** scale).toFixed(scale)]),
          );
          const sink = new ByteSink(16);
          for (let row = 0; row < made.rowCount; row++) {
            rowWriter(made)(sink, row);
            expect(sink.take().toString()).toBe(JSON.stringify(rowObject(made, row)));
          }
        },
      ),
    );
  });
});

function bigFile(word: string): string {
  return `id,text\n${Array.from({ length: 20_000 }, (_, i) => `${i},${word} ${'x'.repeat(200)}\n`).join('')}`;
}
