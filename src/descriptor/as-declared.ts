// What was declared of a schema → the members in which a Table Schema says it, where a table has no word for it.

import type { DeclaredSchema, MissingLabel } from '../table/declared/declared-field.ts';
import type { Field } from '../table/schema.ts';

/** The members of a field that are given back as they were declared. */
export type FieldAsDeclared = Readonly<{
  type?: string;
  format?: string;
  delimiter?: string;
  itemType?: string;
  missingValues?: readonly Readonly<{ value: string; label?: string }>[];
}>;

/** The members of a schema that say how columns and fields agree, and what else is unique. */
export function schemaAsDeclared(
  { fieldsMatch, uniqueKeys }: DeclaredSchema,
  names: ReadonlySet<string>,
): object {
  const held = uniqueKeys.filter((key) => key.every((name) => names.has(name)));
  return {
    ...(fieldsMatch === 'exact' ? {} : { fieldsMatch }),
    ...(held.length === 0 ? {} : { uniqueKeys: held }),
  };
}

/** @returns what is given back of a field of the table */
export function fieldsAsDeclared(declared: DeclaredSchema): (field: Field) => FieldAsDeclared {
  const byName = new Map(declared.fields?.map((field) => [field.name, field]));
  return ({ name, type, missingValues = [''] }) => {
    const field = byName.get(name);
    const own = field?.missingValues === undefined ? declared.missingLabels : field.missingLabels;
    const missing = own === undefined ? {} : { missingValues: missingValues.map(withLabel(own)) };
    if (field?.type === undefined || field.type === 'any' || field.type === type) return missing;
    const { type: written, format, delimiter, itemType } = field;
    return {
      ...missing,
      type: written,
      ...(format === undefined || format === 'default' ? {} : { format }),
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(itemType === undefined ? {} : { itemType }),
    };
  };
}

/** A Table Schema has either texts or objects: where one has a label, all are objects. */
function withLabel(labels: readonly MissingLabel[]) {
  return (value: string) => {
    const label = labels.find((each) => each.value === value)?.label;
    return { value, ...(label === undefined ? {} : { label }) };
  };
}
