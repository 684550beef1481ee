// Random plans on random tables against a naive evaluator, which knows nothing of columns, ranks or bytes.
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createIndexStore } from '../src/indexing/index-store.ts';
import { formatPlan } from '../src/query/canonical.ts';
import { execute, rowAt, type Selection } from '../src/query/execute.ts';
import { fold } from '../src/query/fold.ts';
import { NO_INDEXES } from '../src/query/indexes.ts';
import { neededIndexes, wantedIndexes } from '../src/query/needs.ts';
import { normalize } from '../src/query/normalize.ts';
import { type Comparison, EVERYTHING, type Plan, type Predicate } from '../src/query/plan.ts';
import type { TextColumn } from '../src/table/column.ts';
import type { Table } from '../src/table/table.ts';
import { tableOf } from '../src/table/table.ts';
import { appOn } from './support/app.ts';
import { COMPARED, FIELDS, plan, rows, sampleRows, tableFrom } from './support/random-plans.ts';
import { rowObject } from './support/row-object.ts';

type Row = Readonly<Record<string, string | number | boolean | null>>;
type Cell = Row[string];

/** UTF-8 bytes compare as code points do. */
function compareCells(a: NonNullable<Cell>, b: NonNullable<Cell>): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function likeness(pattern: string): RegExp {
  const source = [...pattern.matchAll(/\\([\s\S])|%|_|[\s\S]/gu)].map(([whole, escaped]) => {
    if (escaped !== undefined) return literal(escaped);
    if (whole === '%') return '[\\s\\S]*';
    return whole === '_' ? '[\\s\\S]' : literal(whole);
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}

function holds(cell: Cell, { operator, operands }: Pick<Comparison, 'operator' | 'operands'>): boolean {
  if (operator === 'isnull') return (cell === null) === operands[0];
  if (operator === 'ne' || operator === 'nin') return cell === null || !operands.some((one) => one === cell);
  if (cell === null || cell === undefined) return false;
  const [low, high] = operands;
  if (operator === 'between') return compareCells(cell, low!) >= 0 && compareCells(cell, high!) <= 0;
  return operands.some((operand) => {
    const order = compareCells(cell, operand);
    const isCaseless = ['icontains', 'istartswith', 'iendswith', 'ilike'].includes(operator);
    const text = isCaseless ? String(cell).toLowerCase() : String(cell);
    const wanted = isCaseless ? String(operand).toLowerCase() : String(operand);
    switch (operator) {
      case 'eq':
      case 'in':
        return order === 0;
      case 'gt':
        return order > 0;
      case 'gte':
        return order >= 0;
      case 'lt':
        return order < 0;
      case 'lte':
        return order <= 0;
      case 'contains':
      case 'icontains':
        return text.includes(wanted);
      case 'startswith':
      case 'istartswith':
        return text.startsWith(wanted);
      case 'endswith':
      case 'iendswith':
        return text.endsWith(wanted);
      case 'like':
      case 'ilike':
        return likeness(wanted).test(text);
      default:
        throw new Error(operator);
    }
  });
}

function satisfies(row: Row, predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'compare':
      return holds(row[FIELDS[predicate.column]!] as Cell, predicate);
    case 'not':
      return !satisfies(row, predicate.part);
    case 'and':
      return predicate.parts.every((part) => satisfies(row, part));
    case 'or':
      return predicate.parts.some((part) => satisfies(row, part));
  }
}

function isFound(row: Row, word: string): boolean {
  return ['s', 'w'].some((name) => row[name] !== null && fold(String(row[name])).includes(word));
}

function naive(made: readonly Row[], { where, search, sort, collate, distinct, limit, offset }: Plan) {
  const matching = made.filter(
    (row) => (where === null || satisfies(row, where)) && search.every((word) => isFound(row, word)),
  );
  const { compare } = new Intl.Collator(collate ?? 'und');
  const sorted = matching.toSorted((a, b) => {
    for (const { column, isDescending } of sort) {
      const one = a[FIELDS[column]!] as Cell;
      const other = b[FIELDS[column]!] as Cell;
      if (one === null || other === null) {
        if (one !== other) return one === null ? 1 : -1;
        continue;
      }
      const isLocal = collate !== null && typeof one === 'string';
      const order = isLocal ? compare(one, other as string) : compareCells(one!, other!);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
  const name = distinct === null ? '' : FIELDS[distinct]!;
  const kept =
    distinct === null
      ? sorted
      : sorted.filter((row, at) => sorted.findIndex((other) => other[name] === row[name]) === at);
  return { rows: kept.slice(offset, limit === null ? undefined : offset + limit), total: kept.length };
}

function answered(table: Table, selection: Selection) {
  const found = Array.from({ length: selection.count }, (_, place) => ({
    ...rowObject(table, rowAt(selection, place)),
  }));
  return { rows: found, total: selection.total };
}

describe('random plans equal a naive filter, sort and slice', () => {
  test.for([
    ['a dictionary', 0, 500],
    ['no dictionary', 140_000, 2],
  ] as const)('with %s', { timeout: 120_000 }, async ([, padding, numRuns]) => {
    await fc.assert(
      fc.asyncProperty(
        rows(padding === 0 ? 60 : 2000),
        fc.array(plan, { minLength: 1, maxLength: 8 }),
        async (made, plans) => {
          const { table, all } = tableFrom(made, padding);
          const store = createIndexStore();
          const few = padding === 0 ? plans.slice(0, 6) : plans;
          for (const one of few) {
            const expected = naive(all, one);
            expect(answered(table, execute(one, table, NO_INDEXES))).toEqual(expected);
            await store.ensure(table, neededIndexes(one, table));
            expect(answered(table, execute(one, table, store))).toEqual(expected);
            await store.ensure(table, wantedIndexes(one, table));
            expect(answered(table, execute(one, table, store))).toEqual(expected);
          }
          await store.close();
        },
      ),
      { numRuns },
    );
  });
});

test.for([
  ['\u00c9t\u00e9', 'ete'],
  ['e\u0301', 'e'],
  ['\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c3'],
  ['\u03bf\u03b4\u03cc\u03c2', '\u03bf\u03b4\u03bf\u03c3'],
  ['\u0130stanbul', 'istanbul'],
  ['\ufb01n', 'fin'],
  ['Stra\u00dfe', 'stra\u00dfe'],
])('%s is searched as %s', ([text, folded]) => expect(fold(text!)).toBe(folded));

/** Rows as a file has them: text in quotes, null as nothing. */
function csvOf(all: readonly Row[]): string {
  const cell = (value: Cell) =>
    typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value ?? '');
  return [
    FIELDS.join(','),
    ...all.map((row) => FIELDS.map((name) => cell(row[name] as Cell)).join(',')),
  ].join('\n');
}

test('over HTTP, a plan written as a URL answers the same', { timeout: 120_000 }, async () => {
  const all = sampleRows
    .filter(({ s, w }) => !`${s}${w}`.includes('\0')) // such a file is no text
    .map((row) => ({ ...row, d: row.d === null || Math.abs(row.d) > 1e-6 ? row.d : 0.25 }));
  await using app = await appOn({ 'made.csv': csvOf(all) });
  const { table } = app.app.rowcast.catalog.current().tables.get('made')!;
  await fc.assert(
    fc.asyncProperty(plan, async (one) => {
      fc.pre(isCanonical(one.where));
      const paging = { kind: one.limit === null && one.offset === 0 ? 'none' : 'offset' } as const;
      const query = formatPlan({ ...one, where: one.where && normalize(one.where), paging }, table!.schema);
      const reply = await app.inject(`/api/made?${query}`);
      expect(reply.statusCode, `${query} ${reply.body}`).toBe(200);
      const expected = naive(all, one);
      expect(reply.json(), query).toEqual(expected.rows);
      expect(reply.headers['x-total-count']).toBe(String(expected.total));
    }),
    { numRuns: 400 },
  );
});

/** Whether a URL can say it: between takes the lesser value first, all but equality one operand. */
function isCanonical(predicate: Predicate | null): boolean {
  if (predicate === null) return true;
  if (predicate.kind === 'not') return isCanonical(predicate.part);
  if (predicate.kind !== 'compare') return predicate.parts.every(isCanonical);
  const [low, high] = predicate.operands;
  if (!/^(eq|ne|n?in|between)$/.test(predicate.operator)) return predicate.operands.length === 1;
  return predicate.operator !== 'between' || compareCells(low!, high!) <= 0;
}

describe('every operator with every kind of operand', () => {
  const tables = [
    ['a dictionary', tableFrom(sampleRows, 0)],
    ['no dictionary', tableFrom(sampleRows, 140_000)],
  ] as const;
  const store = createIndexStore();
  afterAll(() => store.close());
  const cases = COMPARED.flatMap(({ column, operators }) =>
    operators.map((operator) => [FIELDS[column]!, operator] as const),
  );
  test('with a dictionary or not, where one is meant', () => {
    expect(tables.map(([, { table }]) => (table.columns[7] as TextColumn).codes === null)).toEqual([
      false,
      true,
    ]);
  });
  test.for(cases)('%s %s', async ([field, operator]) => {
    const { column, operandsOf } = COMPARED.find((one) => FIELDS[one.column] === field)!;
    for (const [kind, { table, all }] of tables) {
      const isWide = kind === 'no dictionary';
      if (isWide && field !== 'w' && field !== 'n') continue;
      const lists = isWide ? operandsOf(operator).slice(-2) : operandsOf(operator);
      for (const operands of lists) {
        const one: Plan = { ...EVERYTHING, where: { kind: 'compare', column, operator, operands } };
        const expected = all.flatMap((row, at) => (satisfies(row, one.where!) ? [at] : []));
        const numbers = (selection: Selection) => Array.from(selection.rows!);
        expect(numbers(execute(one, table)), JSON.stringify(operands)).toEqual(expected);
        await store.ensure(table, [...neededIndexes(one, table), ...wantedIndexes(one, table)]);
        expect(numbers(execute(one, table, store)), JSON.stringify(operands)).toEqual(expected);
      }
    }
  });
});

test('a text that would begin in one cell and end in the next is in neither', () => {
  const table = tableOf(['s'], [['xa'], ['bx'], ['ab'], ['b'], ['aa']]);
  const found = (operator: 'contains' | 'like', text: string) =>
    Array.from(
      execute({ ...EVERYTHING, where: { kind: 'compare', column: 0, operator, operands: [text] } }, table)
        .rows!,
    );
  expect(found('contains', 'ab')).toEqual([2]);
  expect(found('contains', 'bb')).toEqual([]);
  expect(found('like', '%ab%')).toEqual([2]);
});

test('everything is a stretch of the table, and no list', () => {
  const { table } = tableFrom([], 0);
  expect(execute({ ...EVERYTHING, offset: 0, limit: 1 }, table)).toEqual({
    rows: null,
    start: 0,
    count: 1,
    total: 1,
  });
});
