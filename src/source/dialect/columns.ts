// Records of a sample → what their columns and lines hold.

import { type CellKind, cellKind, isAlike, isTyped } from './cell-kinds.ts';

/** The cells of one record. */
export type Cells = readonly string[];

/** A column has a type if so many of its cells have. */
const TYPED_SHARE = 0.9;

/** The kind that nearly all cells of a column have, if it is a type. */
export function columnType(rows: readonly Cells[], column: number): CellKind | null {
  const counts = new Map<CellKind, number>();
  let filled = 0;
  for (const row of rows) {
    const kind = cellKind(row[column] ?? '');
    if (kind === 'empty') continue;
    filled++;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const kind of counts.keys()) {
    if (!isTyped(kind)) continue;
    let alike = 0;
    for (const [other, count] of counts) if (isAlike(kind, other)) alike += count;
    if (alike >= filled * TYPED_SHARE) return kind;
  }
  return null;
}

/** Whether numbers are names all the same: years, or 1, 2, 3. */
export function areLabels(numbers: readonly number[]): boolean {
  const isCounting = (value: number, index: number) =>
    index === 0 || value === (numbers[index - 1] as number) + 1;
  return (
    numbers.every((value) => value >= 1000 && value < 3000) ||
    (numbers.length > 1 && numbers.every(isCounting))
  );
}

/** Whether a text is a year, which names a column as well as a word does. */
export function isYear(text: string | undefined): boolean {
  return /^[12]\d{3}$/.test(text ?? '');
}

/** How many cells are not empty. */
export function filledCells(cells: Cells): number {
  return cells.reduce((count, cell) => (cell === '' ? count : count + 1), 0);
}
