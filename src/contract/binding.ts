// Turns the value of `x-rowcast` into a binding: what an operation reads from which table.

import { nearest } from '../problem.ts';
import { inWords, isObject, type JsonObject, member, members, pointerOf } from './json.ts';
import { readTemplate, type Template } from './route.ts';

/** A field must equal a value; null stands for a cell without one. */
export type Condition = Readonly<{ field: string; value: Template | null }>;

/** Which rows: by the key's text, or by conditions that all hold (none: every row). */
export type Selection = Readonly<
  { table: string } & (
    | { by: 'key'; key: Template }
    | { by: 'conditions'; conditions: readonly Condition[]; ignoreCase: boolean }
  )
>;

/** What an operation answers. `field` is null for the list of keys; `parent` must exist. */
export type Binding = Readonly<
  | { kind: 'static'; body: string }
  | { kind: 'list'; field: string | null; select: Selection; parent: Selection | null }
  | { kind: 'rows'; select: Selection; parent: Selection | null }
  | { kind: 'row'; select: Selection; parent: Selection | null }
>;

/** Where a binding stands, what its path declares, and who takes note of what is wrong. */
export type BindingContext = Readonly<{
  parameters: readonly string[];
  fault: (pointer: string, found: unknown, expected: string) => void;
}>;

const ANSWERS = ['static', 'list', 'rows', 'row'] as const;
const MEMBERS: Readonly<Record<(typeof ANSWERS)[number], readonly string[]>> = {
  static: ['aliases'],
  list: ['aliases', 'table', 'parent', 'where', 'ignoreCase'],
  rows: ['aliases', 'table', 'parent', 'ignoreCase'],
  row: ['aliases', 'table', 'parent', 'ignoreCase'],
};

/** @returns the binding, or null after `fault` was told what is wrong; aliases are the caller's */
export function readBinding(value: unknown, pointer: string, context: BindingContext): Binding | null {
  const kinds = ANSWERS.filter((name) => member(value, name) !== undefined);
  const [kind] = kinds;
  if (!isObject(value) || kind === undefined || kinds.length > 1) {
    context.fault(pointer, value, `an object with one of ${ANSWERS.join(', ')}`);
    return null;
  }
  if (!hasOnly(value, [kind, ...MEMBERS[kind]], pointer, context)) return null;
  if (kind === 'static') return Object.freeze({ kind, body: JSON.stringify(value.static) });
  const at = `${pointer}/${kind}`;
  const parent = value.parent === undefined ? null : readParent(value.parent, `${pointer}/parent`, context);
  const isWhole = kind === 'rows' ? value.rows === 'all' : kind === 'list' && value.where === undefined;
  const by = kind === 'list' ? value.where : value[kind];
  const select = readSelection(
    value,
    isWhole ? [] : by,
    pointer,
    kind === 'list' ? `${pointer}/where` : at,
    context,
  );
  if (select === null || (value.parent !== undefined && parent === null)) return null;
  if (kind === 'list') {
    const field = member(value.list, 'field');
    const isField = typeof field === 'string' && hasOnly(value.list as JsonObject, ['field'], at, context);
    if (value.list === 'key') return Object.freeze({ kind, field: null, select, parent });
    if (isField) return Object.freeze({ kind, field, select, parent });
    context.fault(at, value.list, '`key`, or an object with a `field`');
    return null;
  }
  if (kind === 'rows' && select.by === 'key') {
    context.fault(at, value.rows, '`all`, or an object of fields and values');
    return null;
  }
  return Object.freeze({ kind, select, parent });
}

/** The names of every table that a binding reads. */
export function tablesOf(binding: Binding): readonly string[] {
  if (binding.kind === 'static') return [];
  return [...new Set([binding.select.table, ...(binding.parent === null ? [] : [binding.parent.table])])];
}

function readParent(value: unknown, pointer: string, context: BindingContext): Selection | null {
  if (!isObject(value)) {
    context.fault(pointer, value, 'an object with a table and a row');
    return null;
  }
  if (!hasOnly(value, ['table', 'row', 'ignoreCase'], pointer, context)) return null;
  return readSelection(value, value.row, pointer, `${pointer}/row`, context);
}

/** `by` is a key's text, an object of conditions, or `[]` for every row. */
function readSelection(
  owner: JsonObject,
  by: unknown,
  pointer: string,
  at: string,
  context: BindingContext,
): Selection | null {
  const { table, ignoreCase = false } = owner;
  if (typeof table !== 'string') {
    context.fault(`${pointer}/table`, table, 'the name of a table');
    return null;
  }
  if (typeof ignoreCase !== 'boolean') {
    context.fault(`${pointer}/ignoreCase`, ignoreCase, 'true or false');
    return null;
  }
  if (typeof by === 'string' || typeof by === 'number') {
    const key = readValue(by, at, context);
    return key == null ? null : Object.freeze({ table, by: 'key', key });
  }
  if (!Array.isArray(by) && members(by).length === 0) {
    context.fault(at, by, "a key's text such as {id}, or an object of fields and values");
    return null;
  }
  const conditions: Condition[] = [];
  for (const [field, given] of members(by)) {
    const value = readValue(given, at + pointerOf(field), context);
    if (value === undefined) return null;
    conditions.push(Object.freeze({ field, value }));
  }
  return Object.freeze({ table, by: 'conditions', conditions: Object.freeze(conditions), ignoreCase });
}

function readValue(value: unknown, pointer: string, context: BindingContext): Template | null | undefined {
  if (value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return Object.freeze([String(value)]);
  if (typeof value !== 'string') {
    context.fault(pointer, value, 'a text, a number, true, false or null');
    return undefined;
  }
  const template = readTemplate(value, context.parameters);
  if (typeof template !== 'string') return template;
  const names = context.parameters.map((name) => `{${name}}`).join(', ') || 'none';
  context.fault(pointer, value, `parameters that the path has (${names})`);
  return undefined;
}

function hasOnly(
  object: JsonObject,
  names: readonly string[],
  pointer: string,
  context: BindingContext,
): boolean {
  const unknown = Object.keys(object).filter((name) => !names.includes(name));
  for (const name of unknown) {
    const near = nearest(name, names);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    context.fault(pointer + pointerOf(name), object[name], `one of the members ${names.join(', ')}${hint}`);
  }
  return unknown.length === 0;
}

/** The sentence that tells a fault: where, what was found, what is expected. */
export function faultSentence(pointer: string, found: unknown, expected: string): string {
  return `At ${pointer || 'the top'} stands ${inWords(found)}; expected ${expected}${expected.endsWith('?') ? '' : '.'}`;
}
