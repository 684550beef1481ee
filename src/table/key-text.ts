// A key → its canonical text, as it stands in a URL before percent-encoding, and back to the row that has it.

import type { Column } from './column.ts';
import type { Value } from './field-types.ts';
import { type Key, type KeyValue, keyColumns } from './key.ts';
import { findRowLike } from './key-index.ts';
import { castInteger, castNumber } from './numbers.ts';

/** What a part of a key of several fields must not hold as it is: the comma between parts, and what escapes it. */
const ESCAPES = new Map([
  ['%', '%25'],
  [',', '%2C'],
]);
const PART = /^(?:[^%]|%25|%2C)*$/;

/**
 * A key's canonical text. The parts of a key of several fields are joined with a comma; a comma in a part is written
 * `%2C` there and a percent sign `%25`. The whole is then percent-encoded as any segment of a URL.
 */
export function keyText(key: KeyValue): string {
  if (!isParted(key)) return String(key);
  return key.map((part) => String(part).replace(/[%,]/g, (found) => ESCAPES.get(found) as string)).join();
}

function isParted(key: KeyValue): key is readonly Value[] {
  return Array.isArray(key);
}

/**
 * Finds the row whose key has a given canonical text: `01`, `1.0` and ` 1` are no key.
 * @returns the row's index from 0, or -1
 */
export function findByKeyText(key: Key, columns: readonly Column[], rowCount: number, text: string): number {
  if (key.mode === 'rowNumber') {
    const number = castInteger(text);
    return number !== undefined && number >= 1 && number <= rowCount ? number - 1 : -1;
  }
  const parts = key.columns.length === 1 ? [text] : readParts(text);
  if (parts?.length !== key.columns.length) return -1;
  const own = keyColumns(key, columns);
  const wanted: Column[] = [];
  for (const [at, column] of own.entries()) {
    const cell = cellOf(column, parts[at] as string);
    if (cell === null) return -1;
    wanted.push(cell);
  }
  return findRowLike(key.index, own, wanted, 0);
}

/** The parts of a key of several fields, or null where the text is none. */
function readParts(text: string): readonly string[] | null {
  const parts = text.split(',');
  if (!parts.every((part) => PART.test(part))) return null;
  return parts.map((part) => part.replaceAll('%2C', ',').replaceAll('%25', '%'));
}

/** A column of one cell that a text is the canonical one of, or null where it is of none. */
function cellOf({ kind }: Column, text: string): Column | null {
  const common = { nulls: null, exceptions: null };
  switch (kind) {
    case 'text':
      return textCell(text);
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { kind, values: Uint8Array.of(Number(text === 'true')), texts: ['false', 'true'], ...common }
        : null;
    default: {
      const value = kind === 'integer' ? castInteger(text) : castNumber(text);
      if (value === undefined || String(value) !== text) return null;
      return { kind: 'integer', values: Float64Array.of(value), ...common };
    }
  }
}

/** A column of one cell with a text. */
export function textCell(text: string): Column {
  const bytes = Buffer.from(text, 'utf8');
  const entries = { bytes, offsets: Uint32Array.of(0, bytes.length) };
  return { kind: 'text', codes: null, entries, nulls: null, exceptions: null };
}
