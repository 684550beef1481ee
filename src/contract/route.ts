// Turns an OpenAPI path template into a route of find-my-way, and a text with `{names}` into a template to fill.

import findMyWay from 'find-my-way';

/** Options of every router here: paths are matched as Rowcast's own routes are. */
export const ROUTER_OPTIONS = Object.freeze({
  caseSensitive: true,
  ignoreTrailingSlash: true,
  ignoreDuplicateSlashes: true,
  maxParamLength: 1000,
});

/** `pattern` is the path for find-my-way, its parameters `p0`, `p1`… in the order of `parameters`. */
export type Route = Readonly<{ path: string; pattern: string; parameters: readonly string[] }>;

/** Pieces of text, and indices into the route's parameters. */
export type Template = readonly (string | number)[];

const NAME = /\{([^{}]*)\}/;

/**
 * Reads an OpenAPI path template: `/api/association/{id}/evenements`, also `/files/{name}.{kind}`.
 * @returns the route, or what is wrong with it
 */
export function readRoute(template: string): Route | string {
  const path = template.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  if (!path.startsWith('/')) return 'a path begins with a slash';
  if (/[?#*]/.test(path)) return 'a path has none of the characters ? # *';
  const parts = path.split(new RegExp(NAME, 'g'));
  const parameters = parts.filter((_, index) => index % 2 === 1);
  if (new Set(parameters).size < parameters.length || parameters.includes('')) {
    return 'every parameter needs a name of its own';
  }
  let pattern = '';
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (index % 2 === 0) {
      if (part === '' && index > 0 && next !== undefined) return 'two parameters need a text between them';
      if (/[{}]/.test(part)) return 'its braces do not match';
      pattern += literal(part);
    } else {
      // find-my-way ends a name at `/`, `-` and `.` only; before other text it wants the parameter's own expression.
      const isPlain = next === undefined || next === '' || /^[/.-]/.test(next);
      pattern += `:p${(index - 1) / 2}${isPlain ? '' : '(^[^/]+?)'}`;
    }
  }
  try {
    findMyWay(ROUTER_OPTIONS).on('GET', pattern, () => {});
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return Object.freeze({ path, pattern, parameters: Object.freeze(parameters) });
}

function literal(text: string): string {
  let decoded = text;
  try {
    decoded = decodeURI(text);
  } catch {
    // A lone percent sign stands for itself.
  }
  return decoded.replaceAll(':', '::');
}

/**
 * Reads a text in which `{name}` stands for a path parameter.
 * @returns the template, or the name that is no parameter
 */
export function readTemplate(text: string, parameters: readonly string[]): Template | string {
  const template: (string | number)[] = [];
  for (const [index, part] of text.split(new RegExp(NAME, 'g')).entries()) {
    if (index % 2 === 0) {
      if (part !== '') template.push(part);
      continue;
    }
    const at = parameters.indexOf(part);
    if (at === -1) return part;
    template.push(at);
  }
  return Object.freeze(template);
}

/** Fills a template with the parameters' values, which stand in the route's order. */
export function fill(template: Template, values: readonly string[]): string {
  return template.map((part) => (typeof part === 'number' ? (values[part] as string) : part)).join('');
}
