// The text of one cell → what it looks like. Wider than the types of fields: it decides nothing but the dialect.

import { isMissingText } from '../../table/missing.ts';

/** `code` mixes letters and digits in one word; the kinds before it are typed: no header cell looks like them. */
export type CellKind =
  | 'integer'
  | 'number'
  | 'date'
  | 'time'
  | 'datetime'
  | 'boolean'
  | 'amount'
  | 'address'
  | 'code'
  | 'text'
  | 'empty';

const NUMBER = /^[+-]?(?:\d+|\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+)?(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/;
const DATE =
  /^(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})|\d{1,2}[- ][a-zà-ÿ]{3,9}\.?[- ]\d{2,4})$/i;
const TIME = /^(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?$/i;
const DATETIME =
  /^(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4})(?:[Tt]| {1,2})(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?: ?(?:[ap]m|z|utc|[+-]\d\d:?\d\d))?$/i;
const AMOUNT = /^(?:[-+(]?[$€£¥₹] ?-?\d[\d ., ]*\)?|-?\d[\d ., ]* ?(?:[$€£¥₹%]|EUR|USD|CHF|GBP))$/;
const ADDRESS =
  /^(?:https?:\/\/\S+|[^\s@]+@[^\s@]+\.[^\s@]+|[\da-f]{1,4}(?::[\da-f]{0,4}){2,7}|\d{1,3}(?:\.\d{1,3}){3})$/i;
const CODE = /^(?=\S*\d)[\p{L}\d][\p{L}\d_./#+-]*$/u;
const LONGEST = 80;

/** The cells of a sample are looked at again and again: what they look like is kept of so many. */
const MOST_KNOWN = 4096;
const known = new Map<string, CellKind>();

/** What a cell looks like; blanks around it do not count. `NA` and the like are `empty`. */
export function cellKind(cell: string): CellKind {
  if (cell === '') return 'empty';
  if (cell.length > LONGEST) return findKind(cell);
  let kind = known.get(cell);
  if (kind === undefined) {
    kind = findKind(cell);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(cell, kind);
  }
  return kind;
}

function findKind(cell: string): CellKind {
  const text = cell.trim();
  if (text === '' || isMissingText(text)) return 'empty';
  if (text.length > LONGEST) return /^https?:\/\/\S+$/.test(text) ? 'address' : 'text';
  if (/\d/.test(text)) {
    if (/^[+-]?\d+$/.test(text)) return 'integer';
    if (NUMBER.test(text)) return 'number';
    if (DATE.test(text)) return 'date';
    if (TIME.test(text)) return 'time';
    if (DATETIME.test(text)) return 'datetime';
    if (AMOUNT.test(text)) return 'amount';
  } else if (/^(?:true|false)$/i.test(text)) return 'boolean';
  if (ADDRESS.test(text)) return 'address';
  return CODE.test(text) ? 'code' : 'text';
}

/** Whether cells of a kind have a type, so that a name can be told from them. */
export function isTyped(kind: CellKind): boolean {
  return kind !== 'code' && kind !== 'text' && kind !== 'empty';
}

/** Whether two kinds may stand in one column: integers do among numbers and amounts. */
export function isAlike(a: CellKind, b: CellKind): boolean {
  return a === b || (isNumeric(a) && isNumeric(b)) || (isTemporal(a) && isTemporal(b));
}

/** Whether cells of a kind are numbers, be it with a currency. */
export function isNumeric(kind: CellKind | null): boolean {
  return kind === 'integer' || kind === 'number' || kind === 'amount';
}

function isTemporal(kind: CellKind): boolean {
  return kind === 'date' || kind === 'datetime';
}
