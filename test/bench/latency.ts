// How long it takes from dropping a file to its first row, and from saving an edit to its event.

import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { median, startRowcast } from './processes.ts';

const ROUNDS = 11;

export async function* benchLatency(): AsyncGenerator<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rowcast-bench-'));
  await using rowcast = await startRowcast(folder);
  const socket = new WebSocket(`${rowcast.url.replace('http', 'ws')}/ws`);
  await once(socket, 'message');
  const drops: number[] = [];
  const saves: number[] = [];
  const renames: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const path = join(folder, `t${round}.csv`);
    drops.push(
      await timed(
        () => writeFile(path, 'id,name\n1,a\n'),
        () => firstRow(`${rowcast.url}/api/t${round}/1`),
      ),
    );
    const next = () => nextChange(socket);
    saves.push(await timed(() => writeFile(path, 'id,name\n1,b\n'), next));
    await writeFile(`${path}.tmp`, 'id,name\n1,c\n');
    renames.push(await timed(() => rename(`${path}.tmp`, path), next));
  }
  socket.close();
  await rm(folder, { recursive: true });
  const line = (what: string, times: number[]) =>
    `${what}: p50 ${median(times).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms`;
  yield line('from dropping a file to its first row', drops);
  yield line('from saving in place to the event', saves);
  yield line('from renaming over to the event', renames);
}

async function timed(act: () => Promise<void>, happens: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const happened = happens();
  await act();
  await happened;
  return performance.now() - began;
}

async function nextChange(socket: WebSocket): Promise<void> {
  for (;;) {
    const [frame] = await once(socket, 'message');
    if (JSON.parse(String(frame)).type === 'rowcast.table.changed') return;
  }
}

async function firstRow(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (answer.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
