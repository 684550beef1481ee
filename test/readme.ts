// The registries of the source → the tables of the README that describe them.

import { PROBLEMS } from '../src/problem.ts';
import { CONTROL_ALIASES, OPERATOR_ALIASES } from '../src/query/aliases.ts';
import { CONTROLS } from '../src/query/controls.ts';
import { OPERATORS } from '../src/query/operators.ts';
import { SETTINGS } from '../src/settings.ts';
import { FIELD_TYPES } from '../src/table/field-types.ts';

type Rows = readonly (readonly string[])[];

const code = (text: string) => (text === '' ? '' : `\`${text}\``);

function table([header, ...rows]: Rows): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const names = header as readonly string[];
  return [line(names), line(names.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What stands on an operator's right side, in words. */
const FORMS: Readonly<Record<(typeof OPERATORS)[number]['form'], string>> = {
  one: 'a value',
  list: '`a,b` or a JSON array',
  pair: '`a,b`, the lesser first',
  boolean: '`true` or `false`',
  pattern: 'a pattern',
};

/** The names of types, or of all but one where these are fewer. */
function namesOf(types: readonly string[]): string {
  const [other, ...others] = FIELD_TYPES.map(({ name }) => name).filter((name) => !types.includes(name));
  return others.length === 0 && other !== undefined ? `any but ${code(other)}` : types.map(code).join(', ');
}

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
const SECTIONS: Readonly<Record<string, () => string>> = {
  settings: () =>
    table([
      ['setting', 'environment', 'default', 'what it is'],
      ...SETTINGS.map(({ flag, value, env, default: usual, description }) => [
        code(`${flag} ${value}`.trim()),
        code(env),
        code(usual),
        description,
      ]),
    ]),
  types: () =>
    table([
      ['type', 'what it is', 'for example'],
      ...FIELD_TYPES.map(({ name, describes, example }) => [code(name), describes, code(example)]),
    ]),
  operators: () =>
    table([
      ['operator', 'the field', 'takes', 'for fields of type'],
      ...OPERATORS.map(({ name, describes, form, types }) => [
        code(`__${name}`),
        describes,
        FORMS[form],
        types.length === FIELD_TYPES.length ? 'any' : namesOf(types),
      ]),
    ]),
  controls: () =>
    table([
      ['control', 'what it does', 'takes', 'in a search'],
      ...CONTROLS.map(({ name, describes, range, member }) => [
        code(name),
        describes,
        range,
        code(member ?? ''),
      ]),
    ]),
  aliases: () =>
    table([
      ['spelling', 'stands for'],
      ...OPERATOR_ALIASES.map(({ suffix, operator }) => [code(`field${suffix}`), code(`field__${operator}`)]),
      ...CONTROL_ALIASES.map(({ name, describes }) => [code(name), describes]),
    ]),
  problems: () =>
    table([
      ['type', 'status', 'what it means'],
      ...PROBLEMS.map((problem) => [code(problem.code), String(problem.status), problem.means]),
    ]),
};

/** A README with its generated sections made anew. Throws when a section's marks are missing. */
export function renewReadme(text: string): string {
  let renewed = text;
  for (const [name, make] of Object.entries(SECTIONS)) {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [renewed.indexOf(open), renewed.indexOf(close)];
    if (from === -1 || to < from) throw new Error(`README.md has no section between ${open} and ${close}`);
    renewed = `${renewed.slice(0, from + open.length)}\n${make()}\n${renewed.slice(to)}`;
  }
  return renewed;
}
