// Whatever is edited, and whoever comes, goes, is slow and comes back: a client that folds what it is told holds the
// rows of the version that it was told, or was told to read again.

import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { type Table, tableOf } from '../src/table/table.ts';
import { FeedPerson, type Kind, type Where } from './support/feed-crowd.ts';
import type { Wanted } from './support/feed-follower.ts';
import { FACTS } from './support/file-facts.ts';
import { temporaryFolder } from './support/folder.ts';

/** FEED_SEED=… and FEED_RUNS=… look further, or once more at what was found; FEED_SHRINK=0 stops there. */
const SEED = Number(process.env.FEED_SEED ?? 4);
const RUNS = Number(process.env.FEED_RUNS ?? 0);
const QUIET_MS = 3000;

const TABLES = ['t', 'u'];
const KINDS: readonly Kind[] = ['frames', 'frames', 'socket', 'stream'];
const ALL_KEPT = { bytes: 256 * 1024 * 1024, ageMs: 3_600_000 };
const LITTLE_KEPT = { bytes: 12_000, ageMs: 3_600_000 };

/** What is poured at once, and not twice as much. */
const SOME_KEPT = { bytes: 40_000_000, ageMs: 3_600_000 };
const FOLLOWED: Wanted = { table: 't', events: null, changes: 'rows' };

type Cells = readonly (string | null)[];
type Content = Readonly<{ header: readonly string[]; rows: readonly Cells[] }>;

const word = fc.constantFrom('x', 'y', 'X', 'é', 'say "hi"', null);
const amount = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('1', '2', '3', null) },
  { weight: 1, arbitrary: fc.constantFrom('1.5', '1.50', 'NA', 'x', 'true') },
);
const header = fc.oneof(
  { weight: 20, arbitrary: fc.constant(['id', 'a', 'n']) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(['id', 'n', 'a'], ['id', 'a'], ['id', 'a', 'n', 'b'], ['n', 'a', 'id']),
  },
);

/** Rows with an id; where one stands twice, the row number is the key. */
const keyed = fc
  .tuple(
    header,
    fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 6 }), word, amount), {
      selector: ([id]) => id,
      minLength: 1,
      maxLength: 6,
    }),
    fc.oneof({ weight: 30, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('k') }),
    fc.boolean(),
  )
  .map(([names, rows, prefix, isSorted]): Content => {
    const list = isSorted ? rows.toSorted(([a], [b]) => a - b) : rows;
    return { header: names, rows: list.map(([id, a, n]) => cellsFor(names, `${prefix}${id}`, a, n)) };
  });
const numbered = fc
  .array(fc.tuple(fc.constantFrom('1', '1', '2'), word, amount), { maxLength: 6 })
  .map((rows): Content => ({ header: ['id', 'a', 'n'], rows: [['1', 'x', '1'], ['1', 'y', '2'], ...rows] }));
const huge = fc.constantFrom(1, 2).map(
  (n): Content => ({
    header: ['id', 'a', 'n'],
    rows: Array.from({ length: 1001 }, (_, i) => [String(i), 'x', String(n)]),
  }),
);
/** Written `p*300000`, so that a counterexample can be read. */
const long = fc.constantFrom('p', 'q').map(
  (letter): Content => ({
    header: ['id', 'a', 'n'],
    rows: [
      ['1', `${letter}*300000`, '1'],
      ['2', 'x', '2'],
    ],
  }),
);
/** Mostly `t` has a key and `u` has none: where that changes, nothing is told row by row. */
const content = (usual: fc.Arbitrary<Content>, other: fc.Arbitrary<Content>) =>
  fc.oneof(
    { weight: 24, arbitrary: usual },
    { weight: 1, arbitrary: other },
    { weight: 1, arbitrary: fc.oneof(huge, long) },
    { weight: 1, arbitrary: fc.constant<Content>({ header: ['id', 'a', 'n'], rows: [] }) },
  );
const contents = fc.oneof(
  { weight: 3, arbitrary: fc.record({ table: fc.constant('t'), content: content(keyed, numbered) }) },
  { weight: 2, arbitrary: fc.record({ table: fc.constant('u'), content: content(numbered, keyed) }) },
);

function cellsFor(names: readonly string[], id: string, a: string | null, n: string | null): Cells {
  return names.map((name) => (name === 'id' ? id : name === 'a' ? a : name === 'n' ? n : 'b'));
}

const query = fc.constantFrom(
  '',
  'a=x',
  'n=1',
  'n__gt=1',
  'a=x&n__lt=3',
  'a__in=x,y',
  'a__icontains=x',
  'n__isnull=true',
  '_q=x',
  'id=2',
  '_fields=a',
  'n=1&_fields=id,a',
  '_types=string',
  '_where=%7B%22not%22%3A%7B%22a%22%3A%22x%22%7D%7D',
  'b=b',
  'nowhere=1',
);
const where = fc.constantFrom<object>(
  {},
  { a: 'x' },
  { n: 1 },
  { a: null },
  { n: { gt: 1 } },
  { or: [{ a: 'x' }, { n: 2 }] },
  { not: { a: 'x' } },
  { a: 'x', n: 1 },
  { id: 2 },
);
const fields = fc.constantFrom(['a'], ['n', 'id'], ['id'], ['n']);
const rest = fc.record({
  table: fc.constantFrom(...TABLES),
  events: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(['changed'], ['added', 'removed'], ['schemaChanged', 'changed']),
    },
  ),
  changes: fc.constantFrom<('rows' | 'counts')[]>('rows', 'rows', 'rows', 'counts'),
});
const wanted: fc.Arbitrary<Wanted> = fc.oneof(
  rest,
  rest.map((all) => ({ ...all, table: '*' })),
  fc.tuple(rest, query).map(([all, text]) => ({ ...all, query: text })),
  fc.tuple(rest, where).map(([all, tree]) => ({ ...all, where: tree })),
  fc.tuple(rest, fields).map(([all, names]) => ({ ...all, fields: names })),
  fc.tuple(rest, where, fields).map(([all, tree, names]) => ({ ...all, where: tree, fields: names })),
);

const who = fc.nat({ max: KINDS.length - 1 });
const table = fc.constantFrom(...TABLES);
const step = fc.oneof(
  { weight: 14, arbitrary: contents.map((made) => ({ do: 'edit', ...made })) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('remove', 'reject'), table }) },
  { weight: 1, arbitrary: contents.map((made) => ({ do: 'rename', ...made })) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('follow'), who, wanted, snapshot: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unfollow'), who, nth: fc.nat({ max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('connect'), who, back: fc.constantFrom(0, 0, 1, 3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop'), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle') }) },
);
type Step = Readonly<{
  do: string;
  table?: string;
  content?: Content;
  who?: number;
  wanted?: Wanted;
  snapshot?: boolean;
  nth?: number;
  back?: number;
}>;
/** What comes between two steps: nothing, one turn of the loop, or a while in which frames arrive. */
const pause = fc.constantFrom('none', 'none', 'turn', 'while');

function longText(cell: string | null): string | null {
  const [, letter = '', times] = /^(.)\*(\d+)$/.exec(cell ?? '') ?? [];
  return times === undefined ? cell : letter.repeat(Number(times));
}

type Session = Readonly<{
  perform: (step: Step) => Promise<void>;
  restart: () => Promise<void>;
  /** Edits more than may wait for clients that do not read: all of them, or one that comes back just then. */
  pour: () => Promise<void>;
  pourOnReturn: () => Promise<void>;
  settle: () => Promise<void>;
  tally: Map<string, number>;
  [Symbol.asyncDispose]: () => Promise<void>;
}>;

async function openSession(history: { bytes: number; ageMs: number }): Promise<Session> {
  const folder = await temporaryFolder();
  await mkdir(folder.path);
  const versions = new Map<string, Table>();
  const versionOf = (name: string, version: string) => {
    const found = versions.get(`${name} ${version}`);
    if (found === undefined) throw new Error(`${name} never had the version ${version}`);
    return found;
  };
  const people = KINDS.map((kind) => new FeedPerson(kind, versionOf));
  const tally = new Map<string, number>();
  let app: FastifyInstance;
  let place: Where;

  const start = async (tables: ReadonlyMap<string, Table>) => {
    const contracts = folder.at('contracts');
    app = await buildApp({ folder: folder.path, contracts, host: '127.0.0.1', port: 0, history });
    app.rowcast.catalog.subscribe((change) => {
      if (change.kind === 'added' || change.kind === 'changed')
        versions.set(`${change.entry.name} ${change.entry.table.version}`, change.entry.table);
    });
    for (const [name, made] of tables) load(name, made);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const epoch = app.rowcast.catalog.current().tag.split('-')[0] as string;
    place = { address, epoch, keepsAll: history === ALL_KEPT };
  };
  const load = (name: string, made: Table) =>
    app.rowcast.catalog.apply({ kind: 'loaded', name, path: `${name}.csv`, table: made, file: FACTS });
  await start(new Map());

  const perform = async (made: Step) => {
    const { catalog } = app.rowcast;
    const person = people[made.who ?? 0] as FeedPerson;
    const name = made.table ?? '';
    const next =
      made.content &&
      tableOf(
        made.content.header,
        made.content.rows.map((row) => row.map(longText)),
      );
    if (made.do === 'edit' && next) load(name, next);
    if (made.do === 'remove') catalog.apply({ kind: 'removed', name });
    if (made.do === 'rename' && next) {
      catalog.apply({ kind: 'removed', name });
      load(name, next);
    }
    if (made.do === 'reject') {
      const rejection = { code: 'malformed', reason: 'A quote is never closed.', line: 2 };
      catalog.apply({ kind: 'rejected', name, path: `${name}.csv`, rejection });
    }
    if (made.do === 'follow' && person.followers.size < 5)
      person.follow(made.wanted as Wanted, place, made.snapshot === true);
    if (made.do === 'unfollow') person.unfollow(made.nth ?? 0);
    if (made.do === 'connect') await person.connect(place, made.back);
    if (made.do === 'drop') person.drop();
    if (made.do === 'settle') await settle();
  };

  /** Waits until everybody who is connected holds what there is. */
  const settle = async () => {
    const end = performance.now() + QUIET_MS;
    for (;;) {
      const late = findLate();
      const failures = people.flatMap((person) =>
        person.failures.map((failure) => journalOf(person, failure)),
      );
      if (failures.length > 0) throw new Error(failures[0]);
      if (late === null) break;
      if (performance.now() > end) throw new Error(`not in time: ${late}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await Promise.all(people.map((person) => person.ping()));
    const failed = people.find((person) => person.failures.length > 0);
    if (failed !== undefined) throw new Error(journalOf(failed, failed.failures[0] as string));
  };
  const findLate = (): string | null => {
    const { tables } = app.rowcast.catalog.current();
    for (const person of people.filter(({ isConnected }) => isConnected)) {
      if (!person.isAnswered) return journalOf(person, 'a reply is missing');
      for (const follower of person.followers.values()) {
        const names = follower.isOfAll ? TABLES : [follower.wanted.table];
        for (const name of names) {
          try {
            follower.isUpToDate(name, tables.get(name)?.position ?? null);
          } catch (error) {
            return journalOf(person, `${follower.id}, ${name}: ${(error as Error).message}`);
          }
        }
      }
    }
    return null;
  };
  const stop = async () => {
    for (const person of people) person.drop();
    await app.close();
  };

  const pourEdits = async (edits: number) => {
    for (let edit = 0; edit < edits; edit++) {
      const text = `${edit} ${'p'.repeat(200_000)}`;
      load(
        't',
        tableOf(
          ['id', 'a', 'n'],
          [
            ['1', text, '1'],
            ['2', 'x', '2'],
          ],
        ),
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return {
    perform,
    settle,
    tally,
    async restart() {
      const { tables } = app.rowcast.catalog.current();
      const kept = [...tables.values()].flatMap((entry) =>
        entry.table === null ? [] : [[entry.name, entry.table] as const],
      );
      await stop();
      await start(new Map(kept));
    },
    async pour() {
      const [person] = people as [FeedPerson];
      person.follow(FOLLOWED, place, false);
      await person.connect(place);
      await person.ping();
      for (const each of people) each.pause(true);
      await pourEdits(60);
      for (const each of people) each.pause(false);
    },
    async pourOnReturn() {
      const [person] = people as [FeedPerson];
      person.follow(FOLLOWED, place, false);
      await person.connect(place);
      await person.ping();
      person.drop();
      await pourEdits(60);
      await person.connect(place);
      person.pause(true);
      await pourEdits(120);
      person.pause(false);
    },
    async [Symbol.asyncDispose]() {
      for (const { followers } of people)
        for (const follower of followers.values())
          for (const [what, count] of follower.tally) tally.set(what, (tally.get(what) ?? 0) + count);
      await stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function journalOf({ kind, journal }: FeedPerson, failure: string): string {
  const lines = journal.slice(-25).map((line) => line.slice(0, 700));
  return `${failure}\n${kind}:\n${lines.join('\n')}`;
}

/** What happened in all runs together: a test in which something never happens does not test it. */
const total = new Map<string, number>();
const add = (tally: ReadonlyMap<string, number>) => {
  for (const [what, count] of tally) total.set(what, (total.get(what) ?? 0) + count);
};

async function run(
  history: { bytes: number; ageMs: number },
  steps: readonly (readonly [Step, string])[],
  between: (session: Session, index: number) => Promise<void> = async () => {},
): Promise<void> {
  const session = await openSession(history);
  try {
    for (const [index, [made, rest]] of steps.entries()) {
      await session.perform(made);
      if (rest === 'turn') await new Promise((resolve) => setImmediate(resolve));
      if (rest === 'while') await new Promise((resolve) => setTimeout(resolve, 3));
      await between(session, index);
    }
    for (let number = 0; number < KINDS.length; number++)
      await session.perform({ do: 'connect', who: number });
    await session.settle();
  } finally {
    await session[Symbol.asyncDispose]();
    add(session.tally);
  }
}

/** Most are there from the start. */
const begun = fc
  .array(wanted, { maxLength: 8 })
  .map((all) => [
    ...KINDS.map((_, number): [Step, string] => [{ do: 'connect', who: number }, 'none']),
    ...all.map((each, at): [Step, string] => [
      { do: 'follow', who: at % KINDS.length, wanted: each },
      'none',
    ]),
    ...KINDS.map((_, number): [Step, string] => [{ do: 'connect', who: number }, 'none']),
  ]);
const lived = fc.array(fc.tuple(step as fc.Arbitrary<Step>, pause), {
  minLength: 1,
  maxLength: 60,
  size: 'max',
});
const first: [Step, string][] = TABLES.map((name) => [
  {
    do: 'edit',
    table: name,
    content: {
      header: ['id', 'a', 'n'],
      rows: [
        ['1', 'x', '1'],
        ['2', 'y', '2'],
      ],
    },
  },
  'none',
]);
const steps = fc.tuple(begun, lived).map(([all, more]) => [...first, ...all, ...more]);
const settings = (runs: number) => ({
  seed: SEED,
  numRuns: RUNS || runs,
  endOnFailure: process.env.FEED_SHRINK === '0',
});

describe('who folds what the feed tells holds the rows', { timeout: 120_000 }, () => {
  test('where all of the past is kept, coming back recovers', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (list) => run(ALL_KEPT, list)),
      settings(60),
    );
  });

  test('where little is kept, or was told to read again', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (list) => run(LITTLE_KEPT, list)),
      settings(60),
    );
  });

  test('across restarts of the server', async () => {
    const property = fc.asyncProperty(steps, fc.nat({ max: 40 }), (list, at) =>
      run(ALL_KEPT, list, async (session, index) => {
        if (index === at || index === at + 10) await session.restart();
      }),
    );
    await fc.assert(property, settings(40));
  });

  test.each([
    ['does not read for a while', ALL_KEPT, 'pour'],
    ['comes back and does not read what it missed', SOME_KEPT, 'pourOnReturn'],
  ] as const)('also who %s', async (_, history, pour) => {
    const property = fc.asyncProperty(steps, fc.nat({ max: 20 }), (list, at) =>
      run(history, list, async (session, index) => {
        if (index === Math.min(at, list.length - 1)) await session[pour]();
      }),
    );
    await fc.assert(property, settings(3));
  });

  test('and all of it happened', () => {
    const whats = [
      ...[
        'added',
        'changed',
        'removed',
        'schemaChanged',
        'rejected',
        'recovered',
        'snapshot',

        'folded',
      ],
      ...[
        'truncated: key',
        'truncated: schema',
        'truncated: size',
        'lost: evicted',
        'enter',
        'leave',
        'resync: slow',
        'resync: evicted',
      ],
    ];
    expect(whats.filter((what) => !total.has(what))).toEqual([]);
  });
});
