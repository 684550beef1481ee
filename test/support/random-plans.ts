// Random tables with columns of every type, and random plans for them.
import fc from 'fast-check';
import { fold } from '../../src/query/fold.ts';
import type { Operand, OperatorName } from '../../src/query/operators.ts';
import { EVERYTHING, type Plan, type Predicate } from '../../src/query/plan.ts';
import { tableOf } from '../../src/table/table.ts';

/** Column names in order: integer, wide integer, number, boolean, date, datetime, and two of text. */
export const FIELDS = ['n', 'big', 'd', 'f', 'day', 'time', 's', 'w'];

export type MadeRow = {
  n: number | null;
  big: number | null;
  d: number | null;
  f: boolean | null;
  day: string | null;
  time: string | null;
  s: string | null;
  w: string | null;
};

const WORDS = [
  '',
  'a',
  'A',
  'ab',
  'Ab%',
  'a_b',
  'b\\',
  'é',
  'É',
  'e\u0301',
  'NA',
  'x y',
  'İx',
  'ΣΑΣ',
  '\u{1F600}',
  '\uFFFD',
  'aab',
  '\0',
];
const BIG = [2 ** 53 - 1, -(2 ** 53 - 1), 0, 12345678901, -7];
const DECIMALS = [0.5, 1, -2.25, 1e-7, 123456.75, -0.5];
const DAYS = ['2024-02-29', '1999-12-31', '2024-03-01'];
const TIMES = ['2024-02-29T12:30:00Z', '2024-02-29T12:30:00+02:00', '2001-01-01T00:00:00'];

const text = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'é'), maxLength: 6 }),
);
const row: fc.Arbitrary<MadeRow> = fc.record({
  n: fc.option(fc.integer({ min: -3, max: 3 })),
  big: fc.option(fc.constantFrom(...BIG)),
  d: fc.option(fc.constantFrom(...DECIMALS)),
  f: fc.option(fc.boolean()),
  day: fc.option(fc.constantFrom(...DAYS)),
  time: fc.option(fc.constantFrom(...TIMES)),
  s: fc.option(fc.constantFrom(...WORDS)),
  w: fc.option(text),
});
/** The first row decides every type. */
const FIRST: MadeRow = {
  n: 1,
  big: 2 ** 40,
  d: 0.5,
  f: true,
  day: '2024-01-01',
  time: '2024-01-01T00:00:00Z',
  s: 'word',
  w: 'wide',
};

export const rows = (maxLength: number): fc.Arbitrary<MadeRow[]> => fc.array(row, { maxLength });

/** A number as a file has it: without an exponent that would make it text. */
function written(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(8).replace(/0+$/, '');
}

/** @param padding so many rows of different texts follow: with many, columns keep no dictionary */
export function tableFrom(made: readonly MadeRow[], padding: number) {
  const more = Array.from(
    { length: padding },
    (_, i): MadeRow => ({
      n: i % 5 === 0 ? null : i % 4,
      big: null,
      d: i / 4,
      f: i % 3 === 0,
      day: null,
      time: null,
      s: WORDS[i % WORDS.length]!,
      w: `padding ${(i * 7919) % padding}`,
    }),
  );
  const all = [FIRST, ...made, ...more];
  const cells = all.map(({ n, big, d, f, day, time, s, w }) => [
    n === null ? null : String(n),
    big === null ? null : String(big),
    d === null ? 'NA' : written(d),
    f === null ? null : String(f),
    day ?? 'NA',
    time,
    s,
    w,
  ]);
  return { table: tableOf(FIELDS, cells), all };
}

const ORDERED: readonly OperatorName[] = [
  'eq',
  'ne',
  'in',
  'nin',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'isnull',
];
const TEXTUAL: readonly OperatorName[] = [
  ...ORDERED,
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
  'like',
  'ilike',
];

const pattern = fc.string({
  unit: fc.constantFrom('%', '_', 'a', 'B', 'é', '\\%', '\\_', '\\\\', '\u{1F600}'),
  maxLength: 5,
});
const comparisons: readonly fc.Arbitrary<Predicate>[] = [
  comparison(0, ORDERED, fc.integer({ min: -4, max: 4 })),
  comparison(1, ORDERED, fc.constantFrom(...BIG, 1)),
  comparison(2, ORDERED, fc.constantFrom(...DECIMALS, 0, -0)),
  comparison(3, ['eq', 'ne', 'in', 'nin', 'isnull'], fc.boolean()),
  comparison(4, ORDERED, fc.constantFrom(...DAYS, '2024-01-01')),
  comparison(5, ORDERED, fc.constantFrom(...TIMES)),
  comparison(6, TEXTUAL, text),
  comparison(7, TEXTUAL, fc.oneof(text, fc.constantFrom('padding 7', 'padding', '13', ' '))),
];

function comparison(
  column: number,
  operators: readonly OperatorName[],
  operand: fc.Arbitrary<Operand>,
): fc.Arbitrary<Predicate> {
  return fc.constantFrom(...operators).chain((operator) => {
    const one = operator === 'isnull' ? fc.boolean() : operator.endsWith('like') ? pattern : operand;
    const [minLength, maxLength] = operator === 'isnull' ? [1, 1] : operator === 'between' ? [2, 2] : [1, 3];
    return fc
      .array(one, { minLength, maxLength })
      .map((operands) => ({ kind: 'compare' as const, column, operator, operands }));
  });
}

const predicate = fc.letrec<{ any: Predicate }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(...comparisons),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('any'), { maxLength: 3 }),
    }),
    tie('any').map((part) => ({ kind: 'not' as const, part })),
  ),
})).any;

const columns = fc.nat(FIELDS.length - 1);

/** Conditions, as plans have them. */
export const where: fc.Arbitrary<Plan['where']> = fc.option(predicate);
export const search: fc.Arbitrary<Plan['search']> = fc.array(
  fc.constantFrom(...['é', 'a', 'pad', 'x', '9', 'ΣΑ', '\u{1F600}'].map(fold)),
  { maxLength: 2 },
);

export const plan: fc.Arbitrary<Plan> = fc
  .record({
    where,
    search: fc.oneof(fc.constant([]), search),
    sort: fc.uniqueArray(fc.record({ column: columns, isDescending: fc.boolean() }), {
      selector: ({ column }) => column,
      maxLength: 3,
    }),
    collate: fc.option(fc.constantFrom('fr', 'de', 'en-u-kn-true')),
    distinct: fc.option(columns, { freq: 1 }),
    limit: fc.option(fc.nat(30)),
    offset: fc.oneof(fc.constant(0), fc.nat(50)),
  })
  .map((parts) => ({ ...EVERYTHING, ...parts }));

const PATTERNS = [
  '',
  '%',
  '_',
  '__',
  'a%',
  '%b',
  '%a_',
  '_b%',
  'A%',
  '\\%',
  '%\\%',
  '%\\_%',
  '%\\\\',
  'e_',
  '%_x',
  '\u{1F600}',
  '_%_',
  '%a%b%',
];
const TEXTS = [...WORDS, 'w', 'word', 'padding 7', 'padding', 'ding 13', '9 ', '\u0301', 'σας', 'i\u0307'];
const DATES = [...DAYS, '2000-01-01', '0001-01-01', '9999-12-31'];

function listsOf(operands: readonly Operand[]) {
  return (operator: OperatorName): readonly (readonly Operand[])[] => {
    if (operator === 'isnull') return [[true], [false]];
    if (operator.endsWith('like')) return [...PATTERNS.map((one) => [one]), ['a%', '%b']];
    const pairs = operands.map((one, at) => [one, operands[(at + 2) % operands.length] as Operand]);
    if (operator === 'between') return [...pairs, ...pairs.map((pair) => pair.toReversed())];
    return [...operands.map((one) => [one]), ...pairs, [...operands]];
  };
}

/** Each column, the operators it takes, and the operands to try with each of them. */
export const COMPARED = [
  { column: 0, operators: ORDERED, operandsOf: listsOf([-4, -3, 0, -0, 1, 3, 2.5]) },
  { column: 1, operators: ORDERED, operandsOf: listsOf([...BIG, 1]) },
  { column: 2, operators: ORDERED, operandsOf: listsOf([...DECIMALS, 0, -0, 0.25, 1e300]) },
  { column: 3, operators: ['eq', 'ne', 'in', 'nin', 'isnull'] as const, operandsOf: listsOf([true, false]) },
  { column: 4, operators: ORDERED, operandsOf: listsOf(DATES) },
  { column: 5, operators: ORDERED, operandsOf: listsOf(TIMES) },
  { column: 6, operators: TEXTUAL, operandsOf: listsOf(TEXTS) },
  { column: 7, operators: TEXTUAL, operandsOf: listsOf(TEXTS) },
];

/** The same rows in every run, with every value above and nulls. */
export const sampleRows: readonly MadeRow[] = Array.from({ length: 90 }, (_, i) => {
  const pick = <T>(values: readonly T[], step: number) =>
    i % step === 0 ? null : (values[i % values.length] as T);
  return {
    n: pick([-3, -1, 0, 1, 2, 3], 7),
    big: pick(BIG, 11),
    d: pick(DECIMALS, 7),
    f: pick([true, false], 5),
    day: pick(DAYS, 8),
    time: pick(TIMES, 7),
    s: pick(WORDS, 10),
    w: pick(TEXTS, 13),
  };
});
