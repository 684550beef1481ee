// Tables stacked in one file, as they come, go, and meet other files of their names.
import { rename, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { until } from './support/folder.ts';
import { type Followed, followFolder } from './support/ingest.ts';

const FRUIT = 'id,fruit,kilos\n1,Apple,10\n2,Pear,20\n3,Plum,15\n';
const SHOPS =
  'shop,town,opened,manager\nNorth,Lyon,2001-05-01,Ada\nSouth,Nice,2004-09-12,Alan\nWest,Brest,2011-01-03,Grace\n';
const BOTH = `${FRUIT}\n${SHOPS}`;

const namesOf = ({ catalog }: Followed) => [...catalog.current().tables.keys()];
const holds = (followed: Followed, ...names: string[]) =>
  until(
    () => namesOf(followed),
    (found) => JSON.stringify(found) === JSON.stringify(names),
  );

test('each is a table of its own', async () => {
  await using followed = await followFolder((folder) => writeFile(folder.at('week.csv'), BOTH));
  expect(namesOf(followed)).toEqual(['week', 'week.2']);
  expect(followed.cells('week')).toHaveLength(3);
  expect(followed.cells('week.2')?.[0]).toEqual(['North', 'Lyon', '2001-05-01', 'Ada']);
  expect(followed.catalog.current().tables.get('week.2')).toMatchObject({ path: 'week.csv', state: 'ok' });
});

test('an edit of one changes that one alone', async () => {
  await using followed = await followFolder((folder) => writeFile(folder.at('week.csv'), BOTH));
  const before = followed.changes.length;
  await writeFile(followed.folder.at('week.csv'), BOTH.replace('Nice', 'Metz'));
  await until(
    () => followed.cells('week.2')?.[1]?.[1],
    (town) => town === 'Metz',
  );
  const told = followed.changes.slice(before);
  expect(told.map((change) => [change.kind, change.kind === 'changed' && change.entry.name])).toEqual([
    ['changed', 'week.2'],
  ]);
});

test('the second goes and returns with its lines, and both with the file', async () => {
  await using followed = await followFolder((folder) => writeFile(folder.at('week.csv'), BOTH));
  await writeFile(followed.folder.at('week.csv'), FRUIT);
  await holds(followed, 'week');
  await writeFile(followed.folder.at('week.csv'), BOTH);
  await holds(followed, 'week', 'week.2');
  await rm(followed.folder.at('week.csv'));
  await holds(followed);
});

test('a file of the name comes first; the table below is listed, and back when the file is gone', async () => {
  await using followed = await followFolder((folder) => writeFile(folder.at('week.csv'), BOTH));
  await writeFile(followed.folder.at('week.2.csv'), 'a,b\n1,2\n');
  await until(
    () => followed.catalog.current().tables.get('week.2')?.path,
    (path) => path === 'week.2.csv',
  );
  await until(
    () => followed.catalog.current().rejected,
    (rejected) => rejected.length === 1,
  );
  expect(followed.catalog.current().rejected[0]).toMatchObject({
    path: 'week.csv',
    name: 'week.2',
    code: 'name-collision',
  });
  await rename(followed.folder.at('week.2.csv'), followed.folder.at('other.csv'));
  await until(
    () => followed.catalog.current().tables.get('week.2')?.path,
    (path) => path === 'week.csv',
  );
  expect(namesOf(followed)).toEqual(['other', 'week', 'week.2']);
  await until(
    () => followed.catalog.current().rejected,
    (rejected) => rejected.length === 0,
  );
});

test('a file that cannot be read leaves both stale', async () => {
  await using followed = await followFolder((folder) => writeFile(folder.at('week.csv'), BOTH));
  await writeFile(followed.folder.at('week.csv'), Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1'));
  const states = () => ['week', 'week.2'].map((name) => followed.catalog.current().tables.get(name)?.state);
  await until(states, (found) => found.every((state) => state === 'stale'));
  await writeFile(followed.folder.at('week.csv'), BOTH);
  await until(states, (found) => found.every((state) => state === 'ok'));
});
