// Queries against a naive filter over the generator's own rows, and what makes two queries the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute, rowAt } from '../src/query/execute.ts';
import { type Planned, planRequest } from '../src/query/plan.ts';
import { parseRequest, type Request } from '../src/query/request.ts';
import { rowObject, tableOf } from '../src/table/table.ts';

const WORDS = ['', 'a', 'b', 'ab', 'é', 'NA', 'x y'];
type Row = { n: number | null; s: string | null; f: boolean | null; d: number | null };

const row: fc.Arbitrary<Row> = fc.record({
  n: fc.option(fc.integer({ min: -2, max: 2 })),
  s: fc.option(fc.constantFrom(...WORDS)),
  f: fc.option(fc.boolean()),
  d: fc.option(fc.constantFrom(0.5, 1, -2.25)),
});
/** The first row decides every type. */
const FIRST: Row = { n: 1, s: 'word', f: true, d: 0.5 };
const rows = fc.array(row, { maxLength: 40 }).map((more) => [FIRST, ...more]);
const filter = fc.oneof(
  fc.tuple(fc.constant('n' as const), fc.integer({ min: -3, max: 3 }).map(String)),
  fc.tuple(fc.constant('s' as const), fc.constantFrom(...WORDS, 'word', 'none')),
  fc.tuple(fc.constant('f' as const), fc.constantFrom('true', 'false')),
  fc.tuple(fc.constant('d' as const), fc.constantFrom('0.5', '1', '1.0', '-2.25', '7')),
);
const page = fc.record({ limit: fc.option(fc.nat(50)), offset: fc.option(fc.nat(50)) });

/** `isWide`: so many different texts that the column keeps no dictionary. */
function tableFrom(made: readonly Row[], isWide: boolean) {
  const text = (value: string | number | boolean | null) => (value === null ? null : String(value));
  const cells = made.map(({ n, s, f, d }) => [text(n), s, text(f), text(d)]);
  const padding = isWide ? Array.from({ length: 5000 }, (_, i) => [null, `padding ${i}`, null, null]) : [];
  return tableOf(['n', 's', 'f', 'd'], [...cells, ...padding]);
}

function planned(result: Planned) {
  if (result.kind === 'problem') throw new Error(result.problem.detail);
  return result.plan;
}

describe('random queries equal a naive filter and slice', () => {
  test.for([
    [false, 300],
    [true, 20],
  ] as const)('without a dictionary: %s', ([isWide, numRuns]) => {
    fc.assert(
      fc.property(rows, fc.array(filter, { maxLength: 4 }), page, (made, filters, { limit, offset }) => {
        const table = tableFrom(made, isWide);
        const request: Request = [
          ...filters,
          ...(limit === null ? [] : [['_limit', String(limit)] as const]),
          ...(offset === null ? [] : [['_offset', String(offset)] as const]),
        ];
        const all = isWide
          ? [
              ...made,
              ...Array.from({ length: 5000 }, (_, i) => ({ n: null, s: `padding ${i}`, f: null, d: null })),
            ]
          : made;
        const matching = all.filter((one) =>
          filters.every(([key]) =>
            filters.some(
              ([other, value]) =>
                other === key &&
                one[key] !== null &&
                (typeof one[key] === 'number' ? one[key] === Number(value) : String(one[key]) === value),
            ),
          ),
        );
        const expected = matching.slice(offset ?? 0, limit === null ? undefined : (offset ?? 0) + limit);
        const selection = execute(planned(planRequest(request, table.schema)), table);
        const found = Array.from({ length: selection.count }, (_, place) => ({
          ...rowObject(table, rowAt(selection, place)),
        }));
        expect(found).toEqual(expected);
        expect(selection.total).toBe(matching.length);
      }),
      { numRuns },
    );
  });
});

describe('the canonical form', () => {
  const { schema } = tableFrom([FIRST], false);
  const canonical = (query: string) => {
    const parsed = parseRequest(query);
    if (parsed.kind === 'problem') throw new Error(parsed.problem.detail);
    return planned(planRequest(parsed.request, schema)).canonical;
  };
  const same: [a: string, b: string][] = [
    ['', '&&'],
    ['', '_offset=0'],
    ['n=1', 'n__eq=1'],
    ['n=1&s=a', 's=a&n=1'],
    ['n=1&n=2', 'n=2&n=1&n=2'],
    ['d=1', 'd=1.0'],
    ['s=a+b', 's=a%20b'],
    ['_limit=5&n=1', 'n=1&_limit=5'],
  ];
  test.for(same)('%s is %s', ([a, b]) => expect(canonical(a)).toBe(canonical(b)));

  const different: [a: string, b: string][] = [
    ['', 'n=1'],
    ['', '_limit=0'],
    ['n=1', 'n=2'],
    ['n=1', 'd=1'],
    ['n=1&n=2', 'n=1&n__eq=2'],
    ['_limit=1', '_offset=1'],
    ['s=a%22,%22b', 's=a&s=b'],
  ];
  test.for(different)('%s is not %s', ([a, b]) => expect(canonical(a)).not.toBe(canonical(b)));

  test('plans are frozen', () => {
    const plan = planned(planRequest([['n', '1']], schema));
    expect([plan, plan.where, plan.where[0], plan.where[0]?.operands].every(Object.isFrozen)).toBe(true);
  });
});
