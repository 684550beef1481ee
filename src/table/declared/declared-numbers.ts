// A declared number's text, with its marks, groups and units → its value.

import type { DeclaredField } from './declared-field.ts';

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What may stand around a number that is not bare: no digit, and no mark that belongs to the number. */
const BEFORE = /^[^\d.,+-]*([+-]?)[^\d.,+-]*/;
const IN_NUMBER = /[\d.,]/;
/** Blanks that stand between groups of digits, whichever of them was declared. */
const BLANKS = /[ \u00a0\u2009\u202f]/g;

type Marks = Pick<DeclaredField, 'decimalChar' | 'groupChar' | 'bareNumber'>;

/** @returns a function from a text to its integer, or undefined when it is none that a double keeps */
export function integerCast(marks: Marks): (text: string) => number | undefined {
  const plain = plainText(marks);
  return (text) => {
    const digits = plain(text);
    const value = INTEGER.test(digits) ? Number(digits) : Number.NaN;
    return Number.isSafeInteger(value) ? value + 0 : undefined;
  };
}

/** @returns a function from a text to its number, or undefined when it is none that JSON has */
export function numberCast(marks: Marks): (text: string) => number | undefined {
  const plain = plainText(marks);
  return (text) => {
    const digits = plain(text);
    const value = NUMBER.test(digits) ? Number(digits) : Number.NaN;
    return Number.isFinite(value) ? value + 0 : undefined;
  };
}

const NO_NUMBER = 'x';
/** Digits whose groups stand apart by blanks: the last has three digits, the middle ones may have two, as in India. */
const GROUPED = /^[+-]?\d+(?: \d{2,3})* \d{3}(?!\d| )/;

/** Takes away the marks between groups of digits, where they stand between groups. */
function ungroup(digits: string, groupChar: string): string {
  const apart = /^\s$/.test(groupChar) ? digits.replace(BLANKS, ' ') : digits.replaceAll(groupChar, ' ');
  const last = apart.lastIndexOf(' ');
  if (last === -1) return digits;
  const [groups] = GROUPED.exec(apart) ?? [];
  return groups !== undefined && groups.length > last ? apart.replaceAll(' ', '') : NO_NUMBER;
}

/** Takes away what stands behind the last digit. (`/[^\d.,]*$/` would begin anew at each character of a long text.) */
function withoutUnit(text: string): string {
  let end = text.length;
  while (end > 0 && !IN_NUMBER.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** Takes away what was declared to be no part of the number, and puts a dot for its decimal mark. */
function plainText({ decimalChar = '.', groupChar, bareNumber }: Marks): (text: string) => string {
  return (text) => {
    let digits = text;
    if (bareNumber === false) {
      const sign = BEFORE.exec(digits) as RegExpExecArray;
      digits = (sign[1] as string) + withoutUnit(digits.slice(sign[0].length));
    }
    if (groupChar !== undefined) digits = ungroup(digits.trim(), groupChar);
    if (decimalChar === '.') return digits;
    // A dot that is no mark here makes it no number.
    return digits.includes('.') ? NO_NUMBER : digits.replace(decimalChar, '.');
  };
}
