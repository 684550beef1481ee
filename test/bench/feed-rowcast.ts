// Rowcast with a catalog that is edited from within: what the feed costs, without the cost of reading files.

import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { buildApp } from '../../src/app.ts';
import { diffTables, type TableDiff } from '../../src/table/diff.ts';
import { type Table, tableOf } from '../../src/table/table.ts';
import { FACTS } from '../support/file-facts.ts';
import { HISTORY } from '../support/history.ts';
import { answerWith, held, now, spent } from './feed-part.ts';

const HEADER = ['id', 'club', 'members', 'about'];

const folder = await mkdtemp(join(tmpdir(), 'rowcast-bench-'));
process.once('exit', () => void rm(folder, { recursive: true, force: true }));
const config = { folder, contracts: join(folder, 'none'), host: '127.0.0.1', port: 0, history: HISTORY };
const app = await buildApp(config);
const { catalog } = app.rowcast;

/** A table of clubs `c0`, `c1`, … whose first `edited` rows have changed so many times. */
function clubs(rows: number, edited: number, times: number): Table {
  const cells = Array.from({ length: rows }, (_, row) => {
    const members = row < edited ? times : 0;
    return [String(row + 1), `c${row}`, String(members), 'Meets on Tuesdays in the old library.'];
  });
  return tableOf(HEADER, cells);
}

function load(name: string, table: Table, diff?: TableDiff): void {
  const outcome = { kind: 'loaded', name, path: `${name}.csv`, table, file: FACTS } as const;
  catalog.apply(diff === undefined ? outcome : { ...outcome, diff });
}

/** Two versions of a table and both ways between them, made beforehand: an edit costs a swap and the feed. */
type Swing = { tables: readonly [Table, Table]; diffs: readonly [TableDiff, TableDiff]; side: 0 | 1 };
const swings = new Map<string, Swing>();

function swing(name: string): void {
  const made = swings.get(name) as Swing;
  made.side = made.side === 0 ? 1 : 0;
  load(name, made.tables[made.side], made.diffs[made.side]);
}

const abilities = {
  async listen() {
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port };
  },
  /** Loads a table that swings between two versions; `edited` of its rows, the first ones, differ. */
  prepare({ name, rows, edited }: { name: string; rows: number; edited: number }) {
    const tables = [clubs(rows, edited, 1), clubs(rows, edited, 2)] as const;
    const diffs = [diffTables(tables[1], tables[0]), diffTables(tables[0], tables[1])] as const;
    swings.set(name, { tables, diffs, side: 0 });
    load(name, tables[0]);
  },
  /** One edit. @returns when it was made, and how long the caller was kept */
  edit(name: string) {
    const at = now();
    swing(name);
    return { at, took: now() - at };
  },
  /** Edits one after the other, `everyMs` apart (0: one in each turn of the loop). @returns what they cost, with what they made happen until `restMs` after */
  async edits({ name, count, everyMs, restMs }: Pace & { name: string }) {
    const [began, { cpuMs }] = [now(), spent()];
    await paced(count, everyMs, () => swing(name));
    const lasted = now() - began;
    await delay(restMs);
    return { cpuMs: spent().cpuMs - cpuMs, lasted };
  },
  /** Edits of which each makes a table of its own, as reading a file does. */
  async builds({ name, rows, count, everyMs }: Omit<Pace, 'restMs'> & { name: string; rows: number }) {
    const [began, { cpuMs }] = [now(), spent()];
    let built = 0;
    await paced(count, everyMs, () => load(name, clubs(rows, 1, ++built)));
    return { cpuMs: spent().cpuMs - cpuMs, lasted: now() - began, version: versionOf(name) };
  },
  spent,
  held,
};
export type Rowcast = typeof abilities;

type Pace = Readonly<{ count: number; everyMs: number; restMs: number }>;

/** Does something `count` times at its moments, or in each turn of the loop; what is late is made up for at once. */
async function paced(count: number, everyMs: number, act: () => void): Promise<void> {
  const began = now();
  if (everyMs === 0) {
    for (let done = 0; done < count; done++) {
      act();
      await immediate();
    }
    return;
  }
  for (let done = 0; done < count; ) {
    const due = Math.min(count, Math.floor((now() - began) / everyMs) + 1);
    while (done < due) {
      act();
      done++;
    }
    await delay(1);
  }
}

function versionOf(name: string): string {
  return catalog.current().tables.get(name)?.table?.version ?? '';
}

answerWith(abilities);
