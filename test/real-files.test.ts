// Files that publishers ship, served with no settings: what they hold was counted by another program.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appOn, type TestApp } from './support/app.ts';
import { parseRfc4180 } from './support/rfc4180.ts';

/** `ROWCAST_REAL_FILES` names the folder; else it is looked for beside the checkout. */
const FOLDER =
  process.env.ROWCAST_REAL_FILES ?? fileURLToPath(new URL('../../shared/data/real', import.meta.url));

type Fact = Readonly<{
  rows: number;
  columns: number;
  /** The fields that are no strings; where there are many strings, those that could be taken for something else. */
  types: Readonly<Record<string, string>>;
  /** The texts that stand for null, by field. */
  missing?: Readonly<Record<string, readonly string[]>>;
  key: string | null;
  encoding?: string;
  delimiter?: string;
  lineTerminator?: string;
  /** Rows from 1, as they come with no parameters: the members that are asserted. */
  samples: Readonly<Record<number, Readonly<Record<string, unknown>>>>;
}>;

const CASTLES = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`Castle ${i + 1}`, 'integer']));

const FACTS: Record<string, Fact> = {
  'airlines.csv': {
    rows: 16,
    columns: 2,
    types: {},
    key: 'carrier',
    samples: {
      1: { carrier: '9E', name: 'Endeavor Air Inc.' },
      16: { carrier: 'YV', name: 'Mesa Airlines Inc.' },
    },
  },
  'castle_solutions_newlines.csv': {
    rows: 902,
    columns: 11,
    types: CASTLES,
    key: null,
    samples: { 1: { 'Castle 1': 0, 'Castle 10': 22 }, 2: { 'Castle 3': 4, 'Castle 9': 33 } },
  },
  'countries.csv': {
    rows: 249,
    columns: 6,
    types: { id: 'integer' },
    key: 'id',
    samples: {
      1: { id: 302672, code: 'AD', continent: 'EU' },
      2: { keywords: 'UAE,مطارات في الإمارات العربية المتحدة' },
      3: { code: 'AF', keywords: null },
    },
  },
  'country_codes.csv': {
    rows: 249,
    columns: 56,
    types: {
      'ISO3166-1-numeric': 'integer',
      GAUL: 'integer',
      'Global Code': 'integer',
      'Intermediate Region Code': 'integer',
      M49: 'integer',
      'Sub-region Code': 'integer',
      'Region Code': 'integer',
      'Geoname ID': 'integer',
    },
    key: null,
    samples: {},
  },
  'earthquake_cr_only.csv': {
    rows: 3502,
    columns: 18,
    types: {
      '0 Deaths, lat': 'number',
      '0 Deaths, lon': 'number',
      '1-50 Deaths, lon': 'number',
      '51-100 Deaths, lat': 'number',
      '51-100 Deaths, lon': 'number',
    },
    key: null,
    lineTerminator: '\r',
    samples: {
      1: {
        'Unknown Number of Deaths': 'New Caledonia:  Noumea; Vanuatu:  Port-Vila, 1995',
        'Unknown Number of Deaths, lat': '-23.008',
      },
      // The one row in which a place without a latitude is written as blanks.
      341: { '1-50 Deaths, lat': '       ' },
    },
  },
  'hofstede_semicolon.csv': {
    rows: 111,
    columns: 8,
    types: {
      pdi: 'integer',
      idv: 'integer',
      mas: 'integer',
      uai: 'integer',
      ltowvs: 'integer',
      ivr: 'integer',
    },
    missing: { pdi: ['#NULL!'], ivr: ['#NULL!'] },
    key: 'ctr',
    delimiter: ';',
    lineTerminator: '\r\n',
    samples: {
      1: { ctr: 'AFE', country: 'Africa East', pdi: 64 },
      3: { ctr: 'ALB', pdi: null, ltowvs: 61 },
    },
  },
  'navaids.csv': {
    rows: 11_008,
    columns: 20,
    // Latitudes and longitudes with 18 digits stay text: what is lossless is the value.
    types: {
      id: 'integer',
      frequency_khz: 'integer',
      elevation_ft: 'integer',
      dme_frequency_khz: 'integer',
      dme_latitude_deg: 'number',
      dme_longitude_deg: 'number',
      dme_elevation_ft: 'integer',
      slaved_variation_deg: 'number',
      magnetic_variation_deg: 'number',
    },
    key: 'id',
    samples: {
      1: { latitude_deg: '52.55889892578125', elevation_ft: 70, magnetic_variation_deg: -23.072 },
      2: { elevation_ft: null },
    },
  },
  'olympic_winners_bom.csv': {
    rows: 8618,
    columns: 10,
    // Days go to 29 and months to 10: the order is proven by 5,002 of the rows.
    types: {
      age: 'integer',
      year: 'integer',
      date: 'date',
      gold: 'integer',
      silver: 'integer',
      bronze: 'integer',
      total: 'integer',
    },
    key: null,
    lineTerminator: '\r\n',
    samples: {
      1: { athlete: 'Michael Phelps', date: '2008-08-24', gold: 8 },
      3: { date: '2012-08-12' },
      1429: { athlete: null, age: null, country: 'Brazil', sport: 'Volleyball' },
    },
  },
  'penguins_raw.csv': {
    rows: 344,
    columns: 17,
    types: {
      'Sample Number': 'integer',
      'Date Egg': 'date',
      'Culmen Length (mm)': 'number',
      'Culmen Depth (mm)': 'number',
      'Flipper Length (mm)': 'integer',
      'Body Mass (g)': 'integer',
      'Delta 15 N (o/oo)': 'number',
      'Delta 13 C (o/oo)': 'number',
    },
    missing: { 'Culmen Length (mm)': ['NA'], 'Body Mass (g)': ['NA'] },
    key: null,
    samples: {
      1: { Stage: 'Adult, 1 Egg Stage', 'Date Egg': '2007-11-11', 'Delta 15 N (o/oo)': null },
      2: { 'Delta 13 C (o/oo)': -24.69454, Comments: 'NA', Sex: 'FEMALE' },
      4: { 'Culmen Length (mm)': null, Sex: 'NA' },
    },
  },
  'performer_scores_macroman.csv': {
    rows: 243,
    columns: 4,
    types: { 'Score per year': 'number', 'Total score': 'number' },
    key: 'Performer',
    encoding: 'macintosh',
    samples: {
      1: { Performer: 'Michelle Monaghan', 'Score per year': 4, 'Total score': 4 },
      23: { Performer: 'Chloë Sevigny', 'Total score': 5.5 },
      193: { Performer: 'Alexander Skarsgård' },
      227: { Performer: 'Lauren Vélez' },
    },
  },
  'planes.csv': {
    rows: 3322,
    columns: 9,
    types: { year: 'integer', engines: 'integer', seats: 'integer', speed: 'integer' },
    missing: { year: ['NA'], speed: ['NA'] },
    key: 'tailnum',
    samples: { 1: { tailnum: 'N10156', year: 2004, speed: null, seats: 55 } },
  },
  'regions.csv': {
    rows: 3987,
    columns: 8,
    types: { id: 'integer' },
    key: 'id',
    samples: { 1: { code: 'AD-02', local_code: '02' } },
  },
  'volcano_latin1.csv': {
    rows: 1571,
    columns: 10,
    types: { Latitude: 'number', Longitude: 'number', Elev: 'integer' },
    key: 'Number',
    encoding: 'windows-1252',
    lineTerminator: '\r\n',
    samples: { 1: { Number: '0803-001', Latitude: 34.5, Elev: 571 }, 3: { Number: '1402-08=' } },
  },
};

type Described = Readonly<{
  state: string;
  rows: number;
  encoding: string;
  key: Readonly<{ mode: string; fields: readonly string[] }>;
  dialect: Readonly<Record<string, unknown>>;
  schema: Readonly<{
    fields: readonly Readonly<{
      name: string;
      type: string;
      format?: string;
      missingValues?: readonly string[];
    }>[];
  }>;
  diagnosticCount: number;
}>;

const isThere = existsSync(FOLDER);
if (!isThere) console.warn(`no real files: ${FOLDER} is absent; ROWCAST_REAL_FILES can name another folder`);

describe.skipIf(!isThere)('real files', () => {
  let app: TestApp;
  const read = (file: string) => readFileSync(join(FOLDER, file));
  const named = (file: string) => file.replace(/\.csv$/, '');
  const described = async (file: string) =>
    (await app.inject(`/tables/${named(file)}`)).json<Described & { diagnostics: unknown }>();
  const rowsOf = async (file: string, query = '') =>
    (await app.inject(`/api/${named(file)}${query}`)).json<Record<string, unknown>[]>();

  beforeAll(async () => {
    app = await appOn(Object.fromEntries(Object.keys(FACTS).map((file) => [file, read(file)])));
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
  });

  test('each is asserted here', () => {
    expect(readdirSync(FOLDER).filter((name) => name.endsWith('.csv'))).toEqual(Object.keys(FACTS).sort());
  });

  describe.each(Object.entries(FACTS))('%s', (file, fact) => {
    test('rows, columns, types and key', async () => {
      const { state, rows, key, schema } = await described(file);
      expect({ state, rows, columns: schema.fields.length }).toEqual({
        state: 'ok',
        rows: fact.rows,
        columns: fact.columns,
      });
      const types = schema.fields
        .filter(({ type }) => type !== 'string')
        .map(({ name, type }) => [name, type]);
      expect(Object.fromEntries(types)).toEqual(fact.types);
      expect(key.fields).toEqual(fact.key === null ? [] : [fact.key]);
      for (const [name, texts] of Object.entries(fact.missing ?? {}))
        expect(schema.fields.find((field) => field.name === name)?.missingValues).toEqual(
          expect.arrayContaining([...texts]),
        );
    });

    test('encoding and dialect', async () => {
      const { encoding, dialect } = await described(file);
      expect({ encoding, ...dialect }).toMatchObject({
        encoding: fact.encoding ?? 'utf-8',
        delimiter: fact.delimiter ?? ',',
        quoteChar: '"',
        header: true,
        lineTerminator: fact.lineTerminator ?? '\n',
      });
      expect(dialect).not.toHaveProperty('preamble');
      expect(dialect).not.toHaveProperty('totals');
    });

    test('what some rows say', async () => {
      const rows = await rowsOf(file);
      for (const [number, members] of Object.entries(fact.samples))
        expect(rows[Number(number) - 1]).toMatchObject(members);
    });

    test('the text of every cell', async () => {
      const text = new TextDecoder(fact.encoding ?? 'utf-8').decode(read(file));
      const [header, ...records] = parseRfc4180(text, { delimiter: fact.delimiter ?? ',', quote: '"' });
      const { schema } = await described(file);
      expect(schema.fields.map(({ name }) => name)).toEqual(header);
      const served = await rowsOf(file, '?_types=string');
      const cells = served.map((row) => header?.map((name) => row[name as string]));
      expect(cells.length).toBe(records.length);
      for (let row = 0; row < records.length; row++)
        if (JSON.stringify(cells[row]) !== JSON.stringify(records[row]))
          expect(cells[row]).toEqual(records[row]);
    });
  });

  test('NA is Namibia', async () => {
    expect(await rowsOf('countries.csv', '?code=NA')).toMatchObject([{ name: 'Namibia' }]);
    expect((await rowsOf('navaids.csv', '?iso_country=NA')).length).toBe(15);
    expect((await rowsOf('countries.csv', '?continent=NA')).length).toBe(41);
    expect((await rowsOf('penguins_raw.csv', '?Sex=NA')).length).toBe(11);
    expect((await rowsOf('penguins_raw.csv', '?Body%20Mass%20(g)__isnull=true')).length).toBe(2);
  });

  test('codes keep their zeros', async () => {
    expect(await rowsOf('regions.csv', '?local_code=02&iso_country=AD')).toMatchObject([{ code: 'AD-02' }]);
    expect(await rowsOf('country_codes.csv', '?ISO3166-1-Alpha-2=FR')).toMatchObject([
      { 'ISO4217-currency_numeric_code': '978', 'ISO3166-1-numeric': 250 },
    ]);
    expect(await rowsOf('country_codes.csv', '?ISO3166-1-Alpha-2=AL')).toMatchObject([
      { 'ISO4217-currency_numeric_code': '008' },
    ]);
  });

  test('day-first dates say how they are written, and keep their text', async () => {
    const { schema } = await described('olympic_winners_bom.csv');
    expect(schema.fields.find(({ name }) => name === 'date')).toMatchObject({
      type: 'date',
      format: '%d/%m/%Y',
    });
    expect((await rowsOf('olympic_winners_bom.csv', '?_types=string&_limit=3'))[2]).toMatchObject({
      date: '12/8/2012',
    });
    expect((await rowsOf('olympic_winners_bom.csv', '?date__gte=2012-08-12&_limit=1')).length).toBe(1);
  });
});
