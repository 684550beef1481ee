// The fields of a Table Schema as they stand in a file → what they say that is not followed, in sentences.

import { nearest } from '../../nearest.ts';
import { STRING_FORMATS } from '../../table/declared/declared-cast.ts';
import { CONSTRAINT_NAMES, type GivenField, type GivenSchema } from './package-fields.ts';

/** A sentence for each member that nobody follows, and what is done instead. */
export function fieldNotes({ fields = [] }: GivenSchema): readonly string[] {
  return fields.flatMap((field) => [...constraintNotes(field), ...otherNotes(field)]);
}

function constraintNotes({ name, constraints = {} }: GivenField): string[] {
  return Object.keys(constraints)
    .filter((given) => !CONSTRAINT_NAMES.some((known) => known === given))
    .map((given) =>
      given === 'jsonSchema'
        ? `The constraint "jsonSchema" of ${quote(name)} is not followed: its values are not checked against it.`
        : `The constraint ${quote(given)} of ${quote(name)} is none that Rowcast knows: it is not checked.${meant(given, CONSTRAINT_NAMES)}`,
    );
}

function otherNotes({ name, type, format, categoriesOrdered }: GivenField): string[] {
  const formats = ['default', ...STRING_FORMATS.keys()];
  const isUnknown = type === 'string' && format !== undefined && !formats.includes(format);
  return [
    ...(isUnknown
      ? [
          `The format ${quote(format)} of ${quote(name)} is none that Rowcast knows: any text fits.${meant(format, formats)}`,
        ]
      : []),
    ...(categoriesOrdered === true
      ? [
          `"categoriesOrdered" of ${quote(name)} is not followed: its values have the order of texts or numbers.`,
        ]
      : []),
  ];
}

function meant(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === undefined ? ` Known are ${known.join(', ')}.` : ` Did you mean ${quote(near)}?`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}
