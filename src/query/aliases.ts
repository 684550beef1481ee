// Spellings of json-server (v0 and v1), which admin frameworks speak → the controls and operators they stand for.

import type { Fault } from '../problem.ts';
import type { ControlName } from './controls.ts';
import { excluded, fault, lonely } from './faults.ts';
import { type Controls, type Given, readCount } from './given.ts';
import type { OperatorName } from './operators.ts';

type OperatorAlias = Readonly<{
  /** What stands behind the field's name. */
  suffix: string;
  operator: OperatorName;
}>;

/**
 * Operators: `price_gte=5` (v0), `price:gte=5` (v1). `_like` is a regular expression in json-server; here it is what
 * its users mean by it: the text is contained, whatever its case. So it is with v1's `contains` and its siblings.
 */
export const OPERATOR_ALIASES: readonly OperatorAlias[] = [
  { suffix: '_gte', operator: 'gte' },
  { suffix: '_lte', operator: 'lte' },
  { suffix: '_gt', operator: 'gt' },
  { suffix: '_lt', operator: 'lt' },
  { suffix: '_ne', operator: 'ne' },
  { suffix: '_like', operator: 'icontains' },
  { suffix: ':eq', operator: 'eq' },
  { suffix: ':ne', operator: 'ne' },
  { suffix: ':lt', operator: 'lt' },
  { suffix: ':lte', operator: 'lte' },
  { suffix: ':gt', operator: 'gt' },
  { suffix: ':gte', operator: 'gte' },
  { suffix: ':in', operator: 'in' },
  { suffix: ':contains', operator: 'icontains' },
  { suffix: ':startsWith', operator: 'istartswith' },
  { suffix: ':endsWith', operator: 'iendswith' },
];

/** Controls: what each stands for, in words. */
export const CONTROL_ALIASES = [
  { name: 'q', describes: '`_q`' },
  { name: '_start', describes: '`_offset`' },
  {
    name: '_end',
    describes: '`_limit`, counted from the first row of the table: `_start=20&_end=30` has ten',
  },
  { name: '_order', describes: '`asc` or `desc` for each field of `_sort`, instead of minus signs' },
  { name: '_expand', describes: '`_embed`' },
] as const;

export type ControlAlias = (typeof CONTROL_ALIASES)[number]['name'];

/** Whether a name is another spelling of a control. */
export function isControlAlias(name: string): name is ControlAlias {
  return CONTROL_ALIASES.some((alias) => alias.name === name);
}

/** The operator that a key ends in, and the name before it; undefined when no field has that name. */
export function operatorAlias(
  key: string,
  positions: ReadonlyMap<string, number>,
): Readonly<{ column: number; operator: OperatorName }> | undefined {
  for (const { suffix, operator } of OPERATOR_ALIASES) {
    const column = key.endsWith(suffix) ? positions.get(key.slice(0, -suffix.length)) : undefined;
    if (column !== undefined) return { column, operator };
  }
  return undefined;
}

/** Adds what the other spellings say to the controls. `_order` stays apart: it is read together with `_sort`. */
export function translateAliases(
  aliases: ReadonlyMap<ControlAlias, Given>,
  native: Controls,
  faults: Fault[],
): Controls {
  if (aliases.size === 0) return native;
  const controls = new Map(native);
  const stand = (alias: ControlAlias, name: ControlName, given: Given | undefined) => {
    if (given === undefined) return;
    if (controls.has(name)) faults.push(excluded(given.place, alias, name));
    else controls.set(name, given);
  };
  stand('q', '_q', aliases.get('q'));
  stand('_expand', '_embed', aliases.get('_expand'));
  stand('_start', '_offset', aliases.get('_start'));
  const end = aliases.get('_end');
  if (end !== undefined) stand('_end', '_limit', lengthFrom(controls.get('_offset'), end, faults));
  const order = aliases.get('_order');
  if (order !== undefined && !controls.has('_sort')) faults.push(lonely(order.place, '_order', '_sort'));
  return controls;
}

/** From the first row to the last: as a limit. A start that is wrong is a fault of its own. */
function lengthFrom(start: Given | undefined, end: Given, faults: Fault[]): Given | undefined {
  const last = readCount(end, '_limit', faults);
  if (last === undefined) return undefined;
  const first = start === undefined ? 0 : (readCount(start, '_offset', []) ?? 0);
  if (last >= first) return { place: end.place, value: last - first, isText: false };
  faults.push(
    fault(end.place, 'wrong-value', `_end is ${last}, before _start, which is ${first}.`, end.value),
  );
  return undefined;
}

/** For each field of `_sort` whether it descends, as `_order` says; any case. */
export function readOrder({ place, value }: Given, faults: Fault[]): readonly boolean[] {
  return String(value)
    .split(',')
    .map((word) => {
      const lower = word.toLowerCase();
      if (lower !== 'asc' && lower !== 'desc') {
        const message = `_order is asc or desc for each field of _sort: ${JSON.stringify(word)} is none.`;
        faults.push({ ...fault(place, 'wrong-value', message, word), allowed: ['asc', 'desc'] });
      }
      return lower === 'desc';
    });
}
