// A column → some of its values in order, and what to write behind each operator so that rows are found.
import type { Operand, OperatorName } from '../../query/operators.ts';
import type { Column } from '../../table/column.ts';
import { exampleValues } from './examples.ts';

/** How many different values a sample has at most. */
const SIZE = 8;
/** How many characters of a text show a part of it. */
const PART = 3;

/** A few values of a column, none null: as they come in the file, and ascending. */
export type Sample = Readonly<{
  values: readonly Operand[];
  ascending: readonly Operand[];
  hasNull: boolean;
}>;

export function sampleOf(column: Column, rowCount: number): Sample {
  const values = exampleValues(column, rowCount, SIZE) as readonly Operand[];
  return { values, ascending: values.toSorted(compareValues), hasNull: column.nulls !== null };
}

/** Orders values as the API does: numbers by size, texts by code point. */
export function compareValues(a: Operand, b: Operand): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

/** What stands behind an operator so that at least one row is found; undefined where the sample shows nothing. */
export function operandFor(operator: OperatorName, sample: Sample): Operand | readonly Operand[] | undefined {
  const { values, ascending, hasNull } = sample;
  const [first] = values;
  if (operator === 'isnull') return hasNull;
  if (first === undefined) return undefined;
  const middle = ascending[(ascending.length - 1) >> 1] as Operand;
  const isVaried = values.length > 1;
  const listed = values.filter(isListable).slice(0, 2);
  const text =
    typeof first === 'string' ? (values.find((value) => value !== '') as string | undefined) : undefined;
  switch (operator) {
    case 'eq':
      return first;
    case 'ne':
      return isVaried || hasNull ? first : undefined;
    case 'in':
      return listed.length > 0 ? listed : undefined;
    case 'nin':
      return listed.length > 0 && (isVaried || hasNull) ? listed.slice(0, 1) : undefined;
    case 'gt':
      return isVaried ? middle : undefined;
    case 'gte':
    case 'lte':
      return middle;
    case 'lt':
      return isVaried ? ascending[(ascending.length >> 1) as number] : undefined;
    case 'between':
      return pairOf(ascending.filter(isListable));
    default:
      return text === undefined ? undefined : partOf(text, operator);
  }
}

function pairOf(ascending: readonly Operand[]): readonly Operand[] | undefined {
  const last = ascending.at(-1);
  return last === undefined ? undefined : [ascending[ascending.length >> 2] as Operand, last];
}

/** Whether a value can stand in a list with commas as it is. */
function isListable(value: Operand): boolean {
  return typeof value !== 'string' || (value !== '' && !/,|^\s*\[/.test(value));
}

function partOf(text: string, operator: OperatorName): string {
  const characters = [...text];
  const start = characters.slice(0, PART).join('');
  const end = characters.slice(-PART).join('');
  const word = /[\p{L}\p{N}]+/u.exec(text)?.[0] ?? text;
  switch (operator) {
    case 'contains':
      return word;
    case 'icontains':
      return word.toLowerCase();
    case 'startswith':
      return start;
    case 'istartswith':
      return start.toLowerCase();
    case 'endswith':
      return end;
    case 'iendswith':
      return end.toLowerCase();
    case 'ilike':
      return `${patternOf(start).toLowerCase()}%`;
    default:
      return `${patternOf(start)}%`;
  }
}

/** A text as a pattern that is like just this text. */
function patternOf(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
