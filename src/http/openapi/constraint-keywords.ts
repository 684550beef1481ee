// A field's declared constraints → the keywords of JSON Schema that say the same of its values.
import { inJavaScript, wholeText } from '../../table/declared/pattern-misses.ts';
import { fieldType } from '../../table/field-types.ts';
import type { Field } from '../../table/schema.ts';

/**
 * The keywords. What JSON Schema has no word for is left out: the least and greatest of dates, which are strings there.
 * @param isNullable whether null is a value too
 */
export function constraintKeywords(
  { type, constraints = {}, categories }: Field,
  isNullable: boolean,
): object {
  const { jsonType } = fieldType(type);
  const choices = constraints.enum ?? categories?.map(({ value }) => value);
  return {
    ...(choices === undefined ? {} : { enum: isNullable ? [...choices, null] : choices }),
    ...(jsonType === 'integer' || jsonType === 'number' ? numberKeywords(constraints) : {}),
    ...(type === 'string' ? textKeywords(constraints) : {}),
  };
}

type Constraints = NonNullable<Field['constraints']>;

const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;

function numberKeywords(constraints: Constraints): object {
  return Object.fromEntries(
    BOUNDS.flatMap((name) => (typeof constraints[name] === 'number' ? [[name, constraints[name]]] : [])),
  );
}

function textKeywords({ minLength, maxLength, pattern }: Constraints): object {
  return {
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined || !isPattern(pattern) ? {} : { pattern: `^(?:${inJavaScript(pattern)})$` }),
  };
}

/** Whether JSON Schema takes a pattern: Table Schema's are those of XML Schema, and match the whole value. */
function isPattern(pattern: string): boolean {
  try {
    wholeText(pattern);
    return true;
  } catch {
    return false;
  }
}
