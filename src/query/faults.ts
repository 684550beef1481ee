// What can be wrong with a request, in words that say what to do.

import { type Fault, nearest, type Problem } from '../problem.ts';
import { fieldType } from '../table/field-types.ts';
import type { Control } from './controls.ts';
import { type OperandForm, type OperatorName, operatorOf, operatorsOf } from './operators.ts';
import type { Subject } from './subjects.ts';

/** Faults past these come without the names that would be right: looking for the nearest takes its time. */
const MOST_HINTS = 16;
/** A list of allowed names stops after this many. */
const MOST_NAMES = 200;
/** A text that was found is quoted up to here. */
const MOST_CHARACTERS = 200;

/** Where a fault is: the parameter, and where JSON is written, the pointer into it (RFC 6901). */
export type Place = Readonly<{ parameter?: string; pointer?: string }>;

/** What the right side of an operator is, where it is no value of the field. */
const FORMS: Readonly<Record<Exclude<OperandForm, 'one'>, string>> = {
  list: 'a list: values between commas in a URL, or a JSON array',
  pair: 'two values, the lesser first: between a comma in a URL, or a JSON array',
  boolean: 'true or false',
  pattern: 'a text in which % stands for any characters and _ for one; no single \\ at its end',
};

/** The problem that lists all faults of a request. */
export function queryProblem(faults: readonly Fault[]): Problem {
  const [first] = faults;
  const detail =
    faults.length === 1
      ? (first as Fault).message
      : `${faults.length} ${first?.parameter === undefined ? 'members' : 'parameters'} are wrong; \`errors\` says what each may be.`;
  return { code: 'invalid-query', detail, errors: Object.freeze([...faults]) };
}

/**
 * A name that names nothing here.
 * @param noun what it should name: `field`, `relation`, `result`
 * @param before how many faults were found before
 */
export function unknownName(
  place: Place,
  noun: string,
  found: string,
  names: Iterable<string>,
  before: number,
): Fault {
  return withNearest(
    {
      ...place,
      code: `unknown-${noun}`,
      message: `There is no ${noun} ${quoted(found)}.`,
      found: shown(found),
    },
    found,
    names,
    before,
  );
}

/** A key that names nothing here; `names` are the fields' and the controls'. `suffix` is its operator, with the `__`. */
export function unknownParameter(
  key: string,
  names: Iterable<string>,
  suffix: string,
  before: number,
): Fault {
  const parameter = shown(key);
  const message = `There is no field and no control ${quoted(key)}.`;
  const fault: Fault = { parameter, code: 'unknown-parameter', message, found: parameter };
  return withNearest(fault, key.slice(0, key.length - suffix.length), names, before, suffix);
}

function withNearest(
  fault: Fault,
  word: string,
  names: Iterable<string>,
  before: number,
  suffix = '',
): Fault {
  if (before >= MOST_HINTS) return fault;
  const allowed = [...names].slice(0, MOST_NAMES);
  const near = nearest(word, allowed);
  if (near === undefined) return { ...fault, allowed };
  const message = `${fault.message} Did you mean ${quoted(near + suffix)}?`;
  return { ...fault, message, allowed, nearest: near + suffix };
}

/**
 * An operator that the field's type does not take.
 * @param prefix what stands before an operator where it is written: `price__`
 */
export function unknownOperator(place: Place, subject: Subject, found: string, prefix: string): Fault {
  const allowed = operatorsOf(subject.type).map(({ name }) => name);
  const near = nearest(found, allowed);
  const message = `The ${subject.type} field ${quoted(subject.name)} has no operator ${quoted(found)}: it takes ${allowed.join(', ')}.`;
  const fault: Fault = { ...place, code: 'unknown-operator', message, found: shown(found), allowed };
  return near === undefined ? fault : { ...fault, nearest: `${prefix}${near}` };
}

/** A value that is none of the field's type. */
export function wrongValue(place: Place, subject: Subject, value: unknown): Fault {
  const { describes, example } = fieldType(subject.type);
  const hint =
    value === null
      ? ' A null is found with isnull.'
      : Array.isArray(value)
        ? ' One of several is found with in.'
        : '';
  const message = `The field ${quoted(subject.name)} is ${describes}, such as ${example}: ${quoted(value)} is none.${hint}`;
  const fault: Fault = { ...place, code: 'wrong-type', message, found: shown(value) };
  return subject.type === 'boolean' ? { ...fault, allowed: ['true', 'false'] } : fault;
}

/** A right side of another form than the operator takes. */
export function wrongOperand(place: Place, operator: OperatorName, value: unknown): Fault {
  const { form } = operatorOf(operator);
  const message = `${operator} takes ${form === 'one' ? 'a value' : FORMS[form]}: ${quoted(value)} is none.`;
  const fault: Fault = { ...place, code: 'wrong-value', message, found: shown(value) };
  return form === 'boolean' ? { ...fault, allowed: ['true', 'false'] } : fault;
}

/** A list in a URL that begins as a JSON array and is none. */
export function malformedList(place: Place, value: unknown): Fault {
  const message = `A list that begins with [ is a JSON array, such as ["a","b,c"]: ${quoted(value)} is none.`;
  return { ...place, code: 'malformed-json', message, found: shown(value) };
}

/** A control whose value is out of its range. It is called as it is written there. */
export function wrongControl(
  control: Pick<Control, 'name' | 'range' | 'choices'>,
  place: Place,
  value: unknown,
): Fault {
  const name = nameAt(place, control.name);
  const message = `${name} is ${control.range}: ${quoted(value)} is none.`;
  const fault: Fault = { ...place, code: 'wrong-value', message, found: shown(value) };
  if (control.choices === undefined) return fault;
  const near = typeof value === 'string' ? nearest(value, control.choices) : undefined;
  return { ...fault, allowed: control.choices, ...(near === undefined ? {} : { nearest: near }) };
}

/** A control that stands there again. */
export function repeatedControl(name: string, text: string): Fault {
  const message = `${name} stands more than once: which one counts cannot be known.`;
  return { parameter: name, code: 'repeated', message, found: shown(text) };
}

/** A name that a list holds twice. */
export function repeatedName(place: Place, control: string, found: string): Fault {
  const message = `${nameAt(place, control)} names ${quoted(found)} twice: once is enough.`;
  return { ...place, code: 'repeated', message, found: shown(found) };
}

/** Two controls that cannot stand together. */
export function excluded(place: Place, name: string, other: string): Fault {
  const message = `${name} and ${other} exclude each other: leave one of them out.`;
  return { ...place, code: 'excluded', message, found: name };
}

/** A control that means nothing without another. */
export function lonely(place: Place, name: string, missing: string): Fault {
  const message = `${name} belongs to ${missing}, which is not there.`;
  return { ...place, code: 'missing-control', message, found: name };
}

/** Anything else that is wrong, in its own words. */
export function fault(place: Place, code: string, message: string, value: unknown): Fault {
  return { ...place, code, message, found: shown(value) };
}

/** What is written there, for a message; never very long. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}';
  const text = String(value);
  return (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text).toWellFormed();
}

/** {@link shown}, in quotes where it is text. */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(shown(value)) : shown(value);
}

function nameAt({ parameter, pointer }: Place, name: string): string {
  return parameter ?? pointer?.slice(pointer.lastIndexOf('/') + 1) ?? name;
}
