// Loading a file of 1,000,000 rows: against csv-parse alone counting its records; and how long other requests take
// meanwhile.

import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bigTableFolder } from './big-table.ts';
import { measure, median, startRowcast } from './processes.ts';

const ROUNDS = 3;

type Measured = Readonly<{ seconds: number; peakMegabytes: number }>;

export async function* benchLoad(): AsyncGenerator<string> {
  const folder = await bigTableFolder();
  const path = join(folder, 'big.csv');
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await measure('./load-rowcast.ts', [folder]));
    theirs.push(await measure('./load-csv-parse.ts', [path]));
  }
  for (const figure of ['seconds', 'peakMegabytes'] as const) {
    const [a, b] = [ours, theirs].map((runs) => median(runs.map((run) => run[figure]))) as [number, number];
    const ratio = median(ours.map((run, round) => run[figure] / (theirs[round] as Measured)[figure])).toFixed(
      2,
    );
    yield `load, ${figure}: ${a.toFixed(2)}, csv-parse alone ${b.toFixed(2)}, ratio ${ratio}`;
  }
  yield await slowestDuringLoad(path);
}

async function slowestDuringLoad(path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rowcast-bench-'));
  await writeFile(join(folder, 'small.csv'), 'id,name\n1,a\n2,b\n');
  await using rowcast = await startRowcast(folder);
  await copyFile(path, join(folder, 'big.tmp'));
  const times: number[] = [];
  await rename(join(folder, 'big.tmp'), join(folder, 'big.csv'));
  const began = performance.now();
  for (;;) {
    const asked = performance.now();
    const answer = await fetch(`${rowcast.url}/api/small/1`);
    await answer.arrayBuffer();
    times.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (times.length % 50 !== 0) continue;
    const loaded = await fetch(`${rowcast.url}/tables/big`);
    await loaded.arrayBuffer();
    if (loaded.status === 200) break;
  }
  const seconds = (performance.now() - began) / 1000;
  await rm(folder, { recursive: true });
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] as number).toFixed(1);
  return `requests during the load (${seconds.toFixed(1)} s, ${times.length} requests): p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`;
}
