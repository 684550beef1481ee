// The OpenAPI document, as it is served of real files: it is valid, follows the folder, and stays bounded.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import Fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { buildApp } from '../src/app.ts';
import { type Catalog, createCatalog } from '../src/catalog.ts';
import docs from '../src/http/docs.ts';
import type { DocumentedContracts } from '../src/http/openapi/document.ts';
import { ROUTER_OPTIONS } from '../src/http/paths.ts';
import { SUMMARY_TYPE } from '../src/http/summary-schemas.ts';
import { CONTROLS } from '../src/query/controls.ts';
import { operatorsOf } from '../src/query/operators.ts';
import { startIngest } from '../src/source/ingest.ts';
import { GENERATED, generate } from './generate.ts';
import { isDataEdited } from './support/bundled.ts';
import { HISTORY } from './support/history.ts';
import { checkAnswer } from './support/openapi-check.ts';

type Json = { readonly [name: string]: Json };

const NO_CONTRACTS: DocumentedContracts = {
  tag: () => '',
  openapi: () => ({ paths: new Map(), schemas: new Map() }),
};

/** The documentation of a folder of files, without the rest of the application. */
async function serve(files: Readonly<Record<string, string>> = {}, contracts = NO_CONTRACTS) {
  const folder = await mkdtemp(join(tmpdir(), 'rowcast-openapi-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const catalog = createCatalog('test');
  const ingest = startIngest({ folder, catalog });
  const app = Fastify({ routerOptions: ROUTER_OPTIONS });
  await app.register(docs, { catalog, contracts });
  app.get(
    '/tables/:table',
    { schema: { tags: ['Rowcast'], params: { type: 'object', properties: { table: { type: 'string' } } } } },
    () => ({}),
  );
  onTestFinished(async () => {
    await app.close();
    await ingest.close();
    await rm(folder, { recursive: true, force: true });
  });
  await ingest.whenScanned;
  const read = async () => (await app.inject('/openapi.json')).json() as Json;
  return { app, catalog, folder, read };
}

/** Resolves when the catalog is as wanted. */
function until(catalog: Catalog, isSo: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('the catalog never came to be so')), 10_000);
    const look = () => {
      if (!isSo()) return;
      clearTimeout(deadline);
      stop();
      resolve();
    };
    const stop = catalog.subscribe(look);
    look();
  });
}

async function expectValid(document: object): Promise<void> {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as Record<string, unknown>,
  );
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  const operationIds = [...JSON.stringify(document).matchAll(/"operationId":("[^"]*")/g)].map(([, id]) => id);
  expect(new Set(operationIds).size).toBe(operationIds.length);
  const text = JSON.stringify(document);
  for (const [, reference] of text.matchAll(/"\$ref":"#\/([^"]*)"/g)) {
    const found = (reference as string)
      .split('/')
      .reduce<Json | undefined>((node, name) => node?.[name], document as Json);
    expect(found, `#/${reference}`).toBeDefined();
  }
}

const parameterNames = (document: Json, path: string) =>
  parametersOf(document, path).map(({ name, $ref }) => name ?? $ref);

const parametersOf = (document: Json, path: string) =>
  (document.paths?.[path]?.get?.parameters ?? []) as readonly Json[];

const wide = (fields: number) => {
  const names = Array.from({ length: fields }, (_, index) => `f${index + 1}`);
  return `${names.join(',')}\n${names.map((_, index) => index + 1).join(',')}\n`;
};

const AWKWARD: readonly (readonly [file: string, text: string, path: string])[] = [
  ['a{b}.csv', 'id,x\n1,2\n', '/api/a%7Bb%7D'],
  ['été 2024.csv', 'id,x\n1,2\n', '/api/%C3%A9t%C3%A9%202024'],
  ['__proto__.csv', '__proto__,constructor\n1,2\n', '/api/__proto__'],
  ['%2f.csv', 'id,x\n1,2\n', '/api/%252f'],
  ['{key}.csv', 'id\n1\n', '/api/%7Bkey%7D'],
  ['wide.csv', wide(150), '/api/wide'],
  ['empty.csv', '', '/api/empty'],
  ['header.csv', 'id,name\n', '/api/header'],
  ['nulls.csv', 'id,a,b\n1,,\n2,,\n', '/api/nulls'],
  ['controls.csv', 'id,_limit,_offset,_offset__eq\n1,2,3,4\n', '/api/controls'],
  ['names.csv', 'id,a[b],c d,"e""f",g&h=i,ü\n1,2,3,4,5,6\n', '/api/names'],
  ['dollar.csv', '$ref,$id,$schema,$anchor\n1,a,b,c\n', '/api/dollar'],
  ['numbers.csv', '2024,1,x\n5,6,7\n', '/api/numbers'],
  ['markup.csv', 'id,text\n1,1\n2,![x](http://example.com/x.png) <b>`\n', '/api/markup'],
  ['long.csv', `id,text\n1,${'x'.repeat(5000)}\n`, '/api/long'],
  ['Problem.csv', 'id\n1\n', '/api/Problem'],
];

describe('a document that is valid', () => {
  test.for(AWKWARD)('of %s', async ([file, text, path]) => {
    const { read, app } = await serve({ [file]: text });
    const document = await read();
    await expectValid(document);
    expect(Object.keys(document.paths as Json)).toEqual([
      path,
      `${path}/_search`,
      `${path}/_changes`,
      `${path}/{key}`,
      '/tables/{table}',
    ]);
    const yaml = (await app.inject('/openapi.yaml')).body;
    expect(yaml).not.toMatch(/[&*]a\d/);
    expect(JSON.stringify(parse(yaml))).toBe(JSON.stringify(document));
    // Each example that the document gives satisfies the schema beside it.
    const example =
      document.paths?.[path]?.get?.responses?.['200']?.content?.['application/json']?.example ?? [];
    const headers = {
      'content-type': 'application/json',
      etag: '"x"',
      'x-total-count': '1',
      'table-version': 'v',
      'table-position': 'p',
    };
    checkAnswer(document, { method: 'GET', path, status: 200, headers, body: JSON.stringify(example) });
  });

  test('of all of them at once, with one component each', async () => {
    const { read } = await serve(
      Object.fromEntries([
        ...AWKWARD,
        ['a b.csv', 'id\n1\n', ''],
        ['a_b.csv', 'id\n1\n', ''],
        ['a-b.csv', 'id\n1\n', ''],
      ]),
    );
    const document = await read();
    await expectValid(document);
    const names = Object.keys(document.components?.schemas as Json);
    expect(names.every((name) => /^[a-zA-Z0-9._-]+$/.test(name))).toBe(true);
    expect(names).toEqual(
      expect.arrayContaining(['a_b', 'a_b_2', 'a-b', 'Problem', 'Problem_2', '__proto___row']),
    );
  });
});

test('a field has its type, format, nulls, reason and values', async () => {
  const { read } = await serve({
    'all.csv':
      'id,price,open,day,at,local,name,size\n1,1.50,true,2024-02-29,2024-02-29T12:30:00Z,2024-02-29T12:30:00,A,\n2,2.25,false,2024-03-01,2024-03-01T00:00:00+01:00,2024-03-01 08:00:00,A,NA\n3,3,true,2024-03-01,2024-03-01T00:00:00Z,2024-03-01T08:00:00,B,7\n',
  });
  const schema = (await read()).components?.schemas?.all as Json;
  const names = ['id', 'price', 'open', 'day', 'at', 'local', 'name', 'size'];
  expect(Object.keys(schema.properties as Json)).toEqual(names);
  expect(schema).toMatchObject({
    title: 'all',
    type: 'object',
    required: names,
    additionalProperties: false,
  });
  expect(schema.properties).toMatchObject({
    id: {
      type: 'integer',
      format: 'int64',
      examples: [1, 2],
      description: expect.stringMatching(/^integer: .*key/),
    },
    price: { type: 'number', examples: [1.5, 2.25] },
    open: { type: 'boolean', examples: [true, false] },
    day: { type: 'string', format: 'date', examples: ['2024-02-29', '2024-03-01'] },
    at: { type: 'string', format: 'date-time' },
    local: { type: 'string', description: expect.stringMatching(/^datetime: /) },
    name: { type: 'string', examples: ['A', 'B'] },
    size: { type: ['integer', 'null'], examples: [7], description: expect.stringContaining('`NA`') },
  });
  expect(schema.properties?.local).not.toHaveProperty('format');
});

test('only path parameters and _limit have an example: Swagger UI sends it unasked', async () => {
  const { read } = await serve({ 'people.csv': 'id,name\nx/1,Ann\n' });
  const document = await read();
  const text = JSON.stringify(document.paths);
  expect(document.paths?.['/api/people/{key}']?.get?.parameters).toEqual([
    {
      name: 'key',
      in: 'path',
      required: true,
      description: expect.any(String),
      example: 'x/1',
      schema: { type: 'string' },
    },
    ...['_fields', '_types', '_format', '_safe'].map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ]);
  for (const parameter of parametersOf(document, '/api/people'))
    expect(parameter).not.toHaveProperty('example');
  for (const { name, example } of Object.values(document.components?.parameters as Json))
    expect([name, example]).toEqual([name, String(name) === '_limit' ? 20 : undefined]);
  expect(document.paths?.['/tables/{table}']?.get?.parameters).toMatchObject([
    { name: 'table', example: 'people' },
  ]);
  expect(text).not.toContain('"default"');
});

test('a field is a parameter with each operator of its type, and its values are there to choose from', async () => {
  const { read } = await serve({
    'towns.csv': 'id,region,size,open\n1,North,5,true\n2,South,7,false\n3,North,9,true\n',
  });
  const document = await read();
  const byName = new Map(parametersOf(document, '/api/towns').map((each) => [String(each.name), each]));
  for (const [field, type] of [
    ['region', 'string'],
    ['size', 'integer'],
    ['open', 'boolean'],
  ] as const) {
    const names = operatorsOf(type).map(({ name }) => (name === 'eq' ? field : `${field}__${name}`));
    expect([...byName.keys()].filter((name) => name.split('__')[0] === field)).toEqual(names);
  }
  expect(byName.get('size__gt')).toEqual({
    name: 'size__gt',
    in: 'query',
    description: 'Rows whose `size` is greater than …',
    schema: { type: 'integer', format: 'int64', examples: [7] },
  });
  expect(byName.get('size')?.schema).not.toHaveProperty('enum');
  expect(byName.get('region')?.schema).toMatchObject({ type: 'string', enum: ['North', 'South'] });
  expect(byName.get('region__in')).toMatchObject({
    style: 'form',
    explode: false,
    schema: { type: 'array', items: { type: 'string', enum: ['North', 'South'] } },
  });
  expect(byName.get('size__between')?.schema).toMatchObject({ type: 'array', minItems: 2, maxItems: 2 });
  expect(byName.get('region__isnull')?.schema).toEqual({ type: 'boolean', examples: [false] });
  const controls = CONTROLS.map(({ name }) => name).filter((name) => name !== '_embed');
  const names = parameterNames(document, '/api/towns').map((name) => String(name).split('/').at(-1));
  expect(names.filter((name) => name?.startsWith('_'))).toEqual(controls);
});

test('a field named like a control is a parameter with its operator, or none', async () => {
  const { read } = await serve({ 'controls.csv': 'id,_limit,_offset,_offset__eq\n1,2,3,4\n' });
  const names = parameterNames(await read(), '/api/controls').map(String);
  expect(names).toEqual(
    expect.arrayContaining(['id', '_limit__eq', '_limit__gt', '_offset__gt', '_offset__eq']),
  );
  expect(names.filter((name) => ['_limit', '_offset', '_offset__eq'].includes(name))).toEqual([
    '_offset__eq',
  ]);
  expect(names).toContain('#/components/parameters/_limit');
});

test('past 30 fields only equality is listed, and the operators are told of', async () => {
  const { read } = await serve({ 'a.csv': wide(30), 'b.csv': wide(31) });
  const document = await read();
  expect(parameterNames(document, '/api/a')).toContain('f30__gt');
  expect(parameterNames(document, '/api/b')).toContain('f31');
  expect(parameterNames(document, '/api/b').filter((name) => String(name).includes('__'))).toEqual([]);
  expect(document.paths?.['/api/b']?.get?.description).toContain('`_where` takes all operators');
});

test('text from a file is no markup in a description', async () => {
  const { read } = await serve({
    'markup.csv': 'id,text\n1,1\n2,![x](http://example.com/x.png)<b>\n',
  });
  const field = (await read()).components?.schemas?.markup?.properties?.text;
  expect(field?.description).toContain('\\!\\[x\\](http://example.com/x.png)\\<b\\>');
});

test('past 100 fields the further ones are described once', async () => {
  const { read } = await serve({ 'wide.csv': wide(150) });
  const document = await read();
  expect(parameterNames(document, '/api/wide')).toHaveLength(100 + CONTROLS.length - 1);
  const schema = document.components?.schemas?.wide as Json;
  expect(Object.keys(schema.properties as Json)).toHaveLength(100);
  expect(schema.additionalProperties).toMatchObject({ description: 'One of 50 further fields.' });
  expect(document.paths?.['/api/wide']?.get?.description).toContain('50 further fields');
});

test('past 200 tables the further ones are described once', async () => {
  const files = Array.from({ length: 250 }, (_, index) => [
    `t${String(index).padStart(3, '0')}.csv`,
    wide(6),
  ]);
  const { read } = await serve(Object.fromEntries(files));
  const began = performance.now();
  const document = await read();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(JSON.stringify(document).length).toBeLessThan(4_000_000);
  const paths = Object.keys(document.paths as Json);
  expect(paths).toHaveLength(4 * 200 + 4 + 1);
  expect(paths).toEqual(expect.arrayContaining(['/api/t199', '/api/{table}', '/api/{table}/{key}']));
  expect(paths).not.toContain('/api/t200');
  expect(parametersOf(document, '/api/{table}/{key}').slice(0, 2)).toMatchObject([
    { example: 't200' },
    { example: '1' },
  ]);
  await expectValid(document);
});

test('it changes as files come, change and go, and only then', async () => {
  const { app, catalog, folder, read } = await serve({ 'a.csv': 'id\n1\n' });
  const etag = async () => String((await app.inject('/openapi.json')).headers.etag);
  const first = await etag();
  expect(await etag()).toBe(first);
  await writeFile(join(folder, 'b.csv'), 'id,x\n1,2\n');
  await until(catalog, () => catalog.current().tables.has('b'));
  expect(await etag()).not.toBe(first);
  expect((await read()).paths).toHaveProperty(['/api/b/{key}']);
  const version = catalog.current().tables.get('b')?.table?.version;
  await writeFile(join(folder, 'b.csv'), 'id,x\n1,hello\n');
  await until(catalog, () => catalog.current().tables.get('b')?.table?.version !== version);
  expect((await read()).components?.schemas?.b?.properties?.x).toMatchObject({
    type: 'string',
    examples: ['hello'],
  });
  await rm(join(folder, 'b.csv'));
  await until(catalog, () => !catalog.current().tables.has('b'));
  expect(await etag()).toBe(first);
});

test('a table that never was readable is documented as 503, with the reason', async () => {
  const { catalog, read } = await serve({ 'good.csv': 'id\n1\n' });
  catalog.apply({
    kind: 'rejected',
    name: 'bad',
    path: 'bad.csv',
    rejection: { code: 'unreadable', reason: 'permission <denied>', line: 3 },
  });
  const document = await read();
  expect(document.paths).not.toHaveProperty(['/api/bad/{key}']);
  const responses = document.paths?.['/api/bad']?.get?.responses as Json;
  expect(Object.keys(responses)).toEqual(['503']);
  expect(responses['503']?.description).toContain(
    '`bad.csv`, line 3 cannot be read: permission \\<denied\\>',
  );
  await expectValid(document);
});

test('what a contract answers stands in place of the tables, under the one tag', async () => {
  const operation = { operationId: 'x', tags: ['theirs'], responses: { 200: { description: 'theirs' } } };
  const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
  const contracts: DocumentedContracts = {
    tag: () => '1',
    openapi: () => ({
      paths: new Map<string, object>([
        ['/api/a', { get: operation }],
        ['/api/b/{id}', { parameters, get: { ...operation, operationId: 'y' } }],
        ['/api/c/fixed', { get: { ...operation, operationId: 'z' } }],
      ]),
      schemas: new Map([['a', { type: 'integer' }]]),
    }),
  };
  const { read } = await serve({ 'a.csv': 'id\n1\n', 'b.csv': 'id\n1\n', 'c.csv': 'id\n1\n' }, contracts);
  const document = await read();
  await expectValid(document);
  expect(Object.keys(document.paths as Json)).toEqual([
    '/api/a',
    '/api/b/{id}',
    '/api/c/fixed',
    '/api/a/_search',
    '/api/a/_changes',
    '/api/a/{key}',
    '/api/b',
    '/api/c',
    '/api/c/_search',
    '/api/c/_changes',
    '/api/c/{key}',
    '/tables/{table}',
  ]);
  expect(document.components?.schemas?.a).toEqual({ type: 'integer' });
  expect(document.components?.schemas).toHaveProperty('a_2');
  expect(
    [...JSON.stringify(document).matchAll(/"tags":(\[[^\]]*\])/g)].map(([, tags]) => tags).slice(1),
  ).toEqual(expect.arrayContaining(['["Rowcast"]']));
  expect(JSON.stringify(document)).not.toContain('theirs"]');
});

describe('served', () => {
  test.for([
    ['/openapi.json', 'application/json; charset=utf-8'],
    ['/openapi.yaml', 'application/yaml; charset=utf-8'],
  ] as const)('%s', async ([url, type]) => {
    const { app } = await serve({ 'a.csv': 'id\n1\n' });
    const full = await app.inject(url);
    expect(full).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': type, etag: expect.stringMatching(/^"[^"]+"$/) },
    });
    const etag = String(full.headers.etag);
    const head = await app.inject({ method: 'HEAD', url });
    expect(head).toMatchObject({ statusCode: 200, body: '', headers: { etag, 'content-type': type } });
    const again = await app.inject({ url, headers: { 'if-none-match': `"other", W/${etag}` } });
    expect(again).toMatchObject({ statusCode: 304, body: '', headers: { etag } });
  });

  test('the page loads the same bytes, and nothing from elsewhere', async () => {
    const { app } = await serve({ 'a.csv': 'id\n1\n' });
    const page = await app.inject('/docs');
    expect(page).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': expect.stringContaining('text/html') },
    });
    expect(page.body).toContain('<title>Rowcast</title>');
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none';.*connect-src 'self'/);
    for (const [, file] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(
        (await app.inject(new URL(file as string, 'http://localhost/docs').pathname)).statusCode,
        file,
      ).toBe(200);
    }
    const initializer = (await app.inject('/docs/static/swagger-initializer.js')).body;
    expect(initializer).toContain('validatorUrl: null');
    expect(initializer).toContain('"docExpansion":"list"');
    for (const format of ['json', 'yaml']) {
      expect((await app.inject(`/docs/${format}`)).body).toBe((await app.inject(`/openapi.${format}`)).body);
    }
  });
});

describe('of the bundled data', () => {
  // Edits of one's own in data/ are no fault: the document is held against the data as it was committed.
  test.skipIf(isDataEdited())('the committed document is what the data gives now', async () => {
    expect(await generate(), 'openapi/rowcast.yaml is out of date: npm run generate').toBe(
      await readFile(GENERATED, 'utf8'),
    );
  });

  test('every operation answers its example as documented', async () => {
    const folder = fileURLToPath(new URL('../data', import.meta.url));
    const app = await buildApp({
      folder,
      contracts: fileURLToPath(new URL('../openapi', import.meta.url)),
      host: '127.0.0.1',
      port: 0,
      history: HISTORY,
    });
    onTestFinished(() => app.close());
    await app.rowcast.whenScanned;
    const document = (await app.inject('/openapi.json')).json() as Json;
    await expectValid(document);
    const asked: string[] = [];
    for (const [path, item] of Object.entries(document.paths as Json)) {
      const examples = (item.get ?? item.post)?.parameters as unknown as readonly Json[] | undefined;
      const url = (examples ?? [])
        .filter(({ in: place }) => String(place) === 'path')
        .reduce((filled, { name, example }) => {
          expect(example, `${path}: ${name}`).toBeDefined();
          return filled.replace(`{${name}}`, encodeURIComponent(String(example)));
        }, path);
      const payload = item.post?.requestBody?.content?.['application/json']?.example as object | undefined;
      for (const method of item.post ? (['POST'] as const) : (['GET', 'HEAD'] as const)) {
        const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) });
        const { statusCode: status, headers, body } = answer;
        expect([url, status, status === 200 ? '' : body]).toEqual([url, 200, '']);
        checkAnswer(document, { method, path: url, status, headers, body });
      }
      asked.push(url);
    }
    expect(asked).toEqual(
      expect.arrayContaining(['/api/alive', '/api/association/1', '/api/evenements_associations', '/tables']),
    );
  });
});

describe('every parameter of a table answers something with its example', () => {
  const bundled = fileURLToPath(new URL('../data', import.meta.url));
  /** Answers what the example of each parameter finds, and checks that it is documented. */
  async function askAll(folder: string): Promise<number> {
    const app = await buildApp({
      folder,
      contracts: join(folder, 'none'),
      host: '127.0.0.1',
      port: 0,
      history: HISTORY,
    });
    onTestFinished(() => app.close());
    await app.rowcast.whenScanned;
    const document = (await app.inject('/openapi.json')).json() as Json;
    let asked = 0;
    for (const name of app.rowcast.catalog.current().tables.keys()) {
      const path = `/api/${encodeURIComponent(name)}`;
      for (const parameter of parametersOf(document, path)) {
        const shared = document.components?.parameters?.[String(parameter.$ref).split('/').at(-1) as string];
        const { name: key, schema } = shared ?? parameter;
        const [value] = (schema?.examples ?? []) as readonly unknown[];
        if (value === undefined) continue;
        const query = new URLSearchParams([[String(key), String(value)]]);
        if (['_having', '_agg'].includes(String(key))) query.set('_group', groupOf(document, path));
        const url = `${path}?${query}`;
        const { statusCode: status, headers, body } = await app.inject(url);
        expect([url, status, status === 200 ? '' : body]).toEqual([url, 200, '']);
        expect([url, body]).not.toEqual([url, '[]']);
        const answer = { method: 'GET', path, status, headers, body };
        const kind = SUMMARIES.get(String(key));
        if (kind !== undefined) checkAnswer(summariesOf(document, path, kind), answer);
        else if (!/^_(fields|types)$/.test(String(key))) checkAnswer(document, answer);
        asked++;
      }
    }
    return asked;
  }
  /** Which schema says how an answer about the whole looks. */
  const SUMMARIES = new Map(
    Object.entries({
      _facet: 'Facets',
      _stats: 'Stats',
      _group: 'Groups',
      _agg: 'Groups',
      _having: 'Groups',
    }),
  );
  const summariesOf = (document: Json, path: string, kind: string) => {
    const content = { [SUMMARY_TYPE]: { schema: { $ref: `#/components/schemas/${kind}` } } };
    const paths = { [path]: { get: { responses: { 200: { description: '', content } } } } };
    return { paths, components: document.components };
  };
  const groupOf = (document: Json, path: string) =>
    String(parametersOf(document, path).find(({ name }) => String(name) === '_group')?.schema?.examples?.[0]);

  test('of the bundled data', async () => {
    expect(await askAll(bundled)).toBeGreaterThan(300);
  });

  test('of awkward files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rowcast-openapi-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [file, text] of AWKWARD)
      if (text.split('\n').length > 2) await writeFile(join(folder, file), text);
    await writeFile(
      join(folder, 'texts.csv'),
      'id,t\n1,"a,b"\n2,[x]\n3,50% _\\\n4," Ünï "\n5,😀😀\n6,\n7,""\n8,"a,b"\n',
    );
    expect(await askAll(folder)).toBeGreaterThan(300);
  });
});

describe('the checker refuses', () => {
  const document = {
    paths: {
      '/a/{id}': {
        get: { responses: { 200: { $ref: '#/components/responses/Row' }, 304: { description: '' } } },
      },
      '/a/b': { get: { responses: { 200: { description: '', content: { 'text/plain': {} } } } } },
    },
    components: {
      responses: {
        Row: {
          description: '',
          headers: { ETag: { required: true } },
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Row' } } },
        },
      },
      schemas: {
        Row: {
          type: 'object',
          properties: { id: { type: ['integer', 'null'], format: 'int64' } },
          required: ['id'],
        },
      },
    },
  };
  const good = {
    method: 'GET',
    path: '/a/1?x=y',
    status: 200,
    headers: { etag: '"1"', 'content-type': 'application/json; charset=utf-8' },
    body: '{"id":1}',
  };
  test('nothing where all is well', () => {
    checkAnswer(document, good);
    checkAnswer(document, { ...good, body: '{"id":null}' });
    checkAnswer(document, { ...good, method: 'HEAD', body: '' });
    checkAnswer(document, { ...good, status: 304, headers: {}, body: '' });
    checkAnswer(document, { ...good, path: '/a/b', headers: { 'content-type': 'text/plain' }, body: 'x' });
  });
  test.for([
    ['another path', { path: '/b' }, /no path/],
    ['another method', { method: 'POST' }, /documents no POST/],
    ['another status', { status: 404 }, /documents only 200, 304/],
    [
      'another media type',
      { headers: { etag: '"1"', 'content-type': 'text/html' } },
      /text\/html is not among/,
    ],
    ['a missing header', { headers: { 'content-type': 'application/json' } }, /header ETag is missing/],
    ['another body', { body: '{"id":"1"}' }, /body\/id must be integer,null/],
    ['a missing member', { body: '{}' }, /required property 'id'/],
    ['a body where there is none', { status: 304, body: 'x' }, /no body is documented/],
  ] as const)('%s', ([, change, message]) => {
    expect(() => checkAnswer(document, { ...good, ...change })).toThrow(message);
  });
});
