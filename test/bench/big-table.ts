// A generated file of 1,000,000 rows and about 100 MB: the same bytes in every run.

import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';

export const BIG_ROWS = 1_000_000;

const COUNTRIES = ['France', 'Germany', 'Spain', 'Italy', 'Namibia', 'Japan'];
const CITIES = ['Paris', 'Berlin', 'Madrid', 'Rome', 'Windhoek', 'Tokyo', 'Lyon', 'Osaka'];
const HEADER = 'id,customer,country,city,amount,quantity,paid,ordered,shipped_at,note\n';

/** mulberry32: small, and the same everywhere. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function* chunks(rows: number): Generator<string> {
  const random = randomNumbers(42);
  let chunk = HEADER;
  for (let id = 1; id <= rows; id++) {
    const time = new Date(1.5e12 + Math.floor(random() * 2e11)).toISOString();
    const note =
      id % 17 === 0 ? '"late, but paid in full"' : id % 5 === 0 ? '' : `note ${Math.floor(random() * 1e6)}`;
    const place = `${COUNTRIES[id % 6]},${CITIES[Math.floor(random() * 8)]}`;
    const sums = `${(random() * 1000).toFixed(2)},${Math.floor(random() * 100)},${random() < 0.5}`;
    chunk += `${id},customer ${Math.floor(random() * 50_000)},${place},${sums},${time.slice(0, 10)},${time.slice(0, 19)}Z,${note}\n`;
    if (chunk.length < 1 << 16) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/** @returns a folder that holds `big.csv` and nothing else; made on first use and kept in the temporary folder */
export async function bigTableFolder(): Promise<string> {
  const folder = join(tmpdir(), 'rowcast-bench-1');
  const path = join(folder, 'big.csv');
  if (existsSync(path)) return folder;
  await mkdir(folder, { recursive: true });
  await pipeline(Readable.from(chunks(BIG_ROWS)), createWriteStream(`${path}.tmp`));
  await rename(`${path}.tmp`, path);
  return folder;
}

const SMALL_ROWS = 10_000;

/** @returns a fresh folder that holds `small.csv`, 10,000 rows, and the path of the same rows as json-server has them */
export async function smallTableFolder(): Promise<{ folder: string; database: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rowcast-bench-small-'));
  const text = [...chunks(SMALL_ROWS)].join('');
  await writeFile(join(folder, 'small.csv'), text);
  const [header, ...rows] = parse(text) as [string[], ...string[][]];
  const small = rows.map((cells) =>
    Object.fromEntries(
      header.map((name, index) => {
        const cell = cells[index] as string;
        return [name, name !== 'id' && cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell];
      }),
    ),
  );
  const database = join(folder, 'database.json');
  await writeFile(database, JSON.stringify({ small }));
  return { folder, database };
}
