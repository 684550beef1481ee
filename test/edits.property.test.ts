// Whatever sequence of edits is made on a file: once it is quiet, the rows served, the changes folded and an
// independent parse of the bytes agree.

import { readFileSync } from 'node:fs';
import { appendFile, open, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from './support/fold.ts';
import { pass, until } from './support/folder.ts';
import { type Followed, followFolder } from './support/ingest.ts';

const word = fc.constantFrom('a', 'b', 'Zoé', 'x,y', 'say "hi"', 'two\nlines', '01', '1.50', '7', 'NA');
const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), word, word), { maxLength: 8 });

type Row = readonly [number, string, string];
const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const lines = (list: readonly Row[]) => list.map(([id, a, b]) => `${id},${quote(a)},${quote(b)}\n`).join('');
const text = (list: readonly Row[]) => `id,first,second\n${lines(list)}`;

const edit = fc.oneof(
  fc.record({
    how: fc.constantFrom('write', 'rename', 'recreate', 'chunks', 'truncate', 'append', 'damage'),
    rows,
  }),
  fc.record({ how: fc.constant('touch' as const), rows: fc.constant([]) }),
);
const step = fc.record({ edit, pause: fc.constantFrom(0, 0, 5, 30, 130) });

async function perform(
  followed: Followed,
  { how, rows: list }: { how: string; rows: readonly Row[] },
): Promise<void> {
  const path = followed.folder.at('t.csv');
  const content = text(list);
  if (how === 'write') await writeFile(path, content);
  if (how === 'append') await appendFile(path, lines(list));
  if (how === 'damage') await writeFile(path, `${content}9,"never closed,x\n`);
  if (how === 'touch') await utimes(path, new Date(), new Date());
  if (how === 'rename') {
    await writeFile(`${path}.tmp`, content);
    await rename(`${path}.tmp`, path);
  }
  if (how === 'recreate') {
    await rm(path);
    await writeFile(path, content);
  }
  if (how === 'truncate') {
    await truncate(path, 0);
    await pass(20);
    await writeFile(path, content);
  }
  if (how === 'chunks') {
    const file = await open(path, 'w');
    for (let at = 0; at < content.length; at += 40) {
      await file.write(content.slice(at, at + 40));
      await pass(8);
    }
    await file.close();
  }
}

test('rows, folded changes and the bytes agree', { timeout: 120_000 }, async () => {
  const sequence = fc.asyncProperty(
    rows,
    fc.array(step, { minLength: 1, maxLength: 7 }),
    rows,
    async (first, steps, last) => {
      await using followed = await followFolder((folder) => writeFile(folder.at('t.csv'), text(first)));
      for (const { edit: made, pause } of steps) {
        await perform(followed, made);
        await pass(pause);
      }
      await perform(followed, { how: 'write', rows: last });
      const path = followed.folder.at('t.csv');
      const expected = parse(readFileSync(path)).slice(1);
      // The rows before may be the very same ones, and stale still.
      await until(
        () => ({ cells: followed.cells('t'), state: followed.catalog.current().tables.get('t')?.state }),
        ({ cells, state }) => state === 'ok' && JSON.stringify(cells) === JSON.stringify(expected),
        3000,
      );
      const entry = followed.catalog.current().tables.get('t');
      const held = [...(fold(followed.changes).get('t') ?? [])].map((cells) => JSON.stringify(cells));
      const served = (followed.cells('t') ?? []).map((cells) => JSON.stringify(cells));
      const isKeyed = entry?.table?.key.mode === 'field';
      expect(isKeyed ? held.sort() : held).toEqual(isKeyed ? served.sort() : served);
    },
  );
  await fc.assert(sequence, { numRuns: 25 });
});
