// A field's declared constraints → the cells that break them.

import { compareInstants, hasZone } from '../calendar.ts';
import { type Column, isNull, physicalText, valueAt } from '../column.ts';
import type { Value } from '../field-types.ts';
import type { Constraints } from '../schema.ts';
import { type CellFault, type CellFaults, quoteCell } from './cell-faults.ts';
import type { DeclaredCast } from './declared-cast.ts';
import type { DeclaredField } from './declared-field.ts';
import { type InTime, patternMisses } from './pattern-misses.ts';

/** A rule that a value is to keep to, and what it demands, in words. */
type Rule = Readonly<{ isKept: (value: Exclude<Value, null>, row: number) => boolean; demands: string }>;

type Bound = string | number;

/**
 * Checks every cell of a field.
 * @param place the column, from 1
 * @param how the field's declared type; null: the cells decide it
 * @param inTime matches patterns
 */
export function checkConstraints(
  column: Column,
  rows: number,
  field: DeclaredField,
  place: number,
  how: DeclaredCast | null,
  faults: CellFaults,
  inTime: InTime,
): void {
  const constraints = field.constraints ?? {};
  const { pattern } = constraints;
  const misses = pattern === undefined ? null : patternMisses(column, rows, pattern, inTime);
  const rules = rulesOf(field, how);
  if (misses !== null)
    rules.push({ demands: `the pattern ${pattern}`, isKept: (_value, row) => !misses.isMiss(row) });
  const seen = constraints.unique === true ? new Map<Value, number>() : null;
  if (rules.length === 0 && seen === null && constraints.required !== true) return;
  const tell = (row: number, message: string, code: CellFault['code'] = 'constraint-error') =>
    faults.add(row, () => ({ column: place, field: field.name, code, message }));
  const named = `Field ${JSON.stringify(field.name)}`;
  for (let row = 0; row < rows; row++) {
    if (row === misses?.until)
      tell(
        row,
        `${named} has ${quoteCell(physicalText(column, row) ?? '')}, where matching the pattern ${pattern} takes too long: from here on it is not checked. Expected: a pattern without a repetition in a repetition.`,
        'unchecked-pattern',
      );
    if (isNull(column, row)) {
      if (constraints.required === true) tell(row, `${named} has no value; expected: a value in every row.`);
      continue;
    }
    const value = valueAt(column, row) as Exclude<Value, null>;
    const broken = rules.find(({ isKept }) => !isKept(value, row));
    if (broken !== undefined)
      tell(row, `${named} has ${quoteCell(physicalText(column, row) ?? '')}; expected: ${broken.demands}.`);
    const first = seen?.get(value);
    if (first !== undefined)
      tell(
        row,
        `${named} has ${quoteCell(String(value))} again, as in row ${first + 1}; expected: another value in every row.`,
      );
    else seen?.set(value, row);
  }
}

function rulesOf(field: DeclaredField, how: DeclaredCast | null): Rule[] {
  const { constraints = {}, categories } = field;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = constraints;
  const compare = orderOf(how);
  const rules: Rule[] = [...lengthRules(constraints, counterOf(field))];
  const bound = (limit: Bound | undefined, words: string, isKept: (order: number) => boolean) => {
    if (limit === undefined) return;
    const value = logicalBound(limit, how);
    rules.push({ demands: `${words} ${limit}`, isKept: (found) => isKept(compare(found, value)) });
  };
  bound(minimum, 'at least', (order) => order >= 0);
  bound(maximum, 'at most', (order) => order <= 0);
  bound(exclusiveMinimum, 'more than', (order) => order > 0);
  bound(exclusiveMaximum, 'less than', (order) => order < 0);
  const allowed = [constraints.enum, categories?.map(({ value }) => value)];
  for (const list of allowed) {
    if (list === undefined) continue;
    const values = new Set(
      list.map((entry) => (typeof entry === 'boolean' ? entry : logicalBound(entry, how))),
    );
    rules.push({ demands: `one of ${list.join(', ')}`, isKept: (found) => values.has(found) });
  }
  return rules;
}

/** What counts the entries of a value; null where its characters count. */
function counterOf({ type, delimiter = ',' }: DeclaredField): ((text: string) => number) | null {
  if (type === 'list') return (text) => text.split(delimiter).length;
  return type === 'array' ? entries : null;
}

function lengthRules(
  { minLength, maxLength }: Constraints,
  entriesOf: ((text: string) => number) | null,
): Rule[] {
  const unit = entriesOf === null ? 'characters' : 'entries';
  const lengthOf = (value: Exclude<Value, null>) => entriesOf?.(String(value)) ?? [...String(value)].length;
  return [
    ...(minLength === undefined
      ? []
      : [
          {
            demands: `at least ${minLength} ${unit}`,
            isKept: (value: Exclude<Value, null>) => lengthOf(value) >= minLength,
          },
        ]),
    ...(maxLength === undefined
      ? []
      : [
          {
            demands: `at most ${maxLength} ${unit}`,
            isKept: (value: Exclude<Value, null>) => lengthOf(value) <= maxLength,
          },
        ]),
  ];
}

/** How many entries a JSON array has. */
function entries(text: string): number {
  try {
    return (JSON.parse(text) as unknown[]).length;
  } catch {
    return 0;
  }
}

/** What a declared text stands for: as a cell would, where it does. */
export function logicalBound(declared: Bound, how: DeclaredCast | null): Exclude<Value, null> {
  if (how === null || typeof declared === 'number')
    return how?.type === 'string' ? String(declared) : declared;
  const value = how.cast(declared);
  if (value !== undefined) return value;
  const isNumeric = how.type === 'integer' || how.type === 'number';
  return isNumeric && declared !== '' && Number.isFinite(Number(declared)) ? Number(declared) : declared;
}

/** Numbers by size; texts, ISO 8601 dates among them, by code units. A number and a text: as numbers. */
function compareValues(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return Number(a) - Number(b);
}

/** How values of a type are compared: datetimes that both have a zone by their moments, all others as they stand. */
export function orderOf(how: DeclaredCast | null): typeof compareValues {
  if (how?.type !== 'datetime') return compareValues;
  return (a, b) => {
    const [first, second] = [String(a), String(b)];
    if (!hasZone(first) || !hasZone(second)) return compareValues(a, b);
    return compareInstants(first, second);
  };
}
