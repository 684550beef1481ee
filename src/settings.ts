// The closed registry of settings, and the help text made of it.
import { readFileSync } from 'node:fs';

type Kind = 'folder' | 'port' | 'host' | 'amount';
export type Setting = Readonly<{
  name: 'folder' | 'port' | 'host' | 'contracts' | 'historySize' | 'historyAge' | 'maxFileSize';
  /** As written on the command line; the folder to serve is the one argument without a flag. */
  flag: string;
  /** What stands after the flag in `--help`. */
  value: string;
  env: string;
  default: string;
  kind: Kind;
  description: string;
  /** Which texts are accepted, in words. */
  range: string;
  /** The least and the largest number that is accepted, where it is one. */
  least?: number;
  most?: number;
}>;

/** The most that a history may hold, in MiB and in minutes. */
const MOST_HISTORY = { size: 65_536, age: 527_040 };

/** The most that a file may be allowed, in MiB: offsets in a text are 31-bit numbers. */
const MOST_FILE = 2047;

/** Every setting there is. Parsing, validation, `--help` and the README's table derive from this list. */
export const SETTINGS = Object.freeze([
  {
    name: 'folder',
    flag: 'FOLDER',
    value: '',
    env: 'DATA_DIR',
    default: 'data',
    kind: 'folder',
    description: 'the folder of CSV and TSV files to serve',
    range: 'the path of a folder',
  },
  {
    name: 'port',
    flag: '--port',
    value: 'N',
    env: 'PORT',
    default: '5000',
    kind: 'port',
    description: 'the TCP port to listen on; 0 takes a free one',
    range: 'a whole number from 0 to 65535',
  },
  {
    name: 'host',
    flag: '--host',
    value: 'H',
    env: 'HOST',
    default: '127.0.0.1',
    kind: 'host',
    description: 'the address to listen on; 0.0.0.0 lets other machines in',
    range: 'an IP address or a host name',
  },
  {
    name: 'contracts',
    flag: '--contracts',
    value: 'DIR',
    env: 'CONTRACTS_DIR',
    default: 'openapi',
    kind: 'folder',
    description: 'the folder of OpenAPI documents to serve as they are; may be absent',
    range: 'the path of a folder',
  },
  {
    name: 'historySize',
    flag: '--history-size',
    value: 'N',
    env: 'HISTORY_SIZE',
    default: '64',
    kind: 'amount',
    description: 'how many MiB of past changes to keep for clients that come back; 0 keeps none',
    range: `a whole number of MiB from 0 to ${MOST_HISTORY.size}`,
    most: MOST_HISTORY.size,
  },
  {
    name: 'historyAge',
    flag: '--history-age',
    value: 'N',
    env: 'HISTORY_AGE',
    default: '60',
    kind: 'amount',
    description: 'for how many minutes to keep past changes; 0 keeps none',
    range: `a whole number of minutes from 0 to ${MOST_HISTORY.age}`,
    most: MOST_HISTORY.age,
  },
  {
    name: 'maxFileSize',
    flag: '--max-file-size',
    value: 'N',
    env: 'MAX_FILE_SIZE',
    default: '1024',
    kind: 'amount',
    description:
      'the largest file to read, in MiB: a table takes about as much memory, and three to five times that while it is read',
    range: `a whole number of MiB from 1 to ${MOST_FILE}`,
    least: 1,
    most: MOST_FILE,
  },
] as const satisfies readonly Setting[]);

/** Flags that are answered instead of a start. */
export const QUESTIONS = Object.freeze([
  { flag: '--help', short: 'h', description: 'print this and exit' },
  { flag: '--version', short: 'v', description: 'print the version and exit' },
] as const);

/** What stands in place of the folder's name to describe a folder instead of serving it, and its own flag. */
export const DESCRIBE = Object.freeze({
  command: 'describe',
  description: 'write FOLDER/datapackage.json, what was found in its files, for you to edit, and exit',
  flag: '--force',
  flagDescription: 'with describe: overwrite the datapackage.json that is there',
});

/** The version of this package, from its package.json: `1.2.3`. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;

/** What `--help` prints. */
export function helpText(): string {
  const lines = [
    ...SETTINGS.map((setting) => ({
      left: `${setting.flag} ${setting.value}`.trimEnd(),
      right: `${setting.description} (default ${setting.default}; environment: ${setting.env})`,
    })),
    { left: `${DESCRIBE.command} FOLDER`, right: DESCRIBE.description },
    { left: DESCRIBE.flag, right: DESCRIBE.flagDescription },
    ...QUESTIONS.map(({ flag, short, description }) => ({ left: `${flag}, -${short}`, right: description })),
  ];
  const width = Math.max(...lines.map(({ left }) => left.length));
  const usage = SETTINGS.map(({ flag, value }) => `[${`${flag} ${value}`.trimEnd()}]`).join(' ');
  return [
    `Usage: rowcast ${usage}`,
    `       rowcast ${DESCRIBE.command} [FOLDER] [${DESCRIBE.flag}]`,
    '',
    'Turns a folder of CSV files into a live API: REST routes, documentation and a feed of changes.',
    '',
    ...lines.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}
