// What a table declares about itself: its fields, their types and its primary key (Table Schema words).

/** The logical types a field may have; `field-types.ts` holds what each one means. */
export type FieldType = 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'string';

/** One column's declaration. */
export type Field = Readonly<{
  name: string;
  type: FieldType;
  /** For a datetime: `date-time` when every value has a zone, so that RFC 3339 holds for all of them. */
  format?: 'date-time';
  /** Texts that stand for null in this field; absent when only the empty cell does. */
  missingValues?: readonly string[];
  constraints?: Readonly<{ required?: boolean; unique?: boolean }>;
  /** Why the field has this type, for a person: what every cell is, or which cell decided. */
  reason: string;
}>;

/** Fields in column order, and the names of those that make the primary key (none: the row number is the key). */
export type Schema = Readonly<{ fields: readonly Field[]; primaryKey: readonly string[] }>;

/**
 * The part of a schema that clients can rely on: without the reasons, which may change while nothing else does.
 * @returns a plain object, fit for comparing as JSON and for hashing
 */
export function schemaIdentity(schema: Schema): object {
  const fields = schema.fields.map(({ reason: _reason, ...field }) => field);
  return { fields, primaryKey: schema.primaryKey };
}

/**
 * Makes the names of a header usable as field names: an empty one becomes `column_3`, a repeated one `name_2`.
 * @param header the header's cells, as they stand in the file
 * @returns as many names, all different, none empty
 */
export function fieldNames(header: readonly string[]): string[] {
  const given = new Set(header);
  const taken = new Set<string>();
  return header.map((text, index) => {
    const base = text === '' ? `column_${index + 1}` : text;
    let name = base;
    for (let n = 2; taken.has(name) || (name !== text && given.has(name)); n++) name = `${base}_${n}`;
    taken.add(name);
    return name;
  });
}
