// What is wrong with a query, and the parameters that its URL takes beside → the same, with those that may be meant.

import { nearest, type Problem } from '../problem.ts';
import { queryProblem, unknownParameter } from './faults.ts';

/**
 * A problem of a query that has other parameters beside fields and controls: one of these may have been meant.
 * @param names of these parameters
 */
export function withParameters(problem: Problem, names: readonly string[]): Problem {
  const { errors = [] } = problem;
  if (!errors.some(({ code }) => code === 'unknown-parameter')) return problem;
  const faults = errors.map((error) => {
    const { code, parameter = '', allowed = [], nearest: known } = error;
    if (code !== 'unknown-parameter') return error;
    const meant = nearest(parameter, known === undefined ? names : [...names, known]);
    if (meant === undefined || meant === known) return { ...error, allowed: [...names, ...allowed] };
    return unknownParameter(parameter, [meant, ...names.filter((name) => name !== meant), ...allowed], '', 0);
  });
  return queryProblem(faults);
}
