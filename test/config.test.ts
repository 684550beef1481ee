// What a command line and an environment turn into: a config, an answer, or one sentence.
import { expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { QUESTIONS, SETTINGS, VERSION } from '../src/settings.ts';

const CWD = '/work/shop';
const DEFAULTS = {
  folder: '/work/shop/data',
  port: 5000,
  host: '127.0.0.1',
  contracts: '/work/shop/openapi',
  history: { bytes: 64 * 1024 * 1024, ageMs: 3_600_000 },
  maxFileBytes: 2 ** 30,
};
type Env = Record<string, string | undefined>;

const configs: [line: string, env: Env, expected: Partial<typeof DEFAULTS>][] = [
  ['', {}, {}],
  ['lists', {}, { folder: '/work/shop/lists' }],
  ['/srv/lists', {}, { folder: '/srv/lists' }],
  ['../lists --port 80', {}, { folder: '/work/lists', port: 80 }],
  ['--port=0', {}, { port: 0 }],
  ['--port 65535 --port 1', {}, { port: 1 }],
  ['--host ::1', {}, { host: '::1' }],
  ['--host [::1]', {}, { host: '::1' }],
  ['--host 0.0.0.0 --contracts agreed', {}, { host: '0.0.0.0', contracts: '/work/shop/agreed' }],
  ['-- --port', {}, { folder: '/work/shop/--port' }],
  ['', { PORT: '8080', HOST: 'localhost' }, { port: 8080, host: 'localhost' }],
  ['', { DATA_DIR: '/data', CONTRACTS_DIR: 'agreed' }, { folder: '/data', contracts: '/work/shop/agreed' }],
  ['', { PORT: '', HOST: '', DATA_DIR: '', CONTRACTS_DIR: '' }, {}],
  ['--port 1 lists', { PORT: '2', DATA_DIR: 'other' }, { port: 1, folder: '/work/shop/lists' }],
  ['--port 1', { PORT: 'nonsense' }, { port: 1 }],
  ['--history-size 1 --history-age 2', {}, { history: { bytes: 1_048_576, ageMs: 120_000 } }],
  ['--history-size=0 --history-age=0', {}, { history: { bytes: 0, ageMs: 0 } }],
  [
    '',
    { HISTORY_SIZE: '65536', HISTORY_AGE: '527040' },
    { history: { bytes: 2 ** 36, ageMs: 31_622_400_000 } },
  ],
  ['--max-file-size 2047', {}, { maxFileBytes: 2047 * 2 ** 20 }],
  ['', { MAX_FILE_SIZE: '1' }, { maxFileBytes: 2 ** 20 }],
  ['--history-age 5', { HISTORY_AGE: '7' }, { history: { bytes: 64 * 1024 * 1024, ageMs: 300_000 } }],
];

test.for(configs)('rowcast %s with %o', ([line, env, expected]) => {
  const parsed = parseConfig(words(line), env, CWD);
  expect(parsed).toEqual({ kind: 'run', config: { ...DEFAULTS, ...expected } });
});

const refusals: [line: string[], env: Env, message: string][] = [
  [['--port', 'abc'], {}, '--port is "abc": expected a whole number from 0 to 65535.'],
  [['--port', '65536'], {}, '--port is "65536": expected a whole number from 0 to 65535.'],
  [['--port', '-1'], {}, '--port is "-1": expected a whole number from 0 to 65535.'],
  [['--port', '1e3'], {}, '--port is "1e3": expected a whole number from 0 to 65535.'],
  [['--port', '080'], {}, '--port is "080": expected a whole number from 0 to 65535.'],
  [['--port='], {}, '--port is "": expected a whole number from 0 to 65535.'],
  [
    [],
    { PORT: '5000x' },
    'The environment variable PORT is "5000x": expected a whole number from 0 to 65535.',
  ],
  [
    ['--history-size', '64MB'],
    {},
    '--history-size is "64MB": expected a whole number of MiB from 0 to 65536.',
  ],
  [['--max-file-size', '0'], {}, '--max-file-size is "0": expected a whole number of MiB from 1 to 2047.'],
  [['--history-size=1.5'], {}, '--history-size is "1.5": expected a whole number of MiB from 0 to 65536.'],
  [
    ['--history-size', '65537'],
    {},
    '--history-size is "65537": expected a whole number of MiB from 0 to 65536.',
  ],
  [
    ['--history-age', '-1'],
    {},
    '--history-age is "-1": expected a whole number of minutes from 0 to 527040.',
  ],
  [
    [],
    { HISTORY_AGE: '1h' },
    'The environment variable HISTORY_AGE is "1h": expected a whole number of minutes from 0 to 527040.',
  ],
  [['--history-age'], {}, '--history-age needs a value: a whole number of minutes from 0 to 527040.'],
  [['--port'], {}, '--port needs a value: a whole number from 0 to 65535.'],
  [['--port', '--host', 'x'], {}, '--port needs a value: a whole number from 0 to 65535.'],
  [['--host', 'http://x'], {}, '--host is "http://x": expected an IP address or a host name.'],
  [['--host', ''], {}, '--host is "": expected an IP address or a host name.'],
  [[''], {}, 'FOLDER is "": expected the path of a folder.'],
  [['a', 'b'], {}, 'Rowcast serves one folder, and 2 were named: a, b.'],
  [['--prot', '1'], {}, 'There is no flag --prot: did you mean --port?'],
  [['--contract=x'], {}, 'There is no flag --contract: did you mean --contracts?'],
  [['--frobnicate'], {}, 'There is no flag --frobnicate: try --help.'],
  [['--constructor'], {}, 'There is no flag --constructor: try --help.'],
  [['--__proto__'], {}, 'There is no flag --__proto__: try --help.'],
  [['-x'], {}, 'There is no flag -x: try --help.'],
  [['--help=yes'], {}, '--help takes no value.'],
  [['--force'], {}, '--force is for rowcast describe FOLDER alone.'],
  [['describe', 'a', 'b'], {}, 'Rowcast serves one folder, and 2 were named: a, b.'],
];

test.for(refusals)('rowcast %j with %o is refused', ([line, env, message]) => {
  expect(parseConfig(line, env, CWD)).toEqual({ kind: 'invalid', message });
});

const described: [line: string, isForced: boolean, folder: string][] = [
  ['describe', false, `${CWD}/data`],
  ['describe lists', false, `${CWD}/lists`],
  ['describe lists --force', true, `${CWD}/lists`],
  ['--force describe', true, `${CWD}/data`],
  ['describe describe', false, `${CWD}/describe`],
];

test.for(described)('rowcast %s', ([line, isForced, folder]) => {
  expect(parseConfig(words(line), {}, CWD)).toMatchObject({ kind: 'describe', isForced, config: { folder } });
});

test('a config is frozen', () => {
  const parsed = parseConfig([], {}, CWD);
  expect(parsed.kind === 'run' && Object.isFrozen(parsed.config)).toBe(true);
});

test.for(['--version', '-v', '--port nonsense --version'])('rowcast %s', (line) => {
  expect(parseConfig(words(line), {}, CWD)).toEqual({ kind: 'version', text: VERSION });
});

test.for(['--help', '-h', '--version --help'])(
  'rowcast %s names every flag, variable and default',
  (line) => {
    const parsed = parseConfig(words(line), {}, CWD);
    if (parsed.kind !== 'help') throw new Error(`answered ${parsed.kind}`);
    const named = SETTINGS.flatMap(({ flag, env, default: usual, description }) => [
      flag,
      env,
      usual,
      description,
    ]);
    for (const word of [...named, ...QUESTIONS.map(({ flag }) => flag)]) expect(parsed.text).toContain(word);
  },
);

function words(line: string): string[] {
  return line === '' ? [] : line.split(' ');
}
