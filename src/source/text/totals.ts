// The last row and the columns above it → whether it is a totals line: only where its numbers are the sums.

import { type Column, isNull, valueAt } from '../../table/column.ts';
import type { BuiltColumn } from '../../table/column-builder.ts';

/** What a totals line calls itself, in lower case. */
const WORDS: ReadonlySet<string> = new Set([
  ...['total', 'totals', 'grand total', 'sum', 'overall', 'all', 'subtotal'],
  ...['totaux', 'total général', 'total general', 'somme', 'ensemble'],
  ...['summe', 'gesamt', 'gesamtsumme', 'insgesamt', 'totaal', 'som'],
  ...['totale', 'somma', 'suma', 'soma', 'total geral', 'razem', 'ogółem', 'celkem', 'spolu', 'összesen'],
  ...['totalt', 'i alt', 'yhteensä', 'summa', 'samtals', 'toplam', 'σύνολο', 'итого', 'всего', 'усього'],
  ...['合計', '总计', '合计', '總計', '合計額', '합계', '총계', 'المجموع', 'סך הכל'],
]);
const LONGEST = 24;

/** Whether a row that begins with this text may be a totals line. */
export function isTotalsWord(text: string): boolean {
  if (text.length > LONGEST) return false;
  // Only what is not ASCII has other forms, and the first such question of a thread is dear.
  const plain = /^[\x20-\x7e]*$/.test(text) ? text : text.normalize('NFKC');
  const word = plain
    .trim()
    .replace(/\s*[:=.]+$/, '')
    .toLowerCase();
  return WORDS.has(word);
}

/**
 * Whether every number of a row that stands under a numeric column is the sum of that column, and there is one. A name
 * that rows above have too is that of a thing.
 * @param cells the row's texts; the first that is not empty is the word for a total
 * @param built the columns without that row
 */
export function isTotalsLine(
  cells: readonly string[],
  built: readonly BuiltColumn[],
  rowCount: number,
): boolean {
  if (rowCount < 2 || cells.length > built.length) return false;
  const word = cells.findIndex((cell) => cell !== '');
  let sums = 0;
  for (const [index, cell] of cells.entries()) {
    const { column, field } = built[index] as BuiltColumn;
    if (index === word || cell === '' || (column.kind !== 'integer' && column.kind !== 'number')) continue;
    const value = readNumber(cell, field.groupChar, field.decimalChar);
    if (value === null || !isSum(value, column, rowCount)) return false;
    sums++;
  }
  const named = (built[word] as BuiltColumn).column;
  return sums > 0 && !holds(named, cells[word] as string, rowCount);
}

function holds(column: Column, text: string, rowCount: number): boolean {
  for (let row = 0; row < rowCount; row++) if (valueAt(column, row) === text) return true;
  return false;
}

type Read = Readonly<{ value: number; decimals: number }>;

function readNumber(cell: string, groupChar = '', decimalChar = '.'): Read | null {
  const plain = (groupChar === '' ? cell : cell.replaceAll(groupChar, '')).replace(decimalChar, '.').trim();
  if (!/^[-+]?\d+(?:\.\d+)?$/.test(plain)) return null;
  return { value: Number(plain), decimals: (plain.split('.')[1] ?? '').length };
}

/** To the last digit that the total is written with. */
function isSum(
  { value, decimals }: Read,
  column: Column & { kind: 'integer' | 'number' },
  rowCount: number,
): boolean {
  let sum = 0;
  for (let row = 0; row < rowCount; row++) if (!isNull(column, row)) sum += column.values[row] as number;
  return Math.abs(sum - value) <= 0.5 * 10 ** -decimals + Math.abs(sum) * 1e-12 && sum !== 0;
}
