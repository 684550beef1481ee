// A Table Schema that is well formed → the declared schema that tables are read by.

import type {
  DeclaredField,
  DeclaredSchema,
  FieldsMatch,
  MissingLabel,
} from '../../table/declared/declared-field.ts';
import type { Category, Constraints, ForeignKey } from '../../table/schema.ts';

type Names = string | readonly string[];
type Missing = readonly (string | Readonly<{ value: string; label?: string }>)[];

/** A field as it stands in a file. */
export type GivenField = Omit<DeclaredField, 'missingValues' | 'missingLabels' | 'categories'> &
  Readonly<{
    missingValues?: Missing;
    categories?: readonly (string | number | Category)[];
    categoriesOrdered?: boolean;
  }>;

/** A Table Schema as it stands in a file, after it has been looked through. */
export type GivenSchema = Readonly<{
  fields?: readonly GivenField[];
  fieldsMatch?: FieldsMatch | readonly FieldsMatch[];
  missingValues?: Missing;
  primaryKey?: Names;
  uniqueKeys?: readonly Names[];
  foreignKeys?: readonly Readonly<{
    fields: Names;
    reference: Readonly<{ resource?: string; fields: Names }>;
  }>[];
}>;

/** The constraints that are checked. */
export const CONSTRAINT_NAMES = [
  'required',
  'unique',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'pattern',
  'enum',
] as const satisfies readonly (keyof Constraints)[];

/** Nothing is declared. */
export const NO_SCHEMA: DeclaredSchema = Object.freeze({
  fields: null,
  fieldsMatch: 'exact',
  missingValues: null,
  primaryKey: null,
  uniqueKeys: [],
  foreignKeys: [],
});

/**
 * Brings a Table Schema into one form: lists for names, objects for categories.
 * @param tableOf the table of a resource by its name, as far as it is known
 */
export function readSchema(given: GivenSchema, tableOf: (resource: string) => string): DeclaredSchema {
  const { fieldsMatch = 'exact' } = given;
  return Object.freeze({
    fields: given.fields?.map(readField) ?? null,
    fieldsMatch: typeof fieldsMatch === 'string' ? fieldsMatch : (fieldsMatch[0] as FieldsMatch),
    missingValues: given.missingValues === undefined ? null : missingTexts(given.missingValues),
    ...labelled(given.missingValues),
    primaryKey: given.primaryKey === undefined ? null : namesOf(given.primaryKey),
    uniqueKeys: (given.uniqueKeys ?? []).map(namesOf),
    foreignKeys: (given.foreignKeys ?? []).map(
      ({ fields, reference }): ForeignKey => ({
        fields: namesOf(fields),
        reference: { resource: tableOf(reference.resource ?? ''), fields: namesOf(reference.fields) },
      }),
    ),
  });
}

/** Only the members that a table is read by; those that nobody knows are left out. */
function readField(given: GivenField): DeclaredField {
  const { missingValues, categories, constraints } = given;
  return Object.freeze({
    name: given.name,
    ...pick(given, [
      'type',
      'title',
      'description',
      'trueValues',
      'falseValues',
      'decimalChar',
      'groupChar',
      'bareNumber',
      'delimiter',
      'itemType',
    ]),
    ...(given.format === undefined ? {} : { format: withoutPrefix(given.format, given.type) }),
    ...(missingValues === undefined ? {} : { missingValues: missingTexts(missingValues) }),
    ...labelled(missingValues),
    ...(categories === undefined ? {} : { categories: categories.map(readCategory) }),
    ...(constraints === undefined ? {} : { constraints: readConstraints(constraints) }),
  });
}

/** Table Schema wrote a pattern of dates as `fmt:%d/%m/%Y` before it had a version. */
function withoutPrefix(format: string, type: GivenField['type']): string {
  return type === 'date' || type === 'datetime' || type === 'time' ? format.replace(/^fmt:/, '') : format;
}

function readConstraints(given: Constraints): Constraints {
  return pick(given, CONSTRAINT_NAMES);
}

function readCategory(given: string | number | Category): Category {
  return typeof given === 'object' ? pick(given, ['value', 'label']) : { value: given };
}

function missingTexts(given: Missing): string[] {
  return given.map((entry) => (typeof entry === 'string' ? entry : entry.value));
}

function labelled(given: Missing = []): Pick<DeclaredField, 'missingLabels'> {
  const missingLabels = given.flatMap((entry): MissingLabel[] =>
    typeof entry === 'string' || entry.label === undefined
      ? []
      : [{ value: entry.value, label: entry.label }],
  );
  return missingLabels.length === 0 ? {} : { missingLabels };
}

function namesOf(given: Names): readonly string[] {
  return typeof given === 'string' ? [given] : given;
}

/** An object with those of some members that another one has. */
function pick<Given extends object, Name extends keyof Given>(given: Given, names: readonly Name[]) {
  const entries = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return Object.freeze(Object.fromEntries(entries)) as Pick<Given, Name>;
}
