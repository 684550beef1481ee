// Rows in every representation and coding: what /api/{table} answers by Accept, _format and Accept-Encoding.
import { readdirSync, readFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ByteSink } from '../src/http/byte-sink.ts';
import { chooseCoding, encodeStream } from '../src/http/coding.ts';
import { csvWriters } from '../src/http/csv-writer.ts';
import { rowWriter } from '../src/http/json-writer.ts';
import { WHOLE_ROW } from '../src/http/row-writer.ts';
import { writeRows } from '../src/http/stream.ts';
import { SUMMARY_SCHEMAS, SUMMARY_TYPE } from '../src/http/summary-schemas.ts';
import { physicalText } from '../src/table/column.ts';
import { type Table, tableOf } from '../src/table/table.ts';
import { appOn, type TestApp } from './support/app.ts';

const BUNDLED = Object.fromEntries(
  readdirSync('data').map((name) => [name, readFileSync(`data/${name}`, 'utf8')]),
);
const MARKUP = '<script>alert(1)</script>';
const FILES = {
  ...BUNDLED,
  'odd.csv':
    'id,text,n,b\n1,"a,b",1.50,TRUE\n2,"say ""hi""",NA,FALSE\n3,"two\nlines",-2.0,\n4,"",,TRUE\n5,,0.10,FALSE\n',
  'semi.csv': 'id;text\r\n1;a,b\r\n2;"x;y"\r\n',
  'formulas.csv': 'id,t,n\n1,=1+1,-5\n2,+a,-\n3,-b,3\n4,@c,4\n5,"\td",5\n6,"=""q"",1",6\n7,plain,7\n',
  'one.csv': 'only\na\n\n"b"\n',
  'empty.csv': '',
  'header.csv': 'a,b\n',
  'été "x".csv': 'a\n1\n',
  '__proto__.csv': '__proto__,constructor\n1,2\n',
  'markup.csv': `id,<b>,"-x,y"\n1,${MARKUP},"&amp; ""q"" 'a'"\n2,,\n`,
  'many.csv': `id,text\n${Array.from({ length: 40_000 }, (_, i) => `${i + 1},text of row ${i + 1}\n`).join('')}`,
};

let served: TestApp;
let base: string;
beforeAll(async () => {
  served = await appOn(FILES);
  base = await served.listen();
});
afterAll(() => served[Symbol.asyncDispose]());

const tableNamed = (name: string) => served.app.rowcast.catalog.current().tables.get(name)?.table as Table;
const urlOf = (name: string) => `/api/${encodeURIComponent(name)}`;

/** What stands in the file by the table's own account: names, then physical texts. */
function textsOf(table: Table): (string | null)[][] {
  return Array.from({ length: table.rowCount }, (_, row) =>
    table.columns.map((column) => physicalText(column, row)),
  );
}

/** An independent reading of CSV that tells null from the empty text. */
function readCsv(text: string): (string | null)[][] {
  return parse(text, {
    relax_column_count: true,
    skip_empty_lines: false,
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  }) as (string | null)[][];
}

describe('CSV', () => {
  const names = Object.keys(FILES).map((file) => file.replace(/\.csv$/, ''));
  test.for(names.filter((name) => !['empty', 'one'].includes(name)))(
    '%s holds the texts of the file',
    async (name) => {
      const answer = await served.inject(`${urlOf(name)}?_format=csv`);
      const table = tableNamed(name);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
      expect(answer.headers['x-total-count']).toBe(String(table.rowCount));
      const [header, ...rows] = readCsv(answer.payload);
      expect(header).toEqual(table.schema.fields.map((field) => field.name));
      expect(rows).toEqual(textsOf(table));
    },
  );

  test.for(Object.entries(BUNDLED))('%s is the file itself', async ([file, text]) => {
    const { payload } = await served.inject(`${urlOf(file.replace(/\.csv$/, ''))}?_format=csv`);
    expect(readCsv(payload)).toEqual(readCsv(text));
  });

  const exact: [url: string, body: string][] = [
    [
      '/api/odd',
      'id,text,n,b\r\n1,"a,b",1.50,TRUE\r\n2,"say ""hi""",NA,FALSE\r\n3,"two\nlines",-2.0,\r\n4,"",,TRUE\r\n5,,0.10,FALSE\r\n',
    ],
    ['/api/odd?_fields=n,id&_limit=1', 'id,n\r\n1,1.50\r\n'],
    ['/api/odd/2', 'id,text,n,b\r\n2,"say ""hi""",NA,FALSE\r\n'],
    ['/api/odd?id=99', 'id,text,n,b\r\n'],
    ['/api/one', 'only\r\na\r\n\r\nb\r\n'],
    ['/api/empty', ''],
    ['/api/header', 'a,b\r\n'],
    [
      '/api/formulas?_safe=1',
      "id,t,n\r\n1,'=1+1,-5\r\n2,'+a,'-\r\n3,'-b,3\r\n4,'@c,4\r\n5,'\td,5\r\n6,\"'=\"\"q\"\",1\",6\r\n7,plain,7\r\n",
    ],
    ['/api/formulas?id=1', 'id,t,n\r\n1,=1+1,-5\r\n'],
  ];
  test.for(exact)('%s', async ([url, body]) => {
    expect((await served.inject({ url, headers: { accept: 'text/csv' } })).payload).toBe(body);
  });

  test('is offered under the name of the table', async () => {
    const { headers } = await served.inject(`${urlOf('été "x"')}?_format=csv`);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="_t_ _x_.csv"; filename*=UTF-8''%C3%A9t%C3%A9%20%22x%22.csv`,
    );
  });

  test('of any cells reads back as them', () => {
    const cell = fc.oneof(
      fc.constantFrom(null, '', ',', '"', '\r', '\n', '\r\n', '""', ' ', '=1', '-0.0', '1e+21', 'NA'),
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), (rows) => {
        const table = tableOf(['a', 'b"'], rows);
        const sink = new ByteSink(16);
        const { header, row } = csvWriters(table, WHOLE_ROW, false);
        header(sink);
        for (let at = 0; at < table.rowCount; at++) row(sink, at);
        expect(readCsv(sink.take().toString())).toEqual([['a', 'b"'], ...textsOf(table)]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('NDJSON', () => {
  test.for(['odd', 'many', 'empty', '__proto__'])(
    '%s has the rows of the array, one per line',
    async (name) => {
      const lines = await served.inject(`${urlOf(name)}?_format=ndjson`);
      const array = await served.inject(urlOf(name));
      expect(lines.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
      expect(lines.payload === '' || lines.payload.endsWith('\n')).toBe(true);
      const rows = lines.payload.split('\n').slice(0, -1);
      expect(`[${rows.join(',')}]`).toBe(array.payload);
    },
  );
});

describe('_fields and _types', () => {
  const cases: [url: string, body: unknown][] = [
    ['/api/odd?_fields=text,id&id=1', [{ id: 1, text: 'a,b' }]],
    ['/api/odd/1?_fields=n', { n: 1.5 }],
    ['/api/odd/1?_types=string', { id: '1', text: 'a,b', n: '1.50', b: 'TRUE' }],
    [
      '/api/odd?_types=string&_fields=n,text&_offset=1',
      [
        { text: 'say "hi"', n: 'NA' },
        { text: 'two\nlines', n: '-2.0' },
        { text: '', n: null },
        { text: null, n: '0.10' },
      ],
    ],
  ];
  test.for(cases)('%s', async ([url, body]) => {
    const answer = await served.inject(url);
    expect(answer.json()).toEqual(body);
    const plain = await served.inject(url.split('?')[0] as string);
    expect(answer.headers.etag).not.toBe(plain.headers.etag);
  });

  test('texts of any cells', () => {
    const cell = fc.oneof(
      fc.constantFrom(null, '', '1.50', 'NA', '-0', 'true'),
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const table = tableOf(
          ['a'],
          cells.map((each) => [each]),
        );
        const sink = new ByteSink(16);
        const write = rowWriter(table, { columns: null, isPhysical: true });
        for (let row = 0; row < table.rowCount; row++) {
          write(sink, row);
          expect(JSON.parse(sink.take().toString())).toEqual({ a: textsOf(table)[row]?.[0] });
        }
      }),
    );
  });
});

describe('HTML', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

  test('is what a browser gets, and loads nothing', async () => {
    const answer = await served.inject({ url: '/api/stations', headers: browser });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.payload).toMatch(/^<!doctype html>/);
    expect(answer.payload).not.toMatch(/(src|href)="?https?:/);
    for (const word of ['?_format=json', '?_format=csv', '/docs', '/tables/stations'])
      expect(answer.payload).toContain(word);
  });

  test('escapes everything', async () => {
    const { payload } = await served.inject({ url: '/api/markup', headers: browser });
    expect(payload).not.toContain(MARKUP);
    expect(payload).not.toContain('<b>');
    expect(payload).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(payload).toContain('&amp;amp; &quot;q&quot; &#39;a&#39;');
    expect(payload).toContain(`_sort=${encodeURIComponent('["-x,y"]')}`);
  });

  test('has a page of rows, with links to the others that keep the question', async () => {
    const answer = await served.inject({ url: '/api/many?id__gt=10', headers: browser });
    expect(answer.payload.match(/<tr><td/g)).toHaveLength(100);
    expect(answer.payload).toContain('Rows 1 to 100 of 39,990 rows');
    const next = /<a rel="next" href="([^"]+)"/.exec(answer.payload)?.[1]?.replaceAll('&amp;', '&') as string;
    expect(next).toBe('/api/many?id__gt=10&_limit=100&_offset=100');
    expect((await served.inject({ url: next, headers: browser })).payload).toContain('text of row 111<');
    const all = await served.inject({ url: '/api/many?_limit=2000', headers: browser });
    expect(all.payload.match(/<tr><td/g)).toHaveLength(2000);
  });

  test('of one row, and of none', async () => {
    expect((await served.inject({ url: '/api/odd/1', headers: browser })).payload).toContain('1.50');
    for (const url of ['/api/empty', '/api/header', '/api/odd?id=77'])
      expect((await served.inject({ url, headers: browser })).statusCode).toBe(200);
  });
});

describe('summaries', () => {
  const ajv = new Ajv2020({ strict: false });
  const cases: [url: string, kind: keyof typeof SUMMARY_SCHEMAS][] = [
    ['/api/odd?_facet=b,text', 'facet'],
    ['/api/odd?_stats=id,text,n,b', 'stats'],
    ['/api/stations?_stats=opened,region,latitude,automatic', 'stats'],
    ['/api/odd?_group=b&_agg=sum(n),count(),min(text)', 'group'],
    ['/api/__proto__?_facet=__proto__,constructor', 'facet'],
    ['/api/__proto__?_group=__proto__', 'group'],
    ['/api/header?_stats=a', 'stats'],
  ];
  test.for(cases)('%s', async ([url, kind]) => {
    const answer = await served.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(`${SUMMARY_TYPE}; charset=utf-8`);
    const isValid = ajv.validate(SUMMARY_SCHEMAS[kind], answer.json());
    expect(ajv.errors ?? []).toEqual([]);
    expect(isValid).toBe(true);
    for (const accept of ['application/json', '*/*', SUMMARY_TYPE]) {
      const same = await served.inject({ url, headers: { accept } });
      expect([same.statusCode, same.payload, same.headers.etag]).toEqual([
        200,
        answer.payload,
        answer.headers.etag,
      ]);
    }
    const again = await served.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } });
    expect([again.statusCode, again.payload]).toEqual([304, '']);
  });

  test('keep names that mean something to JavaScript', async () => {
    const { payload } = await served.inject('/api/__proto__?_group=__proto__&_agg=sum(constructor)');
    expect(payload).toBe('[{"__proto__":1,"sum(constructor)":2}]');
  });
});

describe('what cannot be had', () => {
  const cases: [url: string, accept: string, status: number, said: RegExp][] = [
    ['/api/odd', 'image/png', 406, /application\/json, application\/x-ndjson, text\/csv, text\/html/],
    ['/api/odd/1', 'image/png', 406, /text\/csv/],
    ['/api/odd?_format=xml', '*/*', 400, /xml/],
    ['/api/odd?_stats=n&_format=csv', '*/*', 400, /JSON/],
    ['/api/odd?_stats=n', 'text/csv', 406, /json/],
  ];
  test.for(cases)('%s as %s', async ([url, accept, status, said]) => {
    const answer = await served.inject({ url, headers: { accept } });
    expect(answer.statusCode).toBe(status);
    expect(answer.payload).toMatch(said);
  });

  test('_format decides, whatever Accept says', async () => {
    const answer = await served.inject({ url: '/api/odd?_format=json', headers: { accept: 'image/png' } });
    expect(answer.statusCode).toBe(200);
  });
});

describe('codings', () => {
  const chosen: [header: string | undefined, coding: string | null][] = [
    [undefined, null],
    ['', null],
    ['identity', null],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['GZIP;Q=0.5, br;q=0.4', 'gzip'],
    ['gzip;q=0', null],
    ['br;q=0, *', 'gzip'],
    ['*;q=0', null],
    ['deflate, zstd', null],
    ['gzip;q=0.3, identity;q=0.8', null],
  ];
  test.for(chosen)('%s: %s', ([header, coding]) => expect(chooseCoding(header)).toBe(coding));

  const decoders = { gzip: gunzipSync, br: brotliDecompressSync } as const;
  const urls = ['json', 'ndjson', 'csv', 'html'].flatMap((format) => [
    `/api/many?_format=${format}`,
    `/api/many?_format=${format}&_limit=90`,
  ]);
  test.for(urls.flatMap((url) => (['gzip', 'br'] as const).map((coding) => [url, coding] as const)))(
    '%s as %s',
    async ([url, coding]) => {
      const plain = await raw(url, {});
      const etags = new Set([plain.headers.etag]);
      // Once made, once out of the cache.
      for (const _ of [1, 2]) {
        const coded = await raw(url, { 'accept-encoding': coding });
        expect(coded.headers['content-encoding']).toBe(coding);
        expect(coded.headers.vary).toBe('Accept, Accept-Encoding');
        expect(decoders[coding](coded.body).equals(plain.body)).toBe(true);
        expect(coded.body.length).toBeLessThan(plain.body.length / 2);
        etags.add(coded.headers.etag);
        const again = await raw(url, {
          'accept-encoding': coding,
          'if-none-match': String(coded.headers.etag),
        });
        expect([again.status, again.body.length]).toEqual([304, 0]);
      }
      expect(etags.size).toBe(2);
    },
  );

  test('a small body goes as it is', async () => {
    const small = await raw('/api/odd/1', { 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(small.body.toString())).toMatchObject({ id: 1 });
  });

  test('the OpenAPI document comes in a coding too', async () => {
    const coded = await raw('/openapi.json', { 'accept-encoding': 'br' });
    expect(JSON.parse(brotliDecompressSync(coded.body).toString())).toMatchObject({ openapi: '3.1.0' });
  });
});

test('HEAD makes no body, whatever the representation', async () => {
  for (const format of ['json', 'ndjson', 'csv', 'html']) {
    const url = `/api/many?_format=${format}&_limit=10`;
    const [head, full] = [await served.inject({ method: 'HEAD', url }), await served.inject(url)];
    expect(head.payload).toBe('');
    for (const name of ['etag', 'content-type', 'x-total-count', 'link', 'content-disposition'])
      expect(head.headers[name]).toBe(full.headers[name]);
  }
});

describe('a million rows that nobody reads', () => {
  test.for([null, 'gzip', 'br'] as const)('are not made (coding: %s)', async (coding) => {
    let written = 0;
    const row = (sink: ByteSink) => {
      written += 100;
      sink.text(String(Math.random()).padEnd(100, 'x'));
    };
    const made = writeRows({ row }, { rows: null, start: 0, count: 1_000_000, total: 1_000_000 }) as Readable;
    const sent = coding === null ? made : encodeStream(made, coding);
    sent.read(0);
    for (let turn = 0; turn < 500; turn++) await nextTurn();
    expect(written).toBeLessThan(1_000_000);
    sent.destroy();
    await new Promise((resolve) => made.once('close', resolve));
    expect(made.destroyed).toBe(true);
  });
});

/** Asks over a socket, and decodes nothing. */
function raw(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
  return new Promise((resolve, reject) => {
    httpGet(base + url, { headers }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(parts),
      });
    }).on('error', reject);
  });
}
