// A predicate → the tree of conditions, as JSON text, that reads as it: never deeper than the shallowest way to write it.

import type { Comparison, Predicate } from './plan.ts';
import { type Subjects, subjectAt } from './subjects.ts';
import { FIELD, WORDS } from './where.ts';

/** A member of an object and how deep conditions nest in it. */
type Written = Readonly<{ text: string; depth: number }>;

/** Writes a predicate in normal form. */
export function writeTree(predicate: Predicate, subjects: Subjects): string {
  return node(predicate, subjects).text;
}

function node(predicate: Predicate, subjects: Subjects): Written {
  if (predicate.kind === 'and') return conjunction(predicate.parts, subjects);
  return conjunction([predicate], subjects);
}

/**
 * One object whose members must all hold. Of the members that nest, `or` and `not` stand in it once each, the deepest of
 * them; the others go into `and`, where they are a level further down.
 */
function conjunction(parts: readonly Predicate[], subjects: Subjects): Written {
  const comparisons = new Map<string, Map<string, string>>();
  const extras: Written[] = [];
  for (const part of parts) {
    if (part.kind !== 'compare') continue;
    const { name } = subjectAt(subjects, part.column);
    const operators = comparisons.get(name) ?? new Map<string, string>();
    const [operator, operand] = operands(part);
    const isPlain = !WORDS.includes(name) && !operators.has(operator);
    if (isPlain) comparisons.set(name, operators.set(operator, operand));
    else extras.push({ text: escaped(name, operator, operand), depth: 1 });
  }
  if (extras.length === 1 && parts.length === 1) return extras[0] as Written;
  const members = [...comparisons].map(([name, operators]) =>
    text(name, `{${[...operators].map(([operator, operand]) => text(operator, operand)).join(',')}}`),
  );
  let deepest = 1;
  for (const kind of ['or', 'not'] as const) {
    const [first, ...others] = parts
      .flatMap((part) => (part.kind === kind ? [nested(part, subjects)] : []))
      .sort((a, b) => b.depth - a.depth);
    if (first === undefined) continue;
    members.push(first.text);
    deepest = Math.max(deepest, first.depth + 1);
    extras.push(...others.map((other) => ({ text: `{${other.text}}`, depth: other.depth + 1 })));
  }
  if (extras.length > 0 || members.length === 0) {
    members.push(text('and', `[${extras.map((extra) => extra.text).join(',')}]`));
    deepest = Math.max(deepest, ...extras.map(({ depth }) => depth + 1));
  }
  return { text: `{${members.join(',')}}`, depth: deepest };
}

/** A member `or` or `not`; its depth is that of the deepest object in it. */
function nested(part: Exclude<Predicate, Comparison>, subjects: Subjects): Written {
  if (part.kind === 'not') {
    const inner = node(part.part, subjects);
    return { text: text('not', inner.text), depth: inner.depth };
  }
  const inner = part.parts.map((each) => node(each, subjects));
  return {
    text: text(part.kind, `[${inner.map((each) => each.text).join(',')}]`),
    depth: Math.max(0, ...inner.map(({ depth }) => depth)),
  };
}

/** The operator as it is written, and its right side as JSON. */
function operands({ operator, operands }: Comparison): readonly [operator: string, operand: string] {
  if (operator === 'between') return [operator, JSON.stringify(operands)];
  if (operands.length === 1) return [operator, JSON.stringify(operands[0])];
  return [operator === 'ne' ? 'nin' : 'in', JSON.stringify(operands)];
}

function escaped(name: string, operator: string, operand: string): string {
  return `{${text(FIELD, JSON.stringify(name))},${text(operator, operand)}}`;
}

function text(name: string, json: string): string {
  return `${JSON.stringify(name)}:${json}`;
}
