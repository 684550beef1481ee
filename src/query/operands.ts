// What stands on the right side of an operator, as text or as JSON, → operands of the field's type.

import type { Fault } from '../problem.ts';
import { fieldType } from '../table/field-types.ts';
import type { FieldType } from '../table/schema.ts';
import { malformedList, type Place, wrongOperand, wrongValue } from './faults.ts';
import { type Operand, type OperatorName, operatorOf } from './operators.ts';
import type { Subject } from './subjects.ts';

/** So many wrong values of one list are told; the rest is most likely wrong in the same way. */
const MOST_TOLD = 16;

/**
 * Casts the text of a parameter.
 * @returns undefined, and a fault among `faults`, when it is not what the operator takes
 */
export function castText(
  place: Place,
  { name: operator, subject }: Readonly<{ name: OperatorName; subject: Subject }>,
  text: string,
  faults: Fault[],
): readonly Operand[] | undefined {
  const { form } = operatorOf(operator);
  if (form === 'one') return castOne(place, subject, text, faults);
  if (form === 'list' || form === 'pair') {
    const list = readList(text);
    if (list !== undefined) return castMany(place, operator, subject, list, faults);
    faults.push(malformedList(place, text));
    return undefined;
  }
  const isBoolean = text === 'true' || text === 'false';
  return castJson(
    place,
    { name: operator, subject },
    form === 'boolean' && isBoolean ? text === 'true' : text,
    faults,
  );
}

/** Casts what a tree of conditions holds. A text is cast as in a URL; other JSON must be of the field's type. */
export function castJson(
  place: Place,
  { name: operator, subject }: Readonly<{ name: OperatorName; subject: Subject }>,
  value: unknown,
  faults: Fault[],
): readonly Operand[] | undefined {
  switch (operatorOf(operator).form) {
    case 'one':
      return castOne(place, subject, value, faults);
    case 'list':
    case 'pair':
      return castMany(place, operator, subject, value, faults);
    case 'boolean':
      if (typeof value === 'boolean') return [value];
      break;
    case 'pattern':
      if (typeof value === 'string' && isPattern(value)) return [value];
  }
  faults.push(wrongOperand(place, operator, value));
  return undefined;
}

/** Whether {@link castText} gives a value back from its text: not from every number that JSON can write. */
export function isTextual(type: FieldType, operand: Operand): boolean {
  return typeof operand !== 'number' || fieldType(type).cast(String(operand)) === operand;
}

/** The elements of a list as a URL has it: a JSON array, or texts between commas; undefined for malformed JSON. */
export function readList(text: string): readonly unknown[] | undefined {
  if (!text.startsWith('[')) return text.split(',');
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch {
    return undefined;
  }
}

/** Writes a list so that {@link readList} reads it. */
export function formatList(elements: readonly Operand[]): string {
  const needsQuotes = elements.some(
    (each) => typeof each === 'string' && (each.includes(',') || each.startsWith('[')),
  );
  return needsQuotes || elements.length === 0 ? JSON.stringify(elements) : elements.join(',');
}

function castMany(
  place: Place,
  operator: OperatorName,
  subject: Subject,
  value: unknown,
  faults: Fault[],
): readonly Operand[] | undefined {
  if (!Array.isArray(value) || (operatorOf(operator).form === 'pair' && value.length !== 2)) {
    faults.push(wrongOperand(place, operator, value));
    return undefined;
  }
  const before = faults.length;
  const operands: Operand[] = [];
  for (const each of value) {
    operands.push(...(castOne(place, subject, each, faults) ?? []));
    if (faults.length - before === MOST_TOLD) break;
  }
  return faults.length > before ? undefined : operands;
}

function castOne(
  place: Place,
  subject: Subject,
  value: unknown,
  faults: Fault[],
): readonly Operand[] | undefined {
  const operand = castValue(subject.type, value);
  if (operand !== undefined) return [operand];
  faults.push(wrongValue(place, subject, value));
  return undefined;
}

/** A zero is never negative: both are the same value. */
function castValue(type: FieldType, value: unknown): Operand | undefined {
  const { cast, jsonType } = fieldType(type);
  let operand: Operand | undefined;
  if (typeof value === 'string') operand = value.isWellFormed() ? cast(value) : undefined;
  else if (typeof value === 'boolean') operand = jsonType === 'boolean' ? value : undefined;
  else if (
    jsonType === 'integer' ? Number.isSafeInteger(value) : jsonType === 'number' && Number.isFinite(value)
  )
    operand = value as number;
  return typeof operand === 'number' ? operand + 0 : operand;
}

/** A pattern's last backslash takes something as it is. */
function isPattern(text: string): boolean {
  const trailing = /\\*$/.exec(text) as RegExpExecArray;
  return trailing[0].length % 2 === 0 && text.isWellFormed();
}
