// Turns command line and environment into one frozen Config, or into the sentence that says what is wrong.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DESCRIBE, helpText, QUESTIONS, SETTINGS, type Setting, VERSION } from './settings.ts';

/** What the whole of Rowcast may know about its surroundings; both folders are absolute paths. */
export type Config = Readonly<{
  folder: string;
  port: number;
  host: string;
  contracts: string;
  /** How much of what happened is kept for clients that come back, and for how long. */
  history: Readonly<{ bytes: number; ageMs: number }>;
  /** The largest file to read, in bytes. */
  maxFileBytes: number;
}>;

export type Parsed =
  | { readonly kind: 'run'; readonly config: Config }
  /** `isForced`: a description that is there is overwritten. */
  | { readonly kind: 'describe'; readonly config: Config; readonly isForced: boolean }
  | { readonly kind: 'help' | 'version'; readonly text: string }
  | { readonly kind: 'invalid'; readonly message: string };

/** A setting's text, and where it was found: `--port`, `the environment variable PORT`, `the default`. */
type Given = Readonly<{ text: string; origin: string }>;

/**
 * Reads the arguments after the program's name, the environment and the working directory. Flags win over the
 * environment, the last of a repeated flag wins, and an empty environment variable counts as absent.
 */
export function parseConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Parsed {
  const line = readLine(argv);
  if (typeof line === 'string') return { kind: 'invalid', message: line };
  if (line.has('--help')) return { kind: 'help', text: helpText() };
  if (line.has('--version')) return { kind: 'version', text: VERSION };
  const values: Record<string, string | number> = {};
  for (const setting of SETTINGS) {
    const given = choose(setting, line, env);
    const value = castValue(setting, given.text, cwd);
    if (value === undefined) {
      const message = `${given.origin} is ${JSON.stringify(given.text)}: expected ${setting.range}.`;
      return { kind: 'invalid', message };
    }
    values[setting.name] = value;
  }
  const config = configOf(values as Values);
  const isForced = line.has(DESCRIBE.flag);
  if (line.has(DESCRIBE.command)) return { kind: 'describe', config, isForced };
  if (!isForced) return { kind: 'run', config };
  return { kind: 'invalid', message: `${DESCRIBE.flag} is for rowcast ${DESCRIBE.command} FOLDER alone.` };
}

/** The value of every setting, by its name. */
type Values = Readonly<
  Omit<Config, 'history' | 'maxFileBytes'> & { historySize: number; historyAge: number; maxFileSize: number }
>;

const MIB = 1024 * 1024;
const MINUTE = 60_000;

function configOf({ historySize, historyAge, maxFileSize, ...others }: Values): Config {
  const history = Object.freeze({ bytes: historySize * MIB, ageMs: historyAge * MINUTE });
  return Object.freeze({ ...others, history, maxFileBytes: maxFileSize * MIB });
}

/** The command line as flag → text (`FOLDER` too), or the sentence that says why it is none of ours. */
function readLine(argv: readonly string[]): Map<string, string> | string {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = Object.create(null);
  for (const { flag } of SETTINGS) if (flag.startsWith('--')) options[flag.slice(2)] = { type: 'string' };
  for (const { flag, short } of QUESTIONS) options[flag.slice(2)] = { type: 'boolean', short };
  options[DESCRIBE.flag.slice(2)] = { type: 'boolean' };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const line = new Map<string, string>();
  const folders: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') folders.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    const flag = `--${token.name}`;
    if (option === undefined) return unknownFlag(token.rawName);
    if (option.type === 'boolean' && token.value !== undefined) return `${flag} takes no value.`;
    const isMissing = token.value === undefined || (!token.inlineValue && /^--?[a-z]/i.test(token.value));
    if (option.type === 'string' && isMissing) return `${flag} needs a value: ${rangeOf(flag)}.`;
    line.set(flag, token.value ?? '');
  }
  if (folders[0] === DESCRIBE.command) line.set(folders.shift() as string, '');
  if (folders.length > 1)
    return `Rowcast serves one folder, and ${folders.length} were named: ${folders.join(', ')}.`;
  if (folders[0] !== undefined) line.set('FOLDER', folders[0]);
  return line;
}

/** The text that counts for a setting: the command line's, else the environment's, else the default. */
function choose(
  setting: Setting,
  line: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
): Given {
  const flagged = line.get(setting.flag);
  if (flagged !== undefined) return { text: flagged, origin: setting.flag };
  const inherited = env[setting.env];
  if (inherited) return { text: inherited, origin: `The environment variable ${setting.env}` };
  return { text: setting.default, origin: 'the default' };
}

/** The value of a setting's text, or undefined if it is out of the setting's range. */
function castValue(
  { kind, least = 0, most = 0 }: Setting,
  text: string,
  cwd: string,
): string | number | undefined {
  switch (kind) {
    case 'folder':
      return text === '' || text.includes('\0') ? undefined : resolve(cwd, text);
    case 'port':
      return castCount(text, 65535);
    case 'amount':
      return castCount(text, most, least);
    case 'host':
      return /^(?!\[)[^\s/]+$/.exec(text.replace(/^\[(.*)\]$/, '$1'))?.[0];
  }
}

function castCount(text: string, most: number, least = 0): number | undefined {
  const count = /^(0|[1-9]\d{0,6})$/.test(text) ? Number(text) : -1;
  return count >= least && count <= most ? count : undefined;
}

function rangeOf(flag: string): string {
  return SETTINGS.find((setting) => setting.flag === flag)!.range;
}

function unknownFlag(found: string): string {
  const flags = [...SETTINGS, ...QUESTIONS, DESCRIBE]
    .map(({ flag }) => flag)
    .filter((flag) => flag.startsWith('--'));
  const distances = flags.map((flag) => editDistance(found, flag));
  const least = Math.min(...distances);
  const hint = least <= 3 ? `did you mean ${flags[distances.indexOf(least)]}?` : 'try --help.';
  return `There is no flag ${found}: ${hint}`;
}

/** Levenshtein's distance: how many characters to insert, delete or replace to make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
