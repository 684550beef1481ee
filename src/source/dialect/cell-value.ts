// A cell as a syntax cut it → how much it looks like a value, from 0 to 1.

import { cellKind, isTyped } from './cell-kinds.ts';

/** A delimiter that something follows at once: prose has a blank there, and numbers have digits on both sides. */
const TIGHT = /[;|\t]\S|,(?=\S)(?!\d{1,3}(?:\D|$))|[^\d\s],\d/;
/** Two colons without a blank around them: more often a line of another delimiter than a cell. */
const COLONS = /:\S.*\S:\S/;

/**
 * @param delimiter what the cell was cut by
 * @param text what a cell of text is worth under that delimiter
 * @returns null where the cell says nothing: it is empty
 */
export function cellValue(cell: string, delimiter: string, isQuoted: boolean, text: number): number | null {
  if (cell === '') return null;
  if (isQuoted) return 0.8;
  const kind = cellKind(cell);
  if (kind === 'empty') return null;
  const isSpaced = cell.charCodeAt(0) === 32;
  if (isTyped(kind)) return isSpaced && delimiter === ',' ? 0.7 : 1;
  if (delimiter === ':' && cell.startsWith('//')) return 0;
  // Behind the comma of a sentence stands a blank.
  if (isSpaced) return 0.15;
  if (delimiter !== '\t' && cell.includes('\t')) return 0.15;
  if (TIGHT.test(cell)) return 0.15;
  if (COLONS.test(cell)) return 0.25;
  return kind === 'code' ? text + 0.1 : text;
}

/** The same for all of a line. */
export function singleValue(line: string): number | null {
  const hasDelimiter = /[,;|\t]/.test(line);
  if (!hasDelimiter) {
    const kind = cellKind(line);
    if (kind === 'empty') return null;
    if (isTyped(kind)) return 1;
    return /\S:\S/.test(line) && !/:\/\//.test(line) ? 0.25 : 0.35;
  }
  if (/^-?\d+,\d+$/.test(line)) return 0.6;
  if (line.includes('\t') || TIGHT.test(line) || /\d,\d/.test(line)) return 0.15;
  return 0.35;
}
