// The registries of the source → the tables of the README that describe them.

import { PROBLEMS } from '../src/problem.ts';
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
