// Facets, statistics and groups of random tables against naive counting.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIndexStore } from '../src/indexing/index-store.ts';
import { NO_INDEXES } from '../src/query/indexes.ts';
import { neededIndexes } from '../src/query/needs.ts';
import { type Aggregate, EVERYTHING, type Plan, type Predicate, type Summary } from '../src/query/plan.ts';
import { summarize } from '../src/query/summarize.ts';
import { tableOf } from '../src/table/table.ts';
import { FIELDS, type MadeRow, rows, tableFrom } from './support/random-plans.ts';

type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

const columns = fc.nat(FIELDS.length - 1);
const NUMBERS = [0, 1, 2];
const aggregate: fc.Arbitrary<Aggregate> = fc
  .constantFrom(
    'count' as const,
    'sum' as const,
    'mean' as const,
    'min' as const,
    'max' as const,
    'distinct' as const,
  )
  .chain((fn) =>
    (fn === 'count'
      ? fc.option(columns)
      : fn === 'sum' || fn === 'mean'
        ? fc.constantFrom(...NUMBERS)
        : fn === 'distinct'
          ? columns
          : fc.constantFrom(...FIELDS.keys().filter((column) => column !== 3))
    ).map((column) => ({ fn, column, name: `${fn}(${column === null ? '' : FIELDS[column]})` })),
  );
/** `n > 0`, or everything. */
const where: fc.Arbitrary<Predicate | null> = fc.option(
  fc.integer({ min: -3, max: 3 }).map((operand) => ({
    kind: 'compare' as const,
    column: 0,
    operator: 'gte' as const,
    operands: [operand],
  })),
);
const page = { limit: fc.option(fc.nat(8)), offset: fc.oneof(fc.constant(0), fc.nat(5)) };

function naiveWhere(all: readonly Row[], predicate: Predicate | null): readonly Row[] {
  if (predicate?.kind !== 'compare') return all;
  return all.filter(({ n }) => n !== null && Number(n) >= Number(predicate.operands[0]));
}

function close(found: unknown, expected: number | null) {
  if (expected === null) expect(found).toBeNull();
  else expect(Math.abs(Number(found) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

/** Runs a plan without indexes and with them: both answers are the same. */
async function answer(parts: Partial<Plan>, made: readonly MadeRow[]) {
  const { table } = tableFrom(made, 0);
  const plan = { ...EVERYTHING, ...parts };
  const store = createIndexStore();
  await store.ensure(table, neededIndexes(plan, table));
  const found = summarize(plan, table, store);
  await store.close();
  expect(found).toEqual(summarize(plan, table, NO_INDEXES));
  return JSON.parse(JSON.stringify(found));
}

function countsOf(cells: readonly Cell[]): { value: Cell; count: number }[] {
  const counts = new Map<Cell, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || compare(a.value, b.value));
}

describe('random summaries equal naive counting', () => {
  test('facets', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows(40),
        where,
        columns,
        fc.record(page),
        async (made, filter, column, { limit, offset }) => {
          const { all } = tableFrom(made, 0);
          const summary: Summary = { kind: 'facet', columns: [column] };
          const { total, body } = await answer({ where: filter, summary, limit, offset }, made);
          const name = FIELDS[column]!;
          const cells = naiveWhere(all, filter).map((row) => row[name] as Cell);
          const values = countsOf(cells);
          const listed = values.slice(offset, offset + (limit ?? 100));
          expect(total).toBe(cells.length);
          expect(body.facets[0]).toMatchObject({
            field: name,
            distinct: values.filter(({ value }) => value !== null).length,
            nulls: cells.filter((cell) => cell === null).length,
            values: listed,
            others: cells.length - listed.reduce((sum, { count }) => sum + count, 0),
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('statistics', async () => {
    await fc.assert(
      fc.asyncProperty(rows(40), where, async (made, filter) => {
        const { all } = tableFrom(made, 0);
        const summary: Summary = { kind: 'stats', columns: FIELDS.map((_, column) => column) };
        const { body } = await answer({ where: filter, summary }, made);
        for (const [column, name] of FIELDS.entries()) {
          const cells = naiveWhere(all, filter).map((row) => row[name] as Cell);
          const present = cells.filter((cell) => cell !== null).sort(compare);
          const stats = body.stats[column];
          expect(stats).toMatchObject({
            field: name,
            count: present.length,
            nulls: cells.length - present.length,
            distinct: new Set(present).size,
            min: present[0] ?? null,
            max: present.at(-1) ?? null,
          });
          if (stats.histogram !== null) {
            expect(stats.histogram.reduce((sum: number, bin: { count: number }) => sum + bin.count, 0)).toBe(
              present.length,
            );
          }
          if (column < 3) {
            const sum = present.reduce((total: number, cell) => total + Number(cell), 0);
            close(stats.sum, present.length === 0 ? null : sum);
            close(stats.mean, present.length === 0 ? null : sum / present.length);
            const at = (present.length - 1) / 2;
            const middle = (Number(present[Math.floor(at)]) + Number(present[Math.ceil(at)])) / 2;
            close(stats.quantiles?.p50 ?? null, present.length === 0 ? null : middle);
            for (const { from, to, count } of stats.histogram ?? []) {
              const isLast = stats.histogram.length === 1;
              const inside = present.filter(
                (cell) => Number(cell) >= from && (Number(cell) < to || (isLast && Number(cell) <= to)),
              );
              expect(inside.length).toBe(count);
            }
          } else if (column === 4 || column === 5) {
            expect(present.includes(stats.quantiles?.p50 ?? present[0])).toBe(present.length > 0);
            for (const { from, to, count } of stats.histogram) {
              expect(present.filter((cell) => String(cell) >= from && String(cell) < to).length).toBe(count);
            }
          } else expect(stats.top).toEqual(countsOf(present).slice(0, 10));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('groups', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows(40),
        where,
        fc.uniqueArray(columns, { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(aggregate, { selector: ({ name }) => name, maxLength: 4 }),
        fc.option(fc.tuple(fc.nat(6), fc.boolean())),
        fc.record(page),
        async (made, filter, by, aggregates, order, { limit, offset }) => {
          const { all } = tableFrom(made, 0);
          const output = order === null ? 0 : order[0] % (by.length + aggregates.length);
          const sort = order === null ? [] : [{ output, isDescending: order[1] }];
          const summary: Summary = { kind: 'group', by, aggregates, having: null, sort };
          const { body, total } = await answer({ where: filter, summary, limit, offset }, made);
          const groups = new Map<string, Row[]>();
          for (const row of naiveWhere(all, filter)) {
            const key = JSON.stringify(by.map((column) => row[FIELDS[column]!]));
            groups.set(key, [...(groups.get(key) ?? []), row]);
          }
          const objects = [...groups.values()].map((members) => {
            const object: Record<string, Cell> = {};
            for (const column of by) object[FIELDS[column]!] = members[0]![FIELDS[column]!] as Cell;
            for (const { fn, column, name } of aggregates) {
              const cells = members.map((row) => (column === null ? true : (row[FIELDS[column]!] as Cell)));
              const present = cells.filter((cell) => cell !== null).sort(compare);
              const sum = present.reduce((sofar: number, cell) => sofar + Number(cell), 0);
              const results = {
                count: present.length,
                distinct: new Set(present).size,
                sum: present.length === 0 ? null : sum,
                mean: present.length === 0 ? null : sum / present.length,
                min: present[0] ?? null,
                max: present.at(-1) ?? null,
              };
              object[name] = results[fn];
            }
            return object;
          });
          const names = [...by.map((column) => FIELDS[column]!), ...aggregates.map(({ name }) => name)];
          const natural = (a: Record<string, Cell>, b: Record<string, Cell>) =>
            by
              .map((column) => compare(a[FIELDS[column]!]!, b[FIELDS[column]!]!))
              .find((sign) => sign !== 0) ?? 0;
          const isRounded = order !== null && /^(sum|mean)/.test(names[output]!);
          objects.sort((a, b) => {
            if (order === null) return natural(a, b);
            const one = a[names[output]!]!;
            const other = b[names[output]!]!;
            const sign = compare(one, other);
            const isNull = one === null || other === null;
            return (order[1] && !isNull ? -sign : sign) || natural(a, b);
          });
          expect(total).toBe(objects.length);
          if (isRounded) return; // the naive sums are rounded, and may tie where these do not
          const expected = objects.slice(offset, limit === null ? undefined : offset + limit);
          expect(body.length).toBe(expected.length);
          for (const [index, object] of expected.entries()) {
            expect(Object.keys(body[index])).toEqual(names);
            for (const name of names) {
              const value = object[name] as Cell;
              if (/^(sum|mean)/.test(name)) close(body[index][name], value as number | null);
              else expect(body[index][name]).toBe(value);
            }
          }
        },
      ),
      { numRuns: 600 },
    );
  });
});

const MONEY = tableOf(
  ['who', 'cents', 'mixed', 'huge', 'day', 'time', '__proto__'],
  [
    ['a', '0.10', '0.1', '9007199254740991', '2024-01-31', '2024-01-31T23:59:59Z', 'x'],
    ['b', '0.20', '0.25', '9007199254740991', '2024-02-01', '2024-02-01T00:00:00Z', 'x'],
    ['a', '0.30', '1e-7', '-9007199254740990', '2024-02-02', '2024-02-01T01:00:00Z', 'y'],
    [null, '0.70', '3', '-1', null, null, null],
  ],
);
const summarized = (summary: Summary, parts: Partial<Plan> = {}) =>
  JSON.parse(JSON.stringify(summarize({ ...EVERYTHING, ...parts, summary }, MONEY).body));

test('decimals are summed as they are written, whole numbers exactly', () => {
  const { stats } = summarized({ kind: 'stats', columns: [1, 2, 3] });
  expect(stats.map(({ sum }: { sum: number }) => sum)).toEqual([1.3, 3.3500001, Number.MAX_SAFE_INTEGER]);
});

test('bins of a histogram have round edges', () => {
  const { stats } = summarized({ kind: 'stats', columns: [1] });
  const edges = stats[0].histogram.map(({ from }: { from: number }) => from);
  expect(edges.slice(0, 4)).toEqual([0.1, 0.15, 0.2, 0.25]);
  expect(stats[0].histogram.at(-1)).toEqual({ from: 0.7, to: 0.75, count: 1 });
});

test('dates are counted by days, datetimes by hours as written', () => {
  const { stats } = summarized({ kind: 'stats', columns: [4, 5] });
  expect(stats[0].histogram).toEqual([
    { from: '2024-01-31', to: '2024-02-01', count: 1 },
    { from: '2024-02-01', to: '2024-02-02', count: 1 },
    { from: '2024-02-02', to: '2024-02-03', count: 1 },
  ]);
  expect(stats[1].histogram.map(({ from, count }: { from: string; count: number }) => [from, count])).toEqual(
    [
      ['2024-01-31T23:00:00', 1],
      ['2024-02-01T00:00:00', 1],
      ['2024-02-01T01:00:00', 1],
    ],
  );
});

test('groups may be named like members that every object has', () => {
  const count = { fn: 'count', column: null, name: 'count()' } as const;
  const groups = summarized({ kind: 'group', by: [6], aggregates: [count], having: null, sort: [] });
  expect(groups.map((group: object) => Object.entries(group))).toEqual([
    [
      ['__proto__', 'x'],
      ['count()', 2],
    ],
    [
      ['__proto__', 'y'],
      ['count()', 1],
    ],
    [
      ['__proto__', null],
      ['count()', 1],
    ],
  ]);
});

describe('having', () => {
  const sum = { fn: 'sum', column: 1, name: 'sum(cents)' } as const;
  const least = { fn: 'min', column: 0, name: 'min(who)' } as const;
  const kept = (having: (Summary & { kind: 'group' })['having']) =>
    summarized({ kind: 'group', by: [0], aggregates: [sum, least], having, sort: [] }).map(
      ({ who }: { who: string | null }) => who,
    );
  const compared = (
    output: number,
    operator: Aggregate['fn'] | string,
    ...operands: (string | number | boolean)[]
  ) => ({ kind: 'compare', output, operator, operands }) as never;
  const cases: [name: string, having: never, groups: (string | null)[]][] = [
    ['sum = 0.4', compared(1, 'eq', 0.4), ['a']],
    ['sum > 0.4', compared(1, 'gt', 0.4), [null]],
    ['sum >= 0.4', compared(1, 'gte', 0.4), ['a', null]],
    ['sum between', compared(1, 'between', 0.2, 0.4), ['a', 'b']],
    ['who is null', compared(0, 'isnull', true), [null]],
    ['who is not a', compared(0, 'ne', 'a'), ['b', null]],
    ['who < b', compared(0, 'lt', 'b'), ['a']],
    ['min(who) holds A', compared(2, 'icontains', 'A'), ['a']],
    ['not', { kind: 'not', part: compared(0, 'eq', 'a') } as never, ['b', null]],
    ['or', { kind: 'or', parts: [compared(0, 'eq', 'a'), compared(1, 'eq', 0.7)] } as never, ['a', null]],
    ['and', { kind: 'and', parts: [compared(0, 'eq', 'a'), compared(1, 'eq', 0.7)] } as never, []],
  ];
  test.for(cases)('%s', ([, having, groups]) => expect(kept(having)).toEqual(groups));
});
