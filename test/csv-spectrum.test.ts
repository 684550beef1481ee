// The cases of csv-spectrum: what every CSV reader should read exactly. Ours first, in the manner of each of its twelve;
// then its own files, where the package is installed.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { readServed } from './pollock/read-served.ts';
import type { Contents } from './pollock/score.ts';

type Rows = readonly Readonly<Record<string, string>>[];

const CASES: Record<string, [text: string, rows: Rows]> = {
  comma_in_quotes: [
    'name,where,zip\nAda,"Paris, FR",00123',
    [{ name: 'Ada', where: 'Paris, FR', zip: '00123' }],
  ],
  empty: [
    'k,l,m\n1,"",""\n7,8,9',
    [
      { k: '1', l: '', m: '' },
      { k: '7', l: '8', m: '9' },
    ],
  ],
  empty_crlf: [
    'k,l,m\r\n1,"",""\r\n7,8,9',
    [
      { k: '1', l: '', m: '' },
      { k: '7', l: '8', m: '9' },
    ],
  ],
  escaped_quotes: [
    'k,l\n1,"he said ""no"" twice"\n3,4\n',
    [
      { k: '1', l: 'he said "no" twice' },
      { k: '3', l: '4' },
    ],
  ],
  json: [
    'k,l\n1,"{""kind"": ""Line"", ""at"": [4.0, 2.5]}"\n',
    [{ k: '1', l: '{"kind": "Line", "at": [4.0, 2.5]}' }],
  ],
  location_coordinates: [
    `Phone,Where it is,Town\n0612345678,48°51'24.1"N 2°21'8.0"E,Paris`,
    [{ Phone: '0612345678', 'Where it is': `48°51'24.1"N 2°21'8.0"E`, Town: 'Paris' }],
  ],
  newlines: [
    'k,l,m\n1,2,3\n"Two \nlines",5,6\n7,8,9\n',
    [
      { k: '1', l: '2', m: '3' },
      { k: 'Two \nlines', l: '5', m: '6' },
      { k: '7', l: '8', m: '9' },
    ],
  ],
  newlines_crlf: [
    'k,l,m\r\n1,2,3\r\n"Two \r\nlines",5,6\r\n7,8,9\r\n',
    [
      { k: '1', l: '2', m: '3' },
      { k: 'Two \r\nlines', l: '5', m: '6' },
      { k: '7', l: '8', m: '9' },
    ],
  ],
  quotes_and_newlines: [
    'k,l\n1,"a \n""b"" \nc"\n3,4\n',
    [
      { k: '1', l: 'a \n"b" \nc' },
      { k: '3', l: '4' },
    ],
  ],
  simple: ['k,l,m\n1,2,3\n', [{ k: '1', l: '2', m: '3' }]],
  simple_crlf: ['k,l,m\r\n1,2,3\r\n', [{ k: '1', l: '2', m: '3' }]],
  utf8: [
    'k,l,m\n1,2,3\n4,5,ʤ',
    [
      { k: '1', l: '2', m: '3' },
      { k: '4', l: '5', m: 'ʤ' },
    ],
  ],
};

const PACKAGE = fileURLToPath(new URL('../node_modules/csv-spectrum/', import.meta.url));
const isInstalled = existsSync(PACKAGE);

let served: ReadonlyMap<string, Contents | null>;

beforeAll(async () => {
  served = await readServed(
    Object.entries(CASES).flatMap(([name, [text]]) => [
      { name: `ours_${name}`, text },
      ...(isInstalled ? [{ name, text: readFileSync(`${PACKAGE}csvs/${name}.csv`) }] : []),
    ]),
  );
});

function rowsOf(name: string): Rows {
  const read = served.get(name);
  return (
    read?.records.map((cells) =>
      Object.fromEntries(cells.map((cell, column) => [read.header?.[column] ?? column, cell])),
    ) ?? []
  );
}

test.each(Object.entries(CASES))('%s', (name, [, rows]) => {
  expect(rowsOf(`ours_${name}`)).toEqual(rows);
});

describe.skipIf(!isInstalled)('the files of the package', () => {
  test.each(Object.keys(CASES))('%s', (name) => {
    // The package's own JSON has another phone number than its CSV, and one object where the others have a list.
    const expected: Rows = [JSON.parse(readFileSync(`${PACKAGE}json/${name}.json`, 'utf8'))].flat();
    if (name === 'location_coordinates')
      expect(rowsOf(name)).toEqual([{ ...expected[0], 'Contact Phone Number': '2095257564' }]);
    else expect(rowsOf(name)).toEqual(expected);
  });
});
