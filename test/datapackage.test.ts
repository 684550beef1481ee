// The folder as a Data Package: over HTTP, written by `describe`, and read again with the same result.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeField } from '../src/descriptor/field-descriptor.ts';
import { resourceNames } from '../src/descriptor/resource-names.ts';
import type { Field } from '../src/table/schema.ts';
import { appOn, type TestApp } from './support/app.ts';
import { temporaryFolder, until } from './support/folder.ts';

const FILES = {
  'stations.csv': 'id;name;since\n1;Brest;43\n2;Lyon;NA\n',
  '2024/Écoles d’été.csv': 'code,station_id,jour\n007,1,2024-05-01\n008,2,2024-05-02\n',
  'loose.tsv': 'a\tb\nx\t1\nx\t1\n',
  'empty.csv': '',
  'picture.csv': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 1),
};

/** What the published profile of Data Package 2.0 asks of the parts that are written, in our words. */
const PROFILE = {
  type: 'object',
  required: ['resources'],
  properties: {
    $schema: { const: 'https://datapackage.org/profiles/2.0/datapackage.json' },
    name: { type: 'string', pattern: '^[a-z0-9._-]+$' },
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'path', 'type', 'format', 'mediatype', 'encoding', 'bytes', 'dialect'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9._-]+$' },
          type: { const: 'table' },
          path: { type: 'string', pattern: '^[^./~\\\\][^\\\\]*$' },
          title: { type: 'string' },
          description: { type: 'string' },
          format: { enum: ['csv', 'tsv'] },
          mediatype: { type: 'string', pattern: '^.+/.+$' },
          encoding: { type: 'string' },
          bytes: { type: 'integer' },
          dialect: {
            type: 'object',
            additionalProperties: false,
            properties: {
              delimiter: { type: 'string' },
              quoteChar: { type: 'string' },
              doubleQuote: { type: 'boolean' },
              escapeChar: { type: 'string' },
              skipInitialSpace: { type: 'boolean' },
              commentChar: { type: 'string' },
              header: { type: 'boolean' },
              headerRows: { type: 'array', items: { type: 'integer', minimum: 1 } },
              lineTerminator: { type: 'string' },
            },
          },
          schema: {
            type: 'object',
            required: ['fields'],
            additionalProperties: false,
            properties: {
              fields: {
                type: 'array',
                minItems: 1,
                items: {
                  type: 'object',
                  required: ['name', 'type'],
                  properties: {
                    name: { type: 'string' },
                    type: { enum: ['string', 'number', 'integer', 'boolean', 'date', 'datetime'] },
                    format: { type: 'string' },
                    missingValues: { type: 'array', items: { type: 'string' } },
                  },
                },
              },
              primaryKey: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } },
              foreignKeys: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['fields', 'reference'],
                  properties: {
                    fields: { type: 'array', minItems: 1, items: { type: 'string' } },
                    reference: {
                      type: 'object',
                      required: ['resource', 'fields'],
                      properties: {
                        resource: { type: 'string' },
                        fields: { type: 'array', minItems: 1, items: { type: 'string' } },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(PROFILE);

describe('GET /datapackage.json', () => {
  let served: TestApp;
  beforeAll(async () => {
    served = await appOn(FILES);
  });
  afterAll(() => served[Symbol.asyncDispose]());
  const get = async () => (await served.inject('/datapackage.json')).json();

  test('is a Data Package', async () => {
    const found = await get();
    validate(found);
    expect(validate.errors).toBeNull();
    expect(found.name).toBe('data');
  });

  test('names every file that is a table, with what was found', async () => {
    const { resources } = await get();
    expect(resources.map(({ name, path }: { name: string; path: string }) => [name, path])).toEqual([
      ['2024.ecoles-d-ete', '2024/Écoles d’été.csv'],
      ['empty', 'empty.csv'],
      ['loose', 'loose.tsv'],
      ['stations', 'stations.csv'],
    ]);
    const [schools, empty, loose, stations] = resources;
    expect(schools.schema).toMatchObject({
      fields: [
        { name: 'code', type: 'string' },
        { name: 'station_id', type: 'integer' },
        { name: 'jour', type: 'date' },
      ],
      primaryKey: ['code'],
      foreignKeys: [{ fields: ['station_id'], reference: { resource: 'stations', fields: ['id'] } }],
    });
    expect(empty).not.toHaveProperty('schema');
    expect(loose).toMatchObject({
      format: 'tsv',
      mediatype: 'text/tab-separated-values',
      dialect: { delimiter: '\t' },
    });
    expect(loose.schema).not.toHaveProperty('primaryKey');
    expect(stations).toMatchObject({
      type: 'table',
      format: 'csv',
      mediatype: 'text/csv',
      encoding: expect.stringMatching(/^utf-8$/i),
      bytes: 35,
      dialect: { delimiter: ';', header: true, lineTerminator: '\n' },
      schema: {
        fields: [
          { name: 'id' },
          { name: 'name' },
          { name: 'since', type: 'integer', missingValues: ['', 'NA'] },
        ],
      },
    });
    expect(JSON.stringify(resources)).not.toContain('"reason"');
  });

  test('has an ETag of its moment, HEAD and 304', async () => {
    const whole = await served.inject('/datapackage.json');
    const etag = String(whole.headers.etag);
    const head = await served.inject({ method: 'HEAD', url: '/datapackage.json' });
    expect([head.statusCode, head.payload, head.headers.etag]).toEqual([200, '', etag]);
    const again = await served.inject({ url: '/datapackage.json', headers: { 'if-none-match': etag } });
    expect([again.statusCode, again.payload]).toEqual([304, '']);
    await writeFile(served.at('later.csv'), 'a\n1\n');
    await served.until(({ tables }) => tables.has('later'));
    const later = await served.inject({ url: '/datapackage.json', headers: { 'if-none-match': etag } });
    expect(later.statusCode).toBe(200);
    await rm(served.at('later.csv'));
  });

  test('is a system route: in the document, on the first page, without parameters, GET alone', async () => {
    const document = (await served.inject('/openapi.json')).json();
    expect(document.paths['/datapackage.json'].get).toMatchObject({ operationId: 'dataPackage' });
    expect((await served.inject('/')).payload).toContain('href="/datapackage.json"');
    expect((await served.inject('/datapackage.json?x=1')).statusCode).toBe(400);
    const posted = await served.inject({ method: 'POST', url: '/datapackage.json' });
    expect([posted.statusCode, posted.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('names of resources', () => {
  const cases: [tables: string[], names: string[]][] = [
    [
      ['Orders', 'orders'],
      ['orders', 'orders-2'],
    ],
    [
      ['a b', 'a_b', 'a-b'],
      ['a-b', 'a_b', 'a-b-2'],
    ],
    [
      ['日本', '...'],
      ['table', 'table-2'],
    ],
    [['2024.Ventes d’été'], ['2024.ventes-d-ete']],
  ];
  test.for(cases)('%j are %j', ([tables, names]) => {
    expect([...resourceNames(tables).values()]).toEqual(names);
  });
});

describe('a field', () => {
  const cases: [field: Partial<Field>, isKey: boolean, expected: object][] = [
    [{ type: 'datetime', format: 'date-time' }, false, { type: 'datetime' }],
    [{ type: 'date', format: '%d/%m/%Y' }, false, { type: 'date', format: '%d/%m/%Y' }],
    [{ constraints: { required: true, unique: true } }, true, { type: 'string' }],
    [
      { constraints: { required: true, pattern: 'a+' }, title: 'T' },
      false,
      { type: 'string', title: 'T', constraints: { required: true, pattern: 'a+' } },
    ],
  ];
  test.for(cases)('%j', ([field, isKey, expected]) => {
    expect(describeField({ name: 'f', type: 'string', reason: 'why', ...field }, isKey, isKey)).toEqual({
      name: 'f',
      ...expected,
    });
  });
});

describe('what is declared', () => {
  const DECLARED = {
    resources: [
      {
        name: 'towns',
        path: 'towns.csv',
        title: 'All towns',
        description: 'Where people live.',
        schema: {
          fields: [
            { name: 'id', type: 'integer', title: 'Number' },
            {
              name: 'kind',
              type: 'string',
              description: 'What it is.',
              constraints: { enum: ['city', 'village'], maxLength: 10 },
            },
            { name: 'people', type: 'integer', constraints: { minimum: 1, maximum: 100 } },
          ],
        },
      },
    ],
  };
  const rows = 'id,kind,people\n1,city,50\n2,village,\n';
  let served: TestApp;
  beforeAll(async () => {
    served = await appOn({ 'towns.csv': rows, 'datapackage.json': JSON.stringify(DECLARED) });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  const get = async (url: string) => (await served.inject(url)).json();
  const rowOf = async () => (await get('/openapi.json')).components.schemas.towns;

  test('comes back in /tables/{table} and in the package', async () => {
    const told = await get('/tables/towns');
    expect(told).toMatchObject({
      title: 'All towns',
      description: 'Where people live.',
      declaration: 'datapackage.json',
      encodingConfidence: expect.any(Number),
    });
    const [towns] = (await get('/datapackage.json')).resources;
    expect(towns).toMatchObject({ title: 'All towns', description: 'Where people live.' });
    for (const { fields } of [told.schema, towns.schema]) {
      expect(fields).toMatchObject([
        { name: 'id', type: 'integer', title: 'Number' },
        {
          name: 'kind',
          description: 'What it is.',
          constraints: { enum: ['city', 'village'], maxLength: 10 },
        },
        { name: 'people', constraints: { minimum: 1, maximum: 100 } },
      ]);
    }
  });

  test('is in the schema of rows, as long as every value keeps to it', async () => {
    const row = await rowOf();
    expect(row).toMatchObject({ title: 'All towns', description: 'Where people live.' });
    expect(row.properties).toMatchObject({
      id: { title: 'Number' },
      kind: { enum: ['city', 'village'], maxLength: 10, description: expect.stringContaining('What it is.') },
      people: { minimum: 1, maximum: 100, type: ['integer', 'null'] },
    });
    await writeFile(served.at('towns.csv'), rows.replace('50', '500'));
    await served.until(({ tables }) => (tables.get('towns')?.file?.diagnosticCount ?? 0) > 0);
    expect((await rowOf()).properties.people).not.toHaveProperty('maximum');
    await writeFile(served.at('towns.csv'), rows);
    await served.until(({ tables }) => tables.get('towns')?.file?.diagnosticCount === 0);
  });

  test('a title alone is no new version, and is served', async () => {
    const before = await get('/tables/towns');
    const [resource] = DECLARED.resources;
    const resources = [{ ...resource, title: 'Towns' }];
    await writeFile(served.at('datapackage.json'), JSON.stringify({ resources }));
    // Nothing changed that anybody is told of.
    const entry = () => served.app.rowcast.catalog.current().tables.get('towns');
    await until(entry, (found) => found?.file?.title === 'Towns');
    const after = await get('/tables/towns');
    expect([after.title, after.version, after.position]).toEqual(['Towns', before.version, before.position]);
  });
});

test('what a table has no word for is given back as it was declared', async () => {
  const schema = {
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'y', type: 'year', title: 'Year', constraints: { minimum: 2000 } },
      { name: 't', type: 'time', format: '%H.%M' },
      { name: 'g', type: 'geopoint', format: 'array' },
      { name: 'l', type: 'list', delimiter: ';', itemType: 'integer' },
      { name: 'c', type: 'integer', categories: [{ value: 1, label: 'one' }, { value: 2 }] },
      { name: 'm', type: 'string', missingValues: [{ value: 'n.a.', label: 'not asked' }, { value: '' }] },
      { name: 'o', missingValues: ['-'] },
    ],
    primaryKey: ['id'],
    fieldsMatch: 'equal',
    uniqueKeys: [['y', 't']],
    missingValues: [{ value: '', label: 'empty' }, { value: '?' }],
  };
  const [resource] = [{ name: 'a', path: 'a.csv', title: 'A', schema }];
  const csv = 'id,y,t,g,l,c,m,o\n1,2024,12.30,"[1,2]",1;2,1,n.a.,-\n2,?,13.45,"[3,4]",3,2,x,y\n';
  await using served = await appOn({
    'a.csv': csv,
    'datapackage.json': JSON.stringify({ resources: [resource] }),
  });
  const told = await served.inject('/datapackage.json');
  const [found] = told.json().resources;
  const { missingValues, ...others } = schema;
  expect(found).toMatchObject({ title: 'A' });
  expect(found.schema).toEqual({
    ...others,
    fields: schema.fields
      .map((field) => ({ missingValues, ...field }))
      .map((field) => (field.name === 'o' ? { ...field, type: 'string' } : field)),
  });
  // Declared so, it is the same again.
  await using again = await appOn({ 'a.csv': csv, 'datapackage.json': told.payload });
  const of = async (app: TestApp) => (await app.inject('/tables/a')).json();
  const [was, is] = [await of(served), await of(again)];
  expect([is.version, is.diagnostics]).toEqual([was.version, []]);
  expect((await again.inject('/datapackage.json')).json().resources[0].schema).toEqual(found.schema);
});

describe('rowcast describe', () => {
  const LAUNCH = fileURLToPath(new URL('../src/launch.js', import.meta.url));
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [LAUNCH, 'describe', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      texts.out += data;
    });
    child.stderr.on('data', (data) => {
      texts.err += data;
    });
    const [code] = await once(child, 'close');
    return { code, ...texts };
  };
  const fill = async (at: (name: string) => string, files: Readonly<Record<string, string | Uint8Array>>) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
    }
  };

  test('writes what it found, says so, and does not overwrite it unasked', async () => {
    await using folder = await temporaryFolder();
    await fill(folder.at, FILES);
    const path = folder.at('datapackage.json');
    const first = await run(folder.path);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain(`Wrote ${path}:\n`);
    expect(first.out).toContain('stations.csv  3 fields, key id\n');
    expect(first.out).toMatch(/picture\.csv {2}left out: .*\n/);
    const written = await readFile(path, 'utf8');
    validate(JSON.parse(written));
    expect(validate.errors).toBeNull();
    const second = await run(folder.path);
    expect(second).toMatchObject({ code: 1, out: '' });
    expect(second.err).toMatch(/^\S+datapackage\.json exists already: .*--force.*\.\n$/);
    expect((await run(folder.path, '--force')).code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(written);
  });

  test('written anew, it keeps all that a person wrote', async () => {
    await using folder = await temporaryFolder();
    const written = {
      profile: 'tabular-data-package',
      title: 'Towns of the north',
      licenses: [{ name: 'CC0-1.0' }],
      resources: [
        {
          name: 'the-towns',
          path: 'towns.csv',
          sources: [{ title: 'A book' }],
          bytes: 1,
          schema: {
            fields: [
              { name: 'id', type: 'integer', example: 5 },
              { name: 'since', type: 'year', missingValues: [{ value: '?', label: 'not known' }] },
              { name: 'name', title: 'Name' },
            ],
            fieldsMatch: 'subset',
            uniqueKeys: [['name']],
          },
        },
        { name: 'later', path: 'later.csv', schema: { fields: [{ name: 'z', type: 'string' }] } },
        { name: 'people', data: [{ a: 1 }] },
      ],
    };
    const files = {
      'towns.csv': 'id,more,since,name\n1,x,1901,Brest\n2,y,?,Lyon\n',
      'people.csv': 'towns_id,n\n1,a\n2,b\n',
    };
    await fill(folder.at, { ...files, 'datapackage.json': JSON.stringify(written) });
    expect(await run(folder.path, '--force')).toMatchObject({ code: 0, err: '' });
    const path = folder.at('datapackage.json');
    const { resources, ...others } = JSON.parse(await readFile(path, 'utf8'));
    const { resources: _given, ...ofPackage } = written;
    expect(others).toMatchObject(ofPackage);
    expect(others).not.toHaveProperty('$schema');
    const [towns, later, inline, people] = resources;
    const { fields, ...schema } = (written.resources[0] as { schema: { fields: object[] } }).schema;
    expect([later, inline]).toEqual(written.resources.slice(1));
    expect(towns).toMatchObject({ ...written.resources[0], bytes: 45, encoding: 'utf-8', schema });
    expect(towns.schema.fields).toEqual([
      fields[0],
      { name: 'more', type: 'string' },
      fields[1],
      { name: 'name', type: 'string', title: 'Name' },
    ]);
    expect(people).toMatchObject({
      name: 'people-2',
      schema: { foreignKeys: [{ reference: { resource: 'the-towns', fields: ['id'] } }] },
    });
    const once = await readFile(path, 'utf8');
    await run(folder.path, '--force');
    expect(await readFile(path, 'utf8')).toBe(once);
    await writeFile(path, '{"resources": 1}');
    const { code, err } = await run(folder.path, '--force');
    expect([code, await readFile(path, 'utf8')]).toEqual([1, '{"resources": 1}']);
    expect(err).toContain('/resources has 1; expected: a list of resources. Correct it, or take it away.');
  });

  test('what stands in its place and is no package stays, in words', async () => {
    await using folder = await temporaryFolder();
    await using elsewhere = await temporaryFolder();
    await mkdir(elsewhere.path, { recursive: true });
    await fill(folder.at, { 'a.csv': 'id\n1\n' });
    const path = folder.at('datapackage.json');
    const refusal = /not written anew, .*can be read as a Data Package\. Correct it, or take it away\.\n$/;
    await mkdir(path);
    expect(await run(folder.path, '--force')).toMatchObject({ code: 1, err: expect.stringMatching(refusal) });
    await rm(path, { recursive: true });
    for (const text of ['no JSON', '{"name":"x"}', 'null']) {
      await writeFile(elsewhere.at('other.json'), text);
      await symlink(elsewhere.at('other.json'), path);
      expect(await run(folder.path, '--force')).toMatchObject({
        code: 1,
        err: expect.stringMatching(refusal),
      });
      expect(await readFile(elsewhere.at('other.json'), 'utf8')).toBe(text);
      await rm(path);
    }
    expect((await run(folder.path, '--force')).code).toBe(0);
    expect((await readdir(folder.path)).sort()).toEqual(['a.csv', 'datapackage.json']);
  });

  test('refuses a folder that is not there', async () => {
    const { code, err } = await run('/no/such/folder');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^The data folder \/no\/such\/folder does not exist/),
    ]);
    expect(existsSync('/no/such/folder')).toBe(false);
  });

  const DATA = fileURLToPath(new URL('../data', import.meta.url));
  const bundled = (name: string) => readFileSync(`${DATA}/${name}.csv`, 'utf8');
  const folders: [name: string, files: Readonly<Record<string, string>>][] = [
    [
      'the bundled tables',
      Object.fromEntries(
        ['stations', 'readings', 'associations_etudiantes', 'evenements_associations'].map((name) => [
          `${name}.csv`,
          bundled(name),
        ]),
      ),
    ],
    [
      'kinds of values',
      {
        'kinds.csv':
          'id,flag,n,day,at,zoned,text,none,"empty, quoted"\n1,TRUE,1.50,2024-01-02,2024-01-02T03:04:05,2024-01-02T03:04:05Z,007,,""\n2,FALSE,NA,NA,2024-01-03T03:04:05,2024-01-02T03:04:05+02:00,-,,x\n',
        'semicolons.csv': "a;b\r\n'x;y';1\r\n'z';2\r\n",
        'bare.csv': '1,2\n3,4\n5,6\n',
        'latin.csv': 'nom,n\ncaf\u00e9,1\n',
      },
    ],
    [
      'odd files',
      {
        'groups.csv': 'id;v;g\n1;1 234,56;1.234.567\n2;2 345,67;12.345\n',
        'apostrophes.csv': "id;v\n1;1'234.50\n2;2'345.75\n",
        'dates.csv': 'id,d,t\n1,31/01/2024,31/01/2024 12:00\n2,01/02/2024,01/02/2024 13:30\n',
        'names.csv': 'id;t\n1;3 janvier 2024\n2;15 mars 2024\n',
        'preamble.csv': 'Report of sales\nmade 2024-01-01\n\nid,name,v\n1,a,2.5\n2,b,3.5\n3,c,4.5\n',
        'totals.csv': 'ville;n;p\nA;10;1,5\nB;20;2,5\nC;30;3,5\nTotal;60;7,5\n',
        'two-headers.csv': 'name,size,size\n,cm,in\na,1,2\nb,4,5\nc,6,7\n',
        'comments.csv': '# made by x\nid,n\n1,a\n# between\n2,b\n',
        'returns.csv': 'id,n\r1,a\r2,b\r3,c\r',
        'mixed.csv': 'id,n\r\n1,a\n2,b\r3,c\r\n',
        'escapes.csv': 'id,n\n1,"a \\"b\\", c"\n2,"d \\"e\\", f"\n',
        'marks.csv': 'id\tn\n1\t"a\n2\tb" x\n3\tc\n',
        'sep.csv': 'sep=;\nid;n\n1;a\n2;b\n',
        'ragged.csv': 'a,b,c\n1,2\n1,2,3,4\n5,6,7\n',
        'double.csv': 'a,a,a_2,\n1,2,3,4\n',
        'one.csv': 'v\n1\n\n3\n',
        'header.csv': 'a,b,c\n',
        'blanks.csv': 'id, name, "full, name"\n1, a, "x, y"\n2, b, "z, w"\n',
      },
    ],
  ];
  test.for(folders)('the same tables afterwards: %s', async ([, files]) => {
    await using folder = await temporaryFolder();
    await fill(folder.at, files);
    await using before = await appOn(files);
    expect(await run(folder.path)).toMatchObject({ code: 0 });
    await using after = await appOn({
      ...files,
      'datapackage.json': await readFile(folder.at('datapackage.json')),
    });
    for (const path of Object.keys(files)) {
      const name = path.replace('.csv', '');
      const [was, is] = await Promise.all(
        [before, after].map(async (app) => (await app.inject(`/tables/${name}`)).json()),
      );
      expect(is.declaration).toBe('datapackage.json');
      expect(is.diagnostics).toEqual(was.diagnostics);
      const withoutReasons = ({ schema }: typeof is) =>
        JSON.parse(JSON.stringify(schema, (key, value) => (key === 'reason' ? undefined : value)));
      expect(withoutReasons(is)).toEqual(withoutReasons(was));
      expect([name, is.key, is.version]).toEqual([name, was.key, was.version]);
      expect(is.relations.map(({ name }: { name: string }) => name)).toEqual(
        was.relations.map(({ name }: { name: string }) => name),
      );
      const rows = await Promise.all([before, after].map((app) => app.inject(`/api/${name}?_types=string`)));
      expect(rows[1]?.payload).toBe(rows[0]?.payload);
    }
  });
});
