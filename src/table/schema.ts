// What a table declares about itself: its fields, their types and its primary key (Table Schema words).

/** The logical types a field may have; `field-types.ts` holds what each one means. */
export type FieldType = 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'string';

/** One column's declaration. */
export type Field = Readonly<{
  name: string;
  type: FieldType;
  title?: string;
  description?: string;
  /**
   * For a datetime: `date-time` when every value has a zone, so that RFC 3339 holds for all of them. Else the physical
   * format where it is not that of the type: `%d/%m/%Y`.
   */
  format?: string;
  /** The decimal mark of the cells where it is not a dot. */
  decimalChar?: string;
  /** What stands between groups of digits in the cells. */
  groupChar?: string;
  /** False where the cells have more than the number: a currency, a percent sign. */
  bareNumber?: false;
  /** How true and false are written, where that was declared. */
  trueValues?: readonly string[];
  falseValues?: readonly string[];
  /** Texts that stand for null in this field; absent when only the empty cell does. */
  missingValues?: readonly string[];
  /** The declared values that the field may have, with what they mean where that was declared. */
  categories?: readonly Category[];
  constraints?: Constraints;
  /** Why the field has this type, for a person: what every cell is, or which cell decided. */
  reason: string;
}>;

export type Category = Readonly<{ value: string | number; label?: string }>;

/** What every value of a field is to keep to; values are logical ones. */
export type Constraints = Readonly<{
  required?: boolean;
  unique?: boolean;
  minimum?: string | number;
  maximum?: string | number;
  exclusiveMinimum?: string | number;
  exclusiveMaximum?: string | number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  enum?: readonly (string | number | boolean)[];
}>;

/** Fields whose values are those of fields of another table (`resource`), or of the same one where it is empty. */
export type ForeignKey = Readonly<{
  fields: readonly string[];
  reference: Readonly<{ resource: string; fields: readonly string[] }>;
}>;

/** Fields in column order, and the names of those that make the primary key (none: the row number is the key). */
export type Schema = Readonly<{
  fields: readonly Field[];
  primaryKey: readonly string[];
  /** What was declared; absent where nothing was. */
  foreignKeys?: readonly ForeignKey[];
}>;

/**
 * The part of a schema that clients can rely on: what values there are, how they are written, and what identifies a
 * row. Reasons, titles and descriptions are for people; relations depend on other tables too, declared or not.
 * @returns a plain object, fit for comparing as JSON and for hashing
 */
export function schemaIdentity(schema: Schema): object {
  const fields = schema.fields.map(
    ({ reason: _reason, title: _title, description: _description, ...field }) => field,
  );
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
  const numbers = new Map<string, number>();
  return header.map((text, index) => {
    const base = text === '' ? `column_${index + 1}` : text;
    let name = base;
    let n = numbers.get(base) ?? 2;
    for (; taken.has(name) || (name !== text && given.has(name)); n++) name = `${base}_${n}`;
    numbers.set(base, n);
    taken.add(name);
    return name;
  });
}
