// A tree of conditions, as JSON has it → a predicate on the positions of the names it speaks of.

import type { Fault } from '../problem.ts';
import { fault, type Place, quoted, unknownName, unknownOperator } from './faults.ts';
import type { Given } from './given.ts';
import { castJson } from './operands.ts';
import { DEFAULT_OPERATOR, isOperatorName, type OperatorName, operatorsOf } from './operators.ts';
import type { Predicate } from './plan.ts';
import { repeatedMember } from './repeated-member.ts';
import { type Subjects, subjectAt } from './subjects.ts';

/** How deep `and`, `or` and `not` may nest: the outermost object counts. */
export const MOST_DEPTH = 16;
/** How many comparisons a query may have. */
export const MOST_TERMS = 1000;

/** Members that are no names; a field that has such a name is written `{"field": "or", "eq": …}`. */
export const WORDS: readonly string[] = ['and', 'or', 'not'];
/** The member that names a field in that form. */
export const FIELD = 'field';

const HOLDS: Predicate = { kind: 'and', parts: [] };
const EXAMPLE = '{"price": {"gt": 10}}';

type Reading = {
  readonly subjects: Subjects;
  readonly faults: Fault[];
  readonly place: Place;
  terms: number;
};

/**
 * Reads a tree. It is taken by its entries, so that a member may have any name.
 * @param place where it stands: pointers of faults go on from there
 * @returns a predicate that is of use only if no fault was added to `faults`
 */
export function readTree(tree: unknown, subjects: Subjects, place: Place, faults: Fault[]): Predicate {
  return node({ subjects, faults, place, terms: 0 }, tree, '', 1);
}

/** Reads the tree that is written for a control: as the text of a URL, or as a part of a body. */
export function readGivenTree(given: Given, subjects: Subjects, faults: Fault[]): Predicate {
  const { place, value, isText } = given;
  if (!isText) return readTree(value, subjects, place, faults);
  let tree: unknown;
  try {
    tree = JSON.parse(value as string);
  } catch {
    const message = `${place.parameter} is a JSON object, such as ${EXAMPLE}: ${quoted(value)} is not JSON.`;
    faults.push(fault(place, 'malformed-json', message, value));
    return HOLDS;
  }
  const twice = repeatedMember(value as string);
  if (twice === undefined) return readTree(tree, subjects, place, faults);
  const message = `An object has the member ${quoted(twice)} twice, and one would be lost: put both into "and".`;
  faults.push(fault(place, 'repeated', message, twice));
  return HOLDS;
}

/** One object: its members must all hold. */
function node(reading: Reading, tree: unknown, pointer: string, depth: number): Predicate {
  if (!isObject(tree)) {
    return wrong(
      reading,
      pointer,
      'wrong-shape',
      `A condition is an object, such as ${EXAMPLE}: ${quoted(tree)} is none.`,
      tree,
    );
  }
  if (depth > MOST_DEPTH) {
    if (!isFull(reading)) reading.faults.push(tooDeep(placeAt(reading.place, pointer), tree));
    return HOLDS;
  }
  const entries = Object.entries(tree);
  const named = escapedField(entries);
  if (named !== undefined) {
    const operators = entries.filter(([name]) => name !== FIELD);
    return comparisons(reading, named, Object.fromEntries(operators), pointer, pointer);
  }
  return and(
    entries.map(([name, value]) => member(reading, name, value, `${pointer}/${escapePointer(name)}`, depth)),
  );
}

function member(reading: Reading, name: string, value: unknown, pointer: string, depth: number): Predicate {
  if (name === 'not') return { kind: 'not', part: node(reading, value, pointer, depth + 1) };
  if (name !== 'and' && name !== 'or') return comparisons(reading, name, value, pointer, pointer);
  if (!Array.isArray(value)) {
    return wrong(
      reading,
      pointer,
      'wrong-shape',
      `${name} takes an array of conditions, such as [${EXAMPLE}]: ${quoted(value)} is none.`,
      value,
    );
  }
  const parts = value.map((part: unknown, index) => node(reading, part, `${pointer}/${index}`, depth + 1));
  return { kind: name, parts };
}

/** What is asked of one name: a value that it equals, null, or operators with their right sides. */
function comparisons(reading: Reading, name: string, value: unknown, pointer: string, at: string): Predicate {
  const { subjects, faults, place } = reading;
  const column = subjects.positions.get(name);
  if (column === undefined) {
    if (isFull(reading)) return HOLDS;
    const names = [...subjects.positions.keys(), ...WORDS];
    faults.push(unknownName(placeAt(place, pointer), subjects.noun, name, names, faults.length));
    return HOLDS;
  }
  if (value === null) return comparison(reading, column, 'isnull', true, pointer);
  if (!isObject(value)) return comparison(reading, column, DEFAULT_OPERATOR, value, pointer);
  const entries = Object.entries(value);
  const subject = subjectAt(subjects, column);
  if (entries.length === 0) {
    const allowed = operatorsOf(subject.type).map((operator) => operator.name);
    return wrong(
      reading,
      pointer,
      'missing-operator',
      `What is asked of ${quoted(name)} is not said: it takes ${allowed.join(', ')}.`,
      value,
    );
  }
  return and(
    entries.map(([operator, operand]) => {
      const pointerHere = `${at}/${escapePointer(operator)}`;
      const isTaken =
        isOperatorName(operator) && operatorsOf(subject.type).some((each) => each.name === operator);
      if (isTaken) return comparison(reading, column, operator, operand, pointerHere);
      if (isFull(reading)) return HOLDS;
      faults.push(unknownOperator(placeAt(place, pointerHere), subject, operator, ''));
      return HOLDS;
    }),
  );
}

function comparison(
  reading: Reading,
  column: number,
  operator: OperatorName,
  value: unknown,
  pointer: string,
): Predicate {
  const { subjects, faults, place } = reading;
  if (isFull(reading)) return HOLDS;
  const on = { name: operator, subject: subjectAt(subjects, column) };
  const operands = castJson(placeAt(place, pointer), on, value, faults);
  return operands === undefined ? HOLDS : { kind: 'compare', column, operator, operands };
}

/** Counts a comparison, or what stands for one and is wrong. Too many are told once: no more of them are read. */
function isFull(reading: Reading): boolean {
  if (++reading.terms === MOST_TERMS + 1) reading.faults.push(tooManyTerms(reading.place));
  return reading.terms > MOST_TERMS;
}

/** The fault of conditions that nest deeper than {@link MOST_DEPTH}. */
export function tooDeep(place: Place, tree: unknown): Fault {
  const message = `Conditions nest ${MOST_DEPTH} deep at most: and, or, not add one each.`;
  return fault(place, 'too-deep', message, tree);
}

/** The fault of a query with more comparisons than {@link MOST_TERMS}. */
export function tooManyTerms(place: Place): Fault {
  const message = `A query has ${MOST_TERMS} comparisons at most: many values of one field are one comparison with in.`;
  return { ...place, code: 'too-many-terms', message };
}

/** The name in `{"field": name, operator: …}`: anything but operators beside it makes it an ordinary member. */
function escapedField(entries: readonly (readonly [string, unknown])[]): string | undefined {
  const name = entries.find(([key]) => key === FIELD)?.[1];
  const isForm = typeof name === 'string' && entries.length > 1;
  return isForm && entries.every(([key]) => key === FIELD || isOperatorName(key))
    ? (name as string)
    : undefined;
}

function and(parts: readonly Predicate[]): Predicate {
  return parts.length === 1 ? (parts[0] as Predicate) : { kind: 'and', parts };
}

function wrong(reading: Reading, pointer: string, code: string, message: string, value: unknown): Predicate {
  if (!isFull(reading)) reading.faults.push(fault(placeAt(reading.place, pointer), code, message, value));
  return HOLDS;
}

function placeAt(place: Place, pointer: string): Place {
  return { ...place, pointer: `${place.pointer ?? ''}${pointer}` };
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
