// A schema → what conditions and orders may speak of: names with types, by their positions.

import type { FieldType, Schema } from '../table/schema.ts';

/** A field, or what a group's result holds: anything that has a name and values of one type. */
export type Subject = Readonly<{ name: string; type: FieldType }>;

export type Subjects = Readonly<{
  /** What they are called in messages: `field`, `result`. */
  noun: string;
  list: readonly Subject[];
  positions: ReadonlyMap<string, number>;
}>;

const known = new WeakMap<Schema, Subjects>();

/** The fields of a schema; looked up once for each schema. */
export function fieldsOf(schema: Schema): Subjects {
  const found = known.get(schema) ?? subjectsOf('field', schema.fields);
  known.set(schema, found);
  return found;
}

/** Of two of one name, the first has it. */
export function subjectsOf(noun: string, list: readonly Subject[]): Subjects {
  const positions = new Map<string, number>();
  for (const [index, { name }] of list.entries()) if (!positions.has(name)) positions.set(name, index);
  return { noun, list, positions };
}

/** The subject at a position. */
export function subjectAt({ list }: Subjects, position: number): Subject {
  return list[position] as Subject;
}
