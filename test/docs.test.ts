// What the README says is so: its generated tables are fresh, its commands run, its snippets do what they say.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { README } from './generate.ts';
import { renewReadme } from './readme.ts';
import { copyBundledData } from './support/bundled.ts';
import { temporaryFolder } from './support/folder.ts';

const MAIN = fileURLToPath(new URL('../src/launch.js', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(README, 'utf8');

/** The code blocks of a language, in order. */
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(
    ([, code]) => code as string,
  );

test('its generated tables are fresh (npm run generate)', () => {
  expect(renewReadme(readme)).toBe(readme);
});

test('every npm script that it names exists', async () => {
  const { scripts } = JSON.parse(await readFile(`${ROOT}/package.json`, 'utf8')) as { scripts: object };
  const named = [...readme.matchAll(/npm (?:run )?(start|test|dev|bench|generate|\w+)\b/g)].map(
    ([, name]) => name,
  );
  expect(named).toContain('start');
  for (const name of named) if (name !== 'ci') expect(Object.keys(scripts)).toContain(name);
});

test('its code map names every room of src/, and nothing else', async () => {
  const map = readme.slice(readme.indexOf('what turns into what |'), readme.indexOf('`npm run bench`'));
  const named = [...map.matchAll(/`([\w-]+(?:\/|\.ts|\.js))`/g)].map(([, path]) => path);
  const entries = await readdir(`${ROOT}/src`, { withFileTypes: true });
  const rooms = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  expect(named.sort()).toEqual(rooms.filter((name) => !name.endsWith('.json')).sort());
});

/** Does what a curl command does: `-g` aside, a URL, a header and a JSON body are known. */
async function runCurl(line: string) {
  const command = line.replace(/ +# .*$/, '');
  const [, url = '', rest = ''] = /^curl (?:-g )?'([^']+)'(.*)$/.exec(command) ?? [];
  const json = / --json '([^']+)'/.exec(rest)?.[1];
  const [, name, value] = / -H '([^:]+): ([^']+)'/.exec(rest) ?? [];
  expect([line, url !== '', rest.replace(/ (--json|-H) '[^']+'/, '')]).toEqual([line, true, '']);
  const answer = await fetch(url, {
    ...(json ? { method: 'POST', body: json } : {}),
    headers: {
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(name && value ? { [name]: value } : {}),
    },
  });
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  return { status: answer.status, type, body: await answer.text() };
}

describe('its commands', () => {
  test('curl answers, an appended row is served, and the snippet hears of it', {
    timeout: 30_000,
  }, async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.path);
    await copyBundledData(folder.at('data'));
    await cp(`${ROOT}/openapi`, folder.at('openapi'), { recursive: true });
    const server = spawn(process.execPath, [MAIN, '--port', '0'], {
      cwd: folder.path,
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let said = '';
      for await (const chunk of server.stdout.setEncoding('utf8')) {
        said += chunk;
        if (said.includes('stations')) break;
      }
      const url = /http:\/\/[^\s/]+/.exec(said)?.[0] as string;
      const here = (text: string) =>
        text.replaceAll(/(http|ws):\/\/(?:127\.0\.0\.1|localhost):5000/g, (_, scheme) =>
          url.replace('http', scheme),
        );

      const curls = [...here(blocks('sh').join('\n')).matchAll(/^curl .*$/gm)].map(([line]) => line);
      expect(curls.length).toBeGreaterThan(20);
      for (const line of curls) {
        const { status, type, body } = await runCurl(line);
        expect([line, status]).toEqual([line, 200]);
        if (/\bjson$/.test(type)) {
          const parsed = JSON.parse(body) as unknown;
          expect([line, Array.isArray(parsed) ? parsed.length : 1]).not.toEqual([line, 0]);
        } else expect([line, body.trim().split('\n').length > 1]).toEqual([line, true]);
      }

      const heard: { type: string; subject?: string; data?: { counts: object } }[] = [];
      const sockets: WebSocket[] = [];
      const Recorded = class extends WebSocket {
        constructor(address: string) {
          super(address);
          sockets.push(this);
        }
      };
      const log = (frame: (typeof heard)[number]) => heard.push(frame);
      new Function('WebSocket', 'console', here(blocks('js')[0] as string))(Recorded, { log });
      while (heard.length < 1) await once(sockets[0] as never, 'message');
      const echo = blocks('sh').find((block) => block.startsWith('echo')) as string;
      await once(spawn('sh', ['-c', echo], { cwd: folder.path, stdio: 'inherit' }), 'exit');
      while (heard.length < 2) await once(sockets[0] as never, 'message');
      expect(heard.map(({ type }) => type)).toEqual(['hello', 'rowcast.table.changed']);
      expect(heard[1]).toMatchObject({
        subject: 'stations',
        data: { counts: { inserted: 1, updated: 0, deleted: 0 } },
      });

      // The other snippets: a subscription with a snapshot, and the URL of rows as a WebSocket.
      for (const [snippet, said] of [
        ['op: "subscribe"', ['hello', 'subscribed', 'snapshot']],
        ['new WebSocket("ws://localhost:5000/api', ['hello']],
      ] as const) {
        const types: string[] = [];
        const block = blocks('js').find((each) => each.includes(snippet)) as string;
        const console = { log: (frame: { type: string }) => types.push(frame.type) };
        new Function('WebSocket', 'console', here(block))(Recorded, console);
        while (types.length < said.length) await once(sockets.at(-1) as never, 'message');
        expect(types).toEqual(said);
      }
      for (const socket of sockets) socket.close();
      expect(await (await fetch(`${url}/api/stations/9`)).json()).toMatchObject({ name: 'Cold Tarn' });

      await writeFile(folder.at('data/new.csv'), 'id,name\n1,a\n');
      for (let asked = 0; (await fetch(`${url}/api/new/1`)).status !== 200; asked++)
        expect(asked).toBeLessThan(1000);
    } finally {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
    }
  });
});
