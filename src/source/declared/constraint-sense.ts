// The constraints of a declared field → those among them that no value could keep to.

import { declaredCast } from '../../table/declared/declared-cast.ts';
import { logicalBound, orderOf } from '../../table/declared/declared-constraints.ts';
import type { DeclaredField } from '../../table/declared/declared-field.ts';
import { wholeText } from '../../table/declared/pattern-misses.ts';
import { type Fault, faultAt } from './declared-words.ts';

const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;
/** Types whose values have an order, so that a bound is to be a value of the type. */
const ORDERED: readonly (string | undefined)[] = ['integer', 'number', 'date', 'datetime', 'year'];

/** @param at the pointer of the field */
export function constraintFaults(field: DeclaredField, at: string): Fault[] {
  const { constraints = {}, categories } = field;
  const how = declaredCast(field);
  const faults: Fault[] = [];
  const read = (value: string | number) => {
    const found = logicalBound(value, how);
    const isNumeric = how?.type === 'integer' || how?.type === 'number';
    if (isNumeric) return typeof found === 'number' ? found : undefined;
    return typeof value === 'string' ? (how?.cast(value) ?? isoValue(field, value)) : undefined;
  };
  if (how !== null && ORDERED.includes(field.type)) {
    const values = new Map(BOUNDS.map((name) => [name, constraints[name]] as const));
    for (const [name, value] of values)
      if (value !== undefined && read(value) === undefined)
        faults.push(faultAt(`${at}/constraints/${name}`, value, how.expects));
    const low = constraints.minimum ?? constraints.exclusiveMinimum;
    const high = constraints.maximum ?? constraints.exclusiveMaximum;
    if (low !== undefined && high !== undefined && faults.length === 0) {
      const order = orderOf(how)(read(low) ?? low, read(high) ?? high);
      const name = constraints.minimum === undefined ? 'exclusiveMinimum' : 'minimum';
      if (order > 0)
        faults.push(
          faultAt(`${at}/constraints/${name}`, low, `a value that is not above the greatest, ${high}`),
        );
    }
    const lists = [
      [`${at}/constraints/enum`, constraints.enum],
      [`${at}/categories`, categories?.map(({ value }) => value)],
    ] as const;
    for (const [pointer, list] of lists)
      if (list?.every((value) => typeof value === 'boolean' || read(value) === undefined))
        faults.push(faultAt(pointer, list, `a list of values, each ${how.expects}`));
  }
  const { minLength, maxLength, pattern } = constraints;
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength)
    faults.push(faultAt(`${at}/constraints/minLength`, minLength, `no more than "maxLength" (${maxLength})`));
  const complaint = pattern === undefined ? null : complaintOf(pattern);
  if (complaint !== null)
    faults.push(faultAt(`${at}/constraints/pattern`, pattern, `a regular expression (${complaint})`));
  return faults;
}

/** A bound may be written as a value is, whatever the cells look like. */
function isoValue({ type, name }: DeclaredField, text: string): string | number | boolean | undefined {
  return declaredCast({ name, ...(type === undefined ? {} : { type }) })?.cast(text);
}

/** What is wrong with a pattern; null: nothing. */
function complaintOf(pattern: string): string | null {
  try {
    wholeText(pattern);
    return null;
  } catch (error) {
    const { message } = error as Error;
    return message.slice(message.lastIndexOf(': ') + 2);
  }
}
