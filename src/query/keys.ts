// The keys of a request → which of them are controls and which are conditions, and on what.

import type { Fault } from '../problem.ts';
import { type ControlAlias, isControlAlias, operatorAlias } from './aliases.ts';
import { CONTROLS, type ControlName, controlOf } from './controls.ts';
import { repeatedControl, shown, unknownOperator, unknownParameter } from './faults.ts';
import type { Given } from './given.ts';
import { castText } from './operands.ts';
import { DEFAULT_OPERATOR, isOperatorName, type OperatorName, operatorsOf } from './operators.ts';
import type { Predicate } from './plan.ts';
import type { Request } from './request.ts';
import { type Subjects, subjectAt } from './subjects.ts';

type Target =
  | Readonly<{ kind: 'control'; name: ControlName }>
  | Readonly<{ kind: 'alias'; name: ControlAlias }>
  | Readonly<{ kind: 'field'; column: number; operator: OperatorName }>;

/** What the parameters of a request say, sorted out. */
export type Sorted = Readonly<{
  controls: Map<ControlName, Given>;
  aliases: Map<ControlAlias, Given>;
  /** One for each key: any of its values. */
  conditions: readonly Predicate[];
}>;

/**
 * What a key names: a control; else a field; else what stands before and behind the last `__`, a field and an operator
 * of its type; else what it is in another spelling.
 */
export function resolveKey(key: string, subjects: Subjects): Target | undefined {
  const control = controlOf(key);
  if (control !== undefined) return { kind: 'control', name: control.name };
  const exact = subjects.positions.get(key);
  if (exact !== undefined) return { kind: 'field', column: exact, operator: DEFAULT_OPERATOR };
  if (isControlAlias(key)) return { kind: 'alias', name: key };
  const at = key.lastIndexOf('__');
  const column = at === -1 ? undefined : subjects.positions.get(key.slice(0, at));
  const operator = key.slice(at + 2);
  const found =
    column !== undefined && isOperatorName(operator)
      ? { column, operator }
      : operatorAlias(key, subjects.positions);
  return found !== undefined && isTaken(found, subjects) ? { kind: 'field', ...found } : undefined;
}

/** Sorts out a request; each control stands once. */
export function sortOut(request: Request, subjects: Subjects, faults: Fault[]): Sorted {
  const controls = new Map<ControlName, Given>();
  const aliases = new Map<ControlAlias, Given>();
  const conditions = new Map<string, Predicate[]>();
  const unknown = new Set<string>();
  for (const [key, text] of request) {
    const target = resolveKey(key, subjects);
    const place = { parameter: shown(key) };
    if (target === undefined) {
      if (!unknown.has(key)) faults.push(unresolved(key, subjects, faults.length));
      unknown.add(key);
    } else if (target.kind === 'field') {
      const { column, operator } = target;
      const operands = castText(
        place,
        { name: operator, subject: subjectAt(subjects, column) },
        text,
        faults,
      );
      if (operands === undefined) continue;
      const alternatives = conditions.get(key) ?? [];
      if (alternatives.length === 0) conditions.set(key, alternatives);
      alternatives.push({ kind: 'compare', column, operator, operands });
    } else {
      const given: Given = { place, value: text, isText: true };
      const seen: Map<string, Given> = target.kind === 'control' ? controls : aliases;
      if (seen.has(key)) faults.push(repeatedControl(key, text));
      else seen.set(key, given);
    }
  }
  return { controls, aliases, conditions: [...conditions.values()].map(anyOf) };
}

/** The values of one key: any of them, and with `ne` and `nin` none of them. */
function anyOf(alternatives: readonly Predicate[]): Predicate {
  const [first] = alternatives;
  const isNegative = first?.kind === 'compare' && (first.operator === 'ne' || first.operator === 'nin');
  return { kind: isNegative ? 'and' : 'or', parts: alternatives };
}

function isTaken(
  { column, operator }: Readonly<{ column: number; operator: OperatorName }>,
  subjects: Subjects,
): boolean {
  return operatorsOf(subjectAt(subjects, column).type).some(({ name }) => name === operator);
}

/** Why a key names nothing: its operator, or all of it. */
function unresolved(key: string, subjects: Subjects, before: number): Fault {
  const { positions } = subjects;
  const at = key.lastIndexOf('__');
  const field = at === -1 ? undefined : positions.get(key.slice(0, at));
  const column = field ?? operatorAlias(key, positions)?.column;
  if (column !== undefined) {
    const subject = subjectAt(subjects, column);
    const found = key.slice(subject.name.length + (field === undefined ? 1 : 2));
    return unknownOperator({ parameter: shown(key) }, subject, found, `${subject.name}__`);
  }
  const suffix = at !== -1 && isOperatorName(key.slice(at + 2)) ? key.slice(at) : '';
  const names = [...[...positions.keys()].slice(0, 200), ...CONTROLS.map(({ name }) => name)];
  return unknownParameter(key, names, suffix, before);
}
