// Which controls may stand together: the rules, and what breaks them.

import type { Fault } from '../problem.ts';
import type { ControlName } from './controls.ts';
import { excluded, lonely } from './faults.ts';
import type { Controls } from './given.ts';

/** Of each of these lists one control may stand there: two would say the same thing twice, or differently. */
export const EXCLUSIONS: readonly (readonly ControlName[])[] = [
  ['_page', '_offset', '_cursor'],
  ['_limit', '_per_page'],
  ['_offset', '_per_page'],
  ['_facet', '_stats', '_group'],
];

const FILTERS: readonly ControlName[] = ['_where', '_q', '_format', '_safe'];

/** The controls that a summary takes beside the conditions; the others are about rows. */
export const SUMMARY_CONTROLS: ReadonlyMap<ControlName, readonly ControlName[]> = new Map([
  ['_facet', [...FILTERS, '_limit', '_offset']],
  ['_stats', FILTERS],
  ['_group', [...FILTERS, '_agg', '_having', '_sort', '_collate', '_limit', '_offset', '_page', '_per_page']],
]);

/** Controls that mean nothing without another. */
export const COMPANIONS: ReadonlyMap<ControlName, ControlName> = new Map([
  ['_agg', '_group'],
  ['_having', '_group'],
]);

/** Finds the controls that cannot stand together; each is told once. */
export function checkTogether(controls: Controls, faults: Fault[]): void {
  const told = new Set<ControlName>();
  const tell = (name: ControlName, other: ControlName) => {
    const given = controls.get(name);
    if (given === undefined || told.has(name)) return;
    told.add(name);
    const otherName = controls.get(other)?.place.parameter ?? other;
    faults.push(excluded(given.place, given.place.parameter ?? name, otherName));
  };
  for (const names of EXCLUSIONS) {
    const [first, ...others] = [...controls.keys()].filter((name) => names.includes(name));
    for (const name of others) tell(name, first as ControlName);
  }
  for (const [summary, taken] of SUMMARY_CONTROLS) {
    if (!controls.has(summary)) continue;
    for (const name of controls.keys()) {
      if (!SUMMARY_CONTROLS.has(name) && !taken.includes(name)) tell(name, summary);
    }
  }
  for (const [name, companion] of COMPANIONS) {
    const given = controls.get(name);
    const isTold = told.has(name) || controls.has(companion);
    if (given !== undefined && !isTold) faults.push(lonely(given.place, name, companion));
  }
}
