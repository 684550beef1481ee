// A column and operands → a test that is true for rows whose cell equals any of them. Null equals nothing.

import { type Column, isNull, type TextColumn } from '../table/column.ts';
import { findText, hashText, type TextStore, textAt } from '../table/text-store.ts';
import type { Operand, RowTest } from './operators.ts';

const NEVER: RowTest = () => false;

/** Text is compared byte by byte, numbers and booleans by value. */
export function equals(column: Column, operands: readonly Operand[]): RowTest {
  const test =
    column.kind === 'text'
      ? textEquals(column, operands as readonly string[])
      : valueEquals(column, operands);
  if (column.nulls === null || test === NEVER) return test;
  return (row) => test(row) && !isNull(column, row);
}

function valueEquals(column: Exclude<Column, TextColumn>, operands: readonly Operand[]): RowTest {
  const { values } = column;
  const [first] = operands;
  if (operands.length === 1) {
    const wanted = Number(first);
    return (row) => values[row] === wanted;
  }
  const wanted = new Set(operands.map((operand) => Number(operand) + 0)); // a Set takes -0 for 0
  return (row) => wanted.has(values[row] as number);
}

function textEquals({ codes, entries }: TextColumn, texts: readonly string[]): RowTest {
  if (codes !== null) return codeEquals(codes, entries, texts);
  return texts.length === 1 ? bytesEqual(entries, texts[0] as string) : isOneOf(entries, texts);
}

/** Each text occurs once in a dictionary: it is looked up there, and rows are compared by their codes. */
function codeEquals(
  codes: NonNullable<TextColumn['codes']>,
  entries: TextStore,
  texts: readonly string[],
): RowTest {
  const wanted = texts.map((text) => findText(entries, text)).filter((code) => code !== -1);
  const [code] = wanted;
  if (code === undefined) return NEVER;
  if (wanted.length === 1) return (row) => codes[row] === code;
  const isWanted = new Uint8Array(entries.offsets.length - 1);
  for (const each of wanted) isWanted[each] = 1;
  return (row) => isWanted[codes[row] as number] === 1;
}

function bytesEqual({ bytes, offsets }: TextStore, text: string): RowTest {
  const wanted = Buffer.from(text, 'utf8');
  const { length } = wanted;
  return (row) => {
    const start = offsets[row] as number;
    if ((offsets[row + 1] as number) - start !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== wanted[i]) return false;
    return true;
  };
}

/** Many texts: the hash rules out nearly every row that is none of them, without making a string of it. */
function isOneOf(entries: TextStore, texts: readonly string[]): RowTest {
  const hashes = new Set(texts.map(hashOf));
  const wanted = new Set(texts);
  return (row) => hashes.has(hashText(entries, row)) && wanted.has(textAt(entries, row));
}

function hashOf(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  return hashText({ bytes, offsets: Uint32Array.of(0, bytes.length) }, 0);
}
