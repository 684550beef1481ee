// 1,000 edits a second for 10 seconds, nothing lost: of the catalog, then of files.

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clients } from './feed-clients.ts';
import { CROWD } from './feed-fan-out.ts';
import { startPart } from './feed-part.ts';
import type { Rowcast } from './feed-rowcast.ts';
import { startRowcast } from './processes.ts';

const PER_SECOND = 1000;
const SECONDS = 10;
const READERS = 20;
const ROWS = 100;

/** An edit is a table of 100 rows built from its cells, one row differing, and put into the catalog. */
export async function* benchRush(): AsyncGenerator<string> {
  await using rowcast = startPart<Rowcast>('./feed-rowcast.ts');
  await using crowd = startPart<Clients>('./feed-clients.ts');
  await rowcast.ask('prepare', { name: 'clubs', rows: ROWS, edited: 1 });
  const count = PER_SECOND * SECONDS;
  const { port } = await rowcast.ask('listen');
  await crowd.ask('connect', { ...CROWD, port, sockets: READERS, keepsText: true });
  // The first build is what is there already: no event.
  await crowd.ask('aim', READERS * (count - 1));
  const pace = { count, everyMs: 1000 / PER_SECOND };
  const { cpuMs, lasted, version } = await rowcast.ask('builds', { name: 'clubs', rows: ROWS, ...pace });
  const reached = await Promise.race([crowd.ask('reached').then(() => true), delay(10_000, false)]);
  const chains = await crowd.ask('chains');
  const isWhole = ({ events, breaks, last }: (typeof chains)[number]) =>
    reached && events === count - 1 && breaks === 0 && last === version;
  const whole = chains.filter(isWhole).length;
  yield `${PER_SECOND} edits a second for ${(lasted / 1000).toFixed(1)} s (${ROWS} rows, built and applied): ${whole} of ${READERS} sockets have all ${count - 1} events in order; server CPU ${((cpuMs / lasted) * 100).toFixed(0)} %`;
  if (whole < READERS) yield `  lost: ${JSON.stringify(chains.find((chain) => !isWhole(chain)))}`;
}

const FILES = 100;

/** An edit is a file of 10 rows renamed over one of 100 files. */
export async function* benchFileRush(): AsyncGenerator<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rowcast-bench-'));
  const path = (file: number) => join(folder, `t${file}.csv`);
  const content = (edit: number) =>
    `id,n\n${Array.from({ length: 10 }, (_, row) => `${row},${row === edit % 10 ? edit : 0}\n`).join('')}`;
  for (let file = 0; file < FILES; file++) await writeFile(path(file), content(0));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true }));
  await using rowcast = await startRowcast(folder);
  await using crowd = startPart<Clients>('./feed-clients.ts');
  const port = Number(new URL(rowcast.url).port);
  const paths = Array.from({ length: FILES }, (_, file) => `/ws?table=t${file}`);
  await crowd.ask('connect', { ...CROWD, port, paths, sockets: FILES, keepsText: true });
  const began = performance.now();
  for (let done = 0; done < PER_SECOND * SECONDS; ) {
    const due = Math.floor(((performance.now() - began) / 1000) * PER_SECOND) + 1;
    for (; done < Math.min(due, PER_SECOND * SECONDS); done++) {
      await writeFile(`${path(done % FILES)}.tmp`, content(done + 1));
      await rename(`${path(done % FILES)}.tmp`, path(done % FILES));
    }
    await delay(1);
  }
  const lasted = (performance.now() - began) / 1000;
  const wait = await untilLast(rowcast.url, crowd);
  const chains = await crowd.ask('chains');
  const events = chains.reduce((sum, chain) => sum + chain.events, 0);
  const breaks = chains.reduce((sum, chain) => sum + chain.breaks, 0);
  yield `${((PER_SECOND * SECONDS) / lasted).toFixed(0)} renames a second over ${FILES} files for ${lasted.toFixed(1)} s: ${events} events, ${breaks} breaks in their chains of versions, all ${FILES} at the last version ${wait}`;
}

/** Waits until every socket was told the version that its table has, which must be that of the last edit. */
async function untilLast(
  url: string,
  crowd: { ask: (name: 'chains') => Promise<readonly { last: string }[]> },
): Promise<string> {
  const began = performance.now();
  const last = PER_SECOND * SECONDS;
  for (;;) {
    const chains = await crowd.ask('chains');
    const isThere = await Promise.all(
      chains.map(async (chain, file) => {
        const answer = await fetch(`${url}/api/t${file}`);
        const rows = (await answer.json()) as { n: number }[];
        const edit = last - FILES + file + 1;
        return answer.headers.get('table-version') === chain.last && rows.some(({ n }) => n === edit);
      }),
    );
    const late = isThere.filter((is) => !is).length;
    const waited = performance.now() - began;
    if (late === 0) return `within ${(waited / 1000).toFixed(1)} s of the last edit`;
    if (waited > 15_000) return `: NOT, ${late} are not`;
    await delay(50);
  }
}
