// What is written for a control, in a URL or in a body, → the value it stands for; what is wrong with it is a fault.

import type { Fault } from '../problem.ts';
import { castInteger } from '../table/numbers.ts';
import { type Control, type ControlName, controlOf } from './controls.ts';
import { malformedList, type Place, repeatedName, unknownName, wrongControl } from './faults.ts';
import { readList } from './operands.ts';
import type { Subjects } from './subjects.ts';

/** A control's value as it stands there: the text of a parameter, or any JSON of a body. */
export type Given = Readonly<{ place: Place; value: unknown; isText: boolean }>;

/** What is written for each control. */
export type Controls = ReadonlyMap<ControlName, Given>;

/** A whole number from `least`. */
export function readCount(
  { place, value, isText }: Given,
  name: string,
  faults: Fault[],
): number | undefined {
  const control = controlOf(name) as Control;
  const least = control.kind === 'position' ? 1 : 0;
  const count = isText ? castInteger(value as string) : value;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= least) return count + 0;
  faults.push(wrongControl(control, place, value));
  return undefined;
}

export function readText({ place, value }: Given, name: ControlName, faults: Fault[]): string | undefined {
  const control = controlOf(name) as Control;
  const { choices } = control;
  const isTaken = typeof value === 'string' && value.isWellFormed();
  if (isTaken && (choices === undefined || choices.includes(value))) return value;
  faults.push(wrongControl(control, place, value));
  return undefined;
}

/** Names between commas, or in a JSON array: each once. A body may have either. */
export function readNames({ place, value }: Given, name: ControlName, faults: Fault[]): readonly string[] {
  const control = controlOf(name) as Control;
  const names = typeof value === 'string' ? readList(value) : value;
  if (names === undefined) faults.push(malformedList(place, value));
  else if (!Array.isArray(names) || names.length === 0 || !names.every((each) => typeof each === 'string'))
    faults.push(wrongControl(control, place, value));
  else {
    const twice = names.find((each, index) => names.indexOf(each) !== index);
    if (twice === undefined) return names;
    faults.push(repeatedName(place, control.name, twice));
  }
  return [];
}

/** The positions of fields that a control names. */
export function readColumns(
  given: Given,
  name: ControlName,
  subjects: Subjects,
  faults: Fault[],
): readonly number[] {
  return readNames(given, name, faults).flatMap((each) => {
    const position = subjects.positions.get(each);
    if (position !== undefined) return [position];
    faults.push(unknownName(given.place, subjects.noun, each, subjects.positions.keys(), faults.length));
    return [];
  });
}

/** The position of the one field that a control names: all of its text is the name. */
export function readColumn(
  given: Given,
  name: ControlName,
  subjects: Subjects,
  faults: Fault[],
): number | undefined {
  const text = readText(given, name, faults);
  const position = text === undefined ? undefined : subjects.positions.get(text);
  if (text !== undefined && position === undefined) {
    faults.push(unknownName(given.place, subjects.noun, text, subjects.positions.keys(), faults.length));
  }
  return position;
}
