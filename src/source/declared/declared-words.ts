// A declaration as parsed JSON → what is wrong with it, in words of our own: the pointer, what is there, what should be.

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

/** What is wrong at one place of a declaration file. `pointer` is a JSON pointer (RFC 6901). */
export type Fault = Readonly<{ pointer: string; found: string; expected: string }>;

/** A JSON Schema in which `expected` says in words what belongs at a place. */
export type WordedSchema = Readonly<{ [keyword: string]: unknown }>;

/** So many faults are told one by one. */
const MOST_TOLD = 3;
/** So many names are listed. */
const MOST_NAMES = 50;
/** The most of a value that is quoted. */
const QUOTED = 60;

/**
 * Compiles a schema into a function that lists the faults of a value.
 * @param schema unions are written as lists of types, so that one place has one fault
 */
export function faultFinder(schema: WordedSchema): (value: unknown) => readonly Fault[] {
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });
  ajv.addKeyword('expected');
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(faultOf));
}

/** One fault, in words. */
export function faultAt(pointer: string, value: unknown, expected: string): Fault {
  return { pointer, found: quote(value), expected };
}

function faultOf({ instancePath, keyword, params, parentSchema, data }: ErrorObject): Fault {
  const { expected } = parentSchema as { expected?: string };
  if (keyword === 'required') {
    const { missingProperty } = params as { missingProperty: string };
    return { pointer: instancePath, found: `no "${missingProperty}"`, expected: expected ?? 'this member' };
  }
  return faultAt(instancePath, data, expected ?? 'something else');
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}

/** The first faults as sentences. */
export function tellFaults(faults: readonly Fault[]): string {
  const told = faults
    .slice(0, MOST_TOLD)
    .map(
      ({ pointer, found, expected }) =>
        `${pointer === '' ? 'The top' : pointer} has ${found}; expected: ${expected}.`,
    );
  const others = faults.length - told.length;
  return [...told, ...(others > 0 ? [`${others} more are wrong.`] : [])].join(' ');
}

/** The first of what is not followed. */
export function tellNotes(notes: readonly string[]): string {
  const others = notes.length - MOST_TOLD;
  return [...notes.slice(0, MOST_TOLD), ...(others > 0 ? [`So are ${others} more.`] : [])].join(' ');
}

/** The first of the names that there are. */
export function tellNames(names: Iterable<string | undefined>): string {
  const told: string[] = [];
  for (const name of names) {
    if (name === undefined) continue;
    if (told.length === MOST_NAMES) return `${told.join(', ')}, …`;
    told.push(name);
  }
  return told.join(', ');
}

/** A member's pointer. */
export function pointerTo(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
