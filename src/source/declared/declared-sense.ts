// A declared schema whose members are well formed → what about it cannot be meant: names that are no fields, patterns
// that are none.

import { patternFault } from '../../table/date-pattern.ts';
import { FALSE_VALUES, TRUE_VALUES } from '../../table/declared/declared-cast.ts';
import type { DeclaredField, DeclaredSchema } from '../../table/declared/declared-field.ts';
import { constraintFaults } from './constraint-sense.ts';
import { type Fault, faultAt, pointerTo, tellNames } from './declared-words.ts';

const DATED: readonly (string | undefined)[] = ['date', 'datetime', 'time'];

/** @param at the pointer of the schema */
export function senseFaults(schema: DeclaredSchema, at: string): Fault[] {
  const { fields, primaryKey, uniqueKeys, foreignKeys } = schema;
  const names = new Set(fields?.map(({ name }) => name));
  const seen = new Set<string>();
  const faults = (fields ?? []).flatMap((field, index) => {
    const here = `${at}${pointerTo('fields', index)}`;
    const isRepeated = seen.has(field.name);
    seen.add(field.name);
    const repeated = isRepeated
      ? [faultAt(`${here}/name`, field.name, 'a name that no other field has')]
      : [];
    return [...repeated, ...fieldFaults(field, here), ...constraintFaults(field, here)];
  });
  const unknown = (used: readonly string[], pointer: string) =>
    fields === null
      ? []
      : used
          .filter((name) => !names.has(name))
          .map((name) => faultAt(pointer, name, `a field of the schema (${tellNames(names)})`));
  faults.push(...unknown(primaryKey ?? [], `${at}/primaryKey`));
  for (const [index, key] of uniqueKeys.entries())
    faults.push(...unknown(key, `${at}${pointerTo('uniqueKeys', index)}`));
  for (const [index, key] of foreignKeys.entries()) {
    const here = `${at}${pointerTo('foreignKeys', index)}`;
    faults.push(...unknown(key.fields, `${here}/fields`));
    const { fields: there } = key.reference;
    if (there.length !== key.fields.length)
      faults.push(
        faultAt(`${here}/reference/fields`, there, `as many fields as "fields" has (${key.fields.length})`),
      );
  }
  return faults;
}

function fieldFaults(field: DeclaredField, at: string): Fault[] {
  const { type, format, decimalChar, groupChar } = field;
  const faults: Fault[] = [];
  // A whole number has no decimal mark unless one is declared: `1.234.567`.
  const mark = decimalChar ?? (type === 'integer' ? undefined : '.');
  if (groupChar !== undefined && groupChar === mark)
    faults.push(faultAt(`${at}/groupChar`, groupChar, 'another character than the decimal mark'));
  const { trueValues, falseValues } = field;
  const both = (falseValues ?? FALSE_VALUES).find((text) => (trueValues ?? TRUE_VALUES).includes(text));
  if (type === 'boolean' && both !== undefined) {
    const [member, other] =
      trueValues === undefined ? ['falseValues', 'trueValues'] : ['trueValues', 'falseValues'];
    const usual = trueValues === undefined ? TRUE_VALUES : FALSE_VALUES;
    const isUsual = trueValues === undefined || falseValues === undefined;
    const unsaid = isUsual ? ` (${usual.join(', ')}, as it is not declared)` : '';
    faults.push(faultAt(`${at}/${member}`, both, `texts that "${other}" does not have${unsaid}`));
  }
  if (DATED.includes(type) && format !== undefined) {
    const fault = patternFault(format);
    if (fault !== null) faults.push(faultAt(`${at}/format`, format, fault));
  }
  return faults;
}
