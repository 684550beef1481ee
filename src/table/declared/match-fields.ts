// The columns of a file and the declared fields → which field each column is, and where they do not agree.

import type { DeclaredField, FieldsMatch } from './declared-field.ts';

/** `fields[i]` is what column `i` is declared to be, null for one that is not declared. */
export type Matched = Readonly<{
  fields: readonly (DeclaredField | null)[];
  /** Sentences, one for each departure. */
  mismatches: readonly string[];
}>;

/**
 * Finds the declared field of each column, by the rule of Table Schema 2.0: `exact` by order, the others by name.
 * @param names of the columns, as in the header
 * @param hasHeader without one, fields are taken by order whatever the rule is
 */
export function matchFields(
  names: readonly string[],
  hasHeader: boolean,
  declared: readonly DeclaredField[],
  rule: FieldsMatch,
): Matched {
  const byName = hasHeader ? matchByName(names, declared) : names.map((_, index) => declared[index] ?? null);
  const fields = rule === 'exact' && hasHeader ? fillByOrder(byName, declared) : byName;
  const taken = new Set(fields);
  const missing = declared.filter((field) => !taken.has(field)).map(({ name }) => name);
  const extra = names.filter((_, index) => fields[index] === null);
  const renamed = fields.flatMap((field, index) =>
    field !== null && byName[index] === null
      ? [
          `The column ${quote(names[index])} stands where ${quote(field.name)} is declared, and is read as it.`,
        ]
      : [],
  );
  const told: string[] = [];
  if (rule === 'partial') {
    if (fields.every((field) => field === null)) told.push('None of the declared fields is in the file.');
  } else {
    if (missing.length > 0 && rule !== 'superset')
      told.push(
        `The file has no column for ${list(missing)}, which ${missing.length === 1 ? 'is' : 'are'} declared.`,
      );
    if (extra.length > 0 && rule !== 'subset')
      told.push(`The file has ${list(extra)}, which ${extra.length === 1 ? 'is' : 'are'} not declared.`);
  }
  told.push(...renamed);
  if (rule === 'exact' && told.length === 0 && fields.some((field, index) => field !== declared[index]))
    told.push(
      `The columns stand in another order than declared (${declared.map(({ name }) => name).join(', ')}).`,
    );
  return { fields, mismatches: told.map((sentence) => `${sentence} fieldsMatch is ${quote(rule)}.`) };
}

function matchByName(names: readonly string[], declared: readonly DeclaredField[]): (DeclaredField | null)[] {
  const known = new Map<string, DeclaredField>();
  for (const field of declared) for (const label of field.labels ?? []) known.set(label, field);
  for (const field of declared) known.set(field.name, field);
  const taken = new Set<DeclaredField>();
  return names.map((name) => {
    const field = known.get(name);
    if (field === undefined || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

/** A column whose name nobody declared is the field of its place, unless that one has another column. */
function fillByOrder(
  byName: readonly (DeclaredField | null)[],
  declared: readonly DeclaredField[],
): (DeclaredField | null)[] {
  const taken = new Set(byName);
  return byName.map((field, index) => {
    const there = declared[index];
    return field ?? (there !== undefined && !taken.has(there) ? there : null);
  });
}

function list(names: readonly string[]): string {
  return names.map(quote).join(', ');
}

function quote(name: string | undefined): string {
  return JSON.stringify(name);
}
