// What can be wrong with a request, in words that say what to do.

import { type Fault, nearest, type Problem } from '../problem.ts';
import { fieldType } from '../table/field-types.ts';
import type { Field } from '../table/schema.ts';
import { CONTROLS } from './controls.ts';
import { isOperatorName, operatorsOf } from './operators.ts';

/** Faults past these come without the names that would be right: looking for the nearest takes its time. */
const MOST_HINTS = 16;
/** A list of allowed names stops after this many. */
const MOST_NAMES = 200;
/** A text that was found is quoted up to here. */
const MOST_CHARACTERS = 200;

/** The problem that lists all faults of a request. */
export function queryProblem(faults: readonly Fault[]): Problem {
  const [first] = faults;
  const detail =
    faults.length === 1
      ? (first as Fault).message
      : `${faults.length} parameters are wrong; \`errors\` says what each may be.`;
  return { code: 'invalid-query', detail, errors: Object.freeze([...faults]) };
}

/**
 * A key that names nothing here.
 * @param before how many faults were found before
 */
export function unknownParameter(key: string, fields: readonly Field[], before: number): Fault {
  const parameter = shown(key);
  const at = key.lastIndexOf('__');
  const field = at === -1 ? undefined : fields.find(({ name }) => name === key.slice(0, at));
  if (field !== undefined) return unknownOperator(parameter, field, key.slice(at + 2));
  const message = `There is no field and no control ${quoted(parameter)}.`;
  const fault: Fault = { parameter, code: 'unknown-parameter', message, found: parameter };
  if (before >= MOST_HINTS) return fault;
  const suffix = at !== -1 && isOperatorName(key.slice(at + 2)) ? key.slice(at) : '';
  const names = fields.slice(0, MOST_NAMES).map(({ name }) => name);
  const allowed = [...names, ...CONTROLS.map(({ name }) => name)];
  const near = nearest(suffix === '' ? key : key.slice(0, at), allowed);
  return {
    ...fault,
    message: near === undefined ? message : `${message} Did you mean ${quoted(near + suffix)}?`,
    allowed,
    ...(near === undefined ? {} : { nearest: near + suffix }),
  };
}

function unknownOperator(parameter: string, field: Field, found: string): Fault {
  const allowed = operatorsOf(field.type).map(({ name }) => name);
  const near = nearest(found, allowed);
  const name = shown(field.name);
  const message = `The ${field.type} field ${quoted(name)} has no operator ${quoted(shown(found))}: it takes ${allowed.join(', ')}.`;
  const fault: Fault = { parameter, code: 'unknown-operator', message, found: shown(found), allowed };
  return near === undefined ? fault : { ...fault, nearest: `${name}__${near}` };
}

/** A text that is no value of the field's type. */
export function wrongValue(key: string, field: Field, text: string): Fault {
  const { describes, example } = fieldType(field.type);
  const message = `The field ${quoted(shown(field.name))} is ${describes}, such as ${example}: ${quoted(shown(text))} is none.`;
  const fault: Fault = { parameter: shown(key), code: 'wrong-type', message, found: shown(text) };
  return field.type === 'boolean' ? { ...fault, allowed: ['true', 'false'] } : fault;
}

/** A control whose text is out of its range. */
export function wrongControl(control: Readonly<{ name: string; range: string }>, text: string): Fault {
  const message = `${control.name} is ${control.range}: ${quoted(shown(text))} is none.`;
  return { parameter: control.name, code: 'wrong-value', message, found: shown(text) };
}

/** A control that stands there again. */
export function repeatedControl(name: string, text: string): Fault {
  const message = `${name} stands more than once: which one counts cannot be known.`;
  return { parameter: name, code: 'repeated', message, found: shown(text) };
}

function shown(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
