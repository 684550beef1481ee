// The controls that ask for an answer about the whole → what is answered instead of rows.

import type { Fault } from '../problem.ts';
import { AGGREGATES, aggregateOf, COUNT_ROWS, outputsOf, splitAggregate } from './aggregates.ts';
import { fault, quoted, repeatedName, unknownName } from './faults.ts';
import { type Controls, type Given, readColumns, readNames } from './given.ts';
import { normalize } from './normalize.ts';
import { readSort } from './order.ts';
import type { Aggregate, Having, Predicate, Summary } from './plan.ts';
import { type Subjects, subjectAt, subjectsOf } from './subjects.ts';
import { readGivenTree } from './where.ts';

/** @returns null when rows are asked for */
export function planSummary(
  controls: Controls,
  order: Given | undefined,
  fields: Subjects,
  faults: Fault[],
): Summary | null {
  const facet = controls.get('_facet');
  if (facet !== undefined) return { kind: 'facet', columns: readColumns(facet, '_facet', fields, faults) };
  const stats = controls.get('_stats');
  if (stats !== undefined) return { kind: 'stats', columns: readColumns(stats, '_stats', fields, faults) };
  const group = controls.get('_group');
  return group === undefined ? null : planGroup(group, controls, order, fields, faults);
}

function planGroup(
  group: Given,
  controls: Controls,
  order: Given | undefined,
  fields: Subjects,
  faults: Fault[],
): Summary {
  const by = readColumns(group, '_group', fields, faults);
  const agg = controls.get('_agg');
  const aggregates = agg === undefined ? [COUNT_ROWS] : readAggregates(agg, fields, faults);
  const outputs = subjectsOf('result', outputsOf(by, aggregates, fields));
  for (const [index, { name }] of outputs.list.entries()) {
    if (outputs.positions.get(name) !== index) faults.push(repeatedName((agg ?? group).place, '_agg', name));
  }
  const having = controls.get('_having');
  const condition = having === undefined ? null : readGivenTree(having, outputs, faults);
  const sort = readSort(controls.get('_sort'), order, outputs, faults);
  return {
    kind: 'group',
    by,
    aggregates,
    having: condition === null ? null : havingOf(condition),
    sort: sort.map(({ position, isDescending }) => ({ output: position, isDescending })),
  };
}

function readAggregates(given: Given, fields: Subjects, faults: Fault[]): readonly Aggregate[] {
  return readNames(given, '_agg', faults).flatMap((text) => {
    const split = splitAggregate(text);
    const definition = split === undefined ? undefined : aggregateOf(split.fn);
    const names = AGGREGATES.map(({ name }) => name);
    if (split === undefined || definition === undefined) {
      faults.push(unknownName(given.place, 'aggregate', split?.fn ?? text, names, faults.length));
      return [];
    }
    const { fn, field } = { fn: definition.name, field: split.field };
    if (fn === 'count' && field === '') return [COUNT_ROWS];
    const column = fields.positions.get(field);
    if (column === undefined) {
      faults.push(unknownName(given.place, 'field', field, fields.positions.keys(), faults.length));
      return [];
    }
    const { name, type } = subjectAt(fields, column);
    if (definition.types.includes(type)) return [{ fn, column, name: `${fn}(${name})` }];
    const message = `${fn} takes fields of type ${definition.types.join(', ')}: ${quoted(name)} is ${type}.`;
    const allowed = AGGREGATES.filter(({ types }) => types.includes(type)).map((each) => each.name);
    faults.push({ ...fault(given.place, 'wrong-type', message, text), allowed });
    return [];
  });
}

/** Conditions on results are read like those on rows: positions are outputs then. */
function havingOf(predicate: Predicate): Having | null {
  const form = normalize(predicate);
  return form.kind === 'and' && form.parts.length === 0 ? null : renamed(form);
}

function renamed(predicate: Predicate): Having {
  switch (predicate.kind) {
    case 'compare': {
      const { column, ...rest } = predicate;
      return { ...rest, output: column };
    }
    case 'not':
      return { kind: 'not', part: renamed(predicate.part) };
    default:
      return { kind: predicate.kind, parts: predicate.parts.map(renamed) };
  }
}

/** A condition on results as one on positions, which is how it is written. */
export function predicateOf(having: Having): Predicate {
  switch (having.kind) {
    case 'compare': {
      const { output, ...rest } = having;
      return { ...rest, column: output };
    }
    case 'not':
      return { kind: 'not', part: predicateOf(having.part) };
    default:
      return { kind: having.kind, parts: having.parts.map(predicateOf) };
  }
}
