// Holds the import directions between the rooms of src/, and what else a file's text shows about its place.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const LONGEST = 200;

/** Which rooms a room may import beside itself. A room is a folder of src/, or a file of it without extension. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  table: [],
  nearest: [],
  problem: ['nearest'],
  settings: [],
  greeting: [],
  progress: [],
  client: [],
  query: ['table', 'problem'],
  indexing: ['query', 'table'],
  catalog: ['table'],
  source: ['table', 'nearest'],
  'source/ingest': ['table', 'catalog'],
  'source/judge': ['table', 'catalog'],
  'source/served': ['table', 'catalog'],
  descriptor: ['catalog', 'query', 'table'],
  describe: ['descriptor', 'source', 'catalog', 'query', 'greeting'],
  http: ['catalog', 'query', 'indexing', 'descriptor', 'table', 'problem'],
  contract: ['catalog', 'query', 'table', 'problem'],
  events: ['catalog', 'query', 'table', 'problem'],
  config: ['settings'],
  app: [
    'source',
    'http',
    'contract',
    'events',
    'catalog',
    'query',
    'indexing',
    'table',
    'problem',
    'config',
    'settings',
  ],
  main: ['app', 'describe', 'config', 'settings', 'greeting', 'progress'],
  launch: ['main'],
};
/** Rooms without files, sockets or packages: the same input gives the same output. */
const PURE = ['table', 'query', 'descriptor', 'problem', 'nearest', 'greeting'];
const PURE_MODULES = ['node:crypto', 'node:buffer', 'node:util'];

type Source = Readonly<{ path: string; text: string }>;

/** What a file's imports (also dynamic ones and workers) break, one sentence each. */
function importViolations({ path, text }: Source): string[] {
  const room = roomOf(path);
  const allowed = ALLOWED[path.replace(/\.[jt]s$/, '')] ?? ALLOWED[room];
  if (allowed === undefined) return [`${path} is in a room that ALLOWED does not know`];
  return specifiersOf(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const isPure = !PURE.includes(room) || PURE_MODULES.includes(specifier);
      return isPure ? [] : [`${path} is pure and imports ${specifier}`];
    }
    const target = join(dirname(path), specifier);
    const targetRoom = roomOf(target);
    if (target.startsWith('..') || targetRoom === room || allowed.includes(targetRoom)) return [];
    return [`${path} imports ${target}: ${room} may import ${allowed.join(', ') || 'nothing'}`];
  });
}

/** What else a file does that belongs to another file. */
function placeViolations({ path, text }: Source): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*/g, '');
  const lines = text.split('\n').length - 1;
  const isProcess = path === 'main.ts' || path === 'launch.js';
  const ownsProcess = /\bprocess\.(argv|env|exit|exitCode|on|once|cwd|chdir|kill|stdin|stdout|stderr)\b/.exec(
    code,
  );
  const isPlugin = /\bFastify(Instance|PluginAsync|PluginCallback)\b/.test(code);
  return [
    ...(lines > LONGEST ? [`${path} has ${lines} lines, more than ${LONGEST}`] : []),
    ...(/\bexport default\b/.test(code) && !isPlugin
      ? [`${path} has a default export and is no plugin`]
      : []),
    ...(/^export \* from/m.test(code) ? [`${path} is a barrel`] : []),
    ...(ownsProcess && !isProcess ? [`${path} touches ${ownsProcess[0]}, which is for main.ts`] : []),
  ];
}

function roomOf(path: string): string {
  return path.split('/')[0]!.replace(/\.[jt]s$/, '');
}

function specifiersOf(text: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /\bnew URL\(\s*['"`](\.[^'"`$]+)[^,]*,\s*import\.meta\.url/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
}

const sources: Source[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ path: relative(SRC, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));

test('there are sources', () => {
  expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['launch.js', 'main.ts', 'app.ts']));
});

test.for(sources)('$path', (source) => {
  expect([...importViolations(source), ...placeViolations(source)]).toEqual([]);
});

describe('the checker finds', () => {
  const broken: [path: string, text: string, found: RegExp][] = [
    ['table/row.ts', "import { plan } from '../query/plan.ts';", /^table\/row.ts imports query\/plan.ts/],
    ['table/row.ts', "import { readFileSync } from 'node:fs';", /is pure and imports node:fs$/],
    ['query/plan.ts', "import {\n  a,\n  b,\n} from '../catalog.ts';", /imports catalog.ts/],
    ['source/read.ts', "import { apply } from '../catalog.ts';", /imports catalog.ts/],
    ['http/rows.ts', "import type { Hub } from '../events/hub.ts';", /imports events\/hub.ts/],
    ['http/rows.ts', "const { hub } = await import('../events/hub.ts');", /imports events\/hub.ts/],
    ['events/hub.ts', "export { read } from '../source/read.ts';", /imports source\/read.ts/],
    ['events/hub.ts', "import '../http/rows.ts';", /imports http\/rows.ts/],
    [
      'contract/serve.ts',
      "new Worker(new URL('../source/load.ts', import.meta.url));",
      /imports source\/load.ts/,
    ],
    ['client/socket.ts', "import { VERSION } from '../settings.ts';", /imports settings.ts/],
    ['catalog.ts', "import { buildApp } from './app.ts';", /imports app.ts/],
    ['misc/thing.ts', '', /does not know$/],
    ['table/row.ts', '\n'.repeat(LONGEST + 1), /more than 200$/],
    ['table/row.ts', 'export default 1;', /no plugin$/],
    ['table/row.ts', "export * from './cell.ts';", /barrel$/],
    ['http/rows.ts', 'const port = process.env.PORT;', /touches process.env/],
  ];
  test.for(broken)('%s: %j', ([path, text, found]) => {
    const violations = [...importViolations({ path, text }), ...placeViolations({ path, text })];
    expect(violations).toEqual([expect.stringMatching(found)]);
  });

  const sound: [path: string, text: string][] = [
    ['source/ingest.ts', "import { apply } from '../catalog.ts';"],
    ['http/rows.ts', "import { plan } from '../query/plan.ts';\nimport Fastify from 'fastify';"],
    ['table/row.ts', "// import { x } from '../query/plan.ts'\nimport { hash } from 'node:crypto';"],
    ['settings.ts', "new URL('../package.json', import.meta.url)"],
    ['http/docs.ts', 'export default async function docs(app: FastifyInstance) {}'],
  ];
  test.for(sound)('nothing in %s: %j', ([path, text]) => {
    expect([...importViolations({ path, text }), ...placeViolations({ path, text })]).toEqual([]);
  });
});
