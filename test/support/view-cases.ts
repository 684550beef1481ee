// Random histories of a table and random ways to see them.
import fc from 'fast-check';
import type { Wish } from '../../src/events/view/filter.ts';
import { formatPlan } from '../../src/query/canonical.ts';
import { EVERYTHING } from '../../src/query/plan.ts';
import { fieldsOf } from '../../src/query/subjects.ts';
import { writeTree } from '../../src/query/write-tree.ts';
import { physicalText } from '../../src/table/column.ts';
import { type Table, tableOf } from '../../src/table/table.ts';
import { FIELDS, rows, search, tableFrom, where } from './random-plans.ts';

type Cells = readonly (string | null)[];
type Sheet = Readonly<{ header: readonly string[]; rows: readonly Cells[] }>;

/** The cells of some made rows, as they stand in a file, each behind an id. */
function cellsOf(made: Parameters<typeof tableFrom>[0], from: number): Cells[] {
  const { table } = tableFrom(made, 0);
  return Array.from({ length: table.rowCount }, (_, row) => [
    String(from + row),
    ...table.columns.map((column) => physicalText(column, row)),
  ]);
}

/** What becomes of a row: it goes, takes over some cells of another row, takes over odd ones, or stays. */
const fate = fc.record({
  kind: fc.constantFrom('keep', 'keep', 'keep', 'edit', 'edit', 'delete', 'spell'),
  from: fc.nat(20),
  cells: fc.nat(2 ** FIELDS.length - 1),
});
const edit = fc.record({
  fates: fc.array(fate, { maxLength: 12 }),
  inserted: fc.array(fc.record({ from: fc.nat(20), at: fc.nat(12) }), { maxLength: 3 }),
  isShuffled: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  shape: fc.oneof(
    { weight: 8, arbitrary: fc.constant('same' as const) },
    { weight: 3, arbitrary: fc.constantFrom('retype', 'add', 'drop', 'permute', 'touch') },
  ),
  column: fc.nat(FIELDS.length - 1),
});
type Edit = typeof edit extends fc.Arbitrary<infer One> ? One : never;

/** Writes a number in another way: the same value, another text. */
function respell(text: string | null): string | null {
  return text !== null && /^-?\d+\.\d+$/.test(text) ? `${text}0` : text;
}

function apply({ header, rows }: Sheet, pool: readonly Cells[], edit: Edit, nextId: number): Sheet {
  const width = header.length;
  const picked = (from: number) => pool[from % pool.length] as Cells;
  const edited = rows.flatMap((row, at): Cells[] => {
    const fate = edit.fates[at];
    if (fate === undefined || fate.kind === 'keep') return [row];
    if (fate.kind === 'delete') return [];
    if (fate.kind === 'spell') return [row.map((cell, at) => (at === 0 ? cell : respell(cell)))];
    const other = picked(fate.from);
    return [row.map((cell, at) => (at > 0 && (fate.cells >> at) & 1 ? (other[at] ?? null) : cell))];
  });
  edit.inserted.forEach(({ from, at }, n) => {
    const cells = picked(from).slice(1);
    edited.splice(at, 0, [
      String(nextId + n),
      ...Array.from({ length: width - 1 }, (_, i) => cells[i] ?? null),
    ]);
  });
  const ordered = edit.isShuffled ? edited.toReversed() : edited;
  const at = 1 + (edit.column % Math.max(1, width - 1));
  switch (edit.shape) {
    case 'retype':
      return { header, rows: ordered.map((row, n) => (n === 0 ? row.with(at % width, 'word') : row)) };
    case 'add':
      return { header: [...header, `more${nextId}`], rows: ordered.map((row) => [...row, 'NA']) };
    case 'drop':
      if (width <= 2) return { header, rows: ordered };
      return { header: header.toSpliced(at, 1), rows: ordered.map((row) => row.toSpliced(at, 1)) };
    case 'permute': {
      const moved = <T>([first, ...rest]: readonly T[]) => [first as T, ...rest.toReversed()];
      return { header: moved(header), rows: ordered.map(moved) };
    }
    case 'touch':
      return { header, rows };
    default:
      return { header, rows: ordered };
  }
}

/** Versions of one table, one after the other. Without a key its first column is left out. */
export const history: fc.Arbitrary<Readonly<{ versions: readonly Table[]; isKeyed: boolean }>> = fc
  .record({
    made: rows(8),
    pool: rows(8),
    edits: fc.array(edit, { minLength: 1, maxLength: 4 }),
    isKeyed: fc.boolean(),
  })
  .map(({ made, pool, edits, isKeyed }) => {
    const others = cellsOf(pool, 0);
    let sheet: Sheet = { header: ['id', ...FIELDS], rows: cellsOf(made, 1) };
    const sheets = [sheet];
    edits.forEach((edit, n) => {
      sheet = apply(sheet, others, edit, 100 * (n + 1));
      sheets.push(sheet);
    });
    const versions = sheets.map(({ header, rows }) => {
      if (isKeyed) return tableOf(header, rows);
      // A row of nulls, so that no field is a key.
      const [, ...names] = header;
      return tableOf(names, [...rows.map((row) => row.slice(1)), names.map(() => null)]);
    });
    return { versions, isKeyed };
  });

const anyWish: fc.Arbitrary<Wish> = fc
  .record({
    where,
    search: fc.oneof(fc.constant([]), search),
    fields: fc.option(fc.subarray(FIELDS, { minLength: 1 })),
    form: fc.constantFrom('tree', 'query', 'physical'),
  })
  .map(({ where, search, fields, form }) => {
    const { schema } = tableFrom([], 0).table;
    const named = fields === null ? {} : { fields };
    if (form === 'tree') {
      const tree = where === null ? {} : { where: JSON.parse(writeTree(where, fieldsOf(schema))) as unknown };
      return { ...tree, ...named };
    }
    const plan = { ...EVERYTHING, where, search, isPhysical: form === 'physical' };
    return { query: formatPlan(plan, schema), ...named };
  });

/** What an index of views looks up. */
const valueWish: fc.Arbitrary<Wish> = fc.constantFrom<Wish>(
  { where: { n: 1 } },
  { where: { n: { in: ['-1', '2', '0'] } }, fields: ['d', 'f'] },
  { where: { s: 'a', f: true } },
  { query: 'd=0.50' },
  { query: 'd__in=1,-2.250,0.5&_types=string' },
  { query: 'w=' },
  { where: { day: '2024-02-29', not: { n: { gt: 1 } } } },
);

/** Wishes for tables with the usual fields; most are understood, whatever becomes of the fields. */
export const wish: fc.Arbitrary<Wish> = fc.oneof({ weight: 3, arbitrary: anyWish }, valueWish);
