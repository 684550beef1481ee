// The feed's own description: read by the parser of the AsyncAPI initiative, its examples heard on a real socket.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from '../src/events/asyncapi/document.ts';
import examples from '../src/events/asyncapi/examples.json' with { type: 'json' };
import { CLIENT_SUMMARIES, SERVER_SUMMARIES } from '../src/events/asyncapi/summaries.ts';
import { CLIENT_FRAMES } from '../src/events/frames/client-frames.ts';
import { SERVER_FRAMES } from '../src/events/frames/frames.ts';
import { VERSION } from '../src/settings.ts';
import { appOn } from './support/app.ts';
import { recordExamples } from './support/feed-examples.ts';
import { checkAnswer } from './support/openapi-check.ts';
import { packagesIn } from './support/packages.ts';

type Message = Readonly<{
  name: string;
  summary?: string;
  payload: object;
  examples: { payload?: unknown }[];
}>;
type Document = Readonly<{
  channels: Readonly<Record<string, { address: string; messages: object }>>;
  operations: Readonly<Record<string, { action: string; reply?: object }>>;
  components: { messages: Readonly<Record<string, Message>> };
}>;

const document = asyncApiDocument(VERSION, { host: 'localhost:5000', isSecure: false }) as Document;
const messages = Object.entries(document.components.messages);

test('the examples are frames that a server and its clients exchange (npm run generate)', async () => {
  expect(await recordExamples()).toEqual(examples);
});

test('every frame that the server knows is a message, and has a summary; there are no others', () => {
  expect([...SERVER_SUMMARIES.keys()].sort()).toEqual([...SERVER_FRAMES.keys()].sort());
  expect([...CLIENT_SUMMARIES.keys()].sort()).toEqual([...CLIENT_FRAMES.keys()].sort());
  expect(messages.map(([key]) => key)).toEqual([
    ...SERVER_FRAMES.keys(),
    ...[...CLIENT_FRAMES.keys()].map((op) => `client.${op}`),
  ]);
});

const ajv = formats.default(new Ajv2020({ strict: false }));
test.for(messages)('the example of %s is as its schema says', ([, message]) => {
  expect(message.summary).toMatch(/\S.*\.$/);
  const validate = ajv.compile(message.payload);
  const [example] = message.examples;
  expect(example?.payload).toBeDefined();
  expect([validate(example?.payload), validate.errors]).toEqual([true, null]);
});

test('what clients send has an answer, on both WebSockets', () => {
  expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
    '/ws',
    '/api/{table}',
    '/api/{table}',
  ]);
  for (const channel of ['feed', 'table']) {
    for (const op of CLIENT_FRAMES.keys())
      expect(document.operations[`${channel}.${op}`]).toMatchObject({
        action: 'receive',
        reply: expect.any(Object),
      });
  }
});

test('GET /asyncapi.json names the server as it was asked, and has an ETag', async () => {
  await using app = await appOn({ 'a.csv': 'id\n1\n' });
  const openApi = (await app.inject('/openapi.json')).json();
  const ask = async (
    headers: Record<string, string>,
    method: 'GET' | 'HEAD' = 'GET',
    url = '/asyncapi.json',
  ) => {
    const { statusCode: status, headers: answered, body } = await app.inject({ method, url, headers });
    if (status !== 304) checkAnswer(openApi, { method, path: url, status, headers: answered, body });
    return { status, etag: String(answered.etag), body };
  };
  const first = await ask({ host: 'data.example:8080' });
  expect(JSON.parse(first.body)).toEqual(
    asyncApiDocument(VERSION, { host: 'data.example:8080', isSecure: false }),
  );
  const again = await ask({ host: 'data.example:8080', 'if-none-match': first.etag });
  expect(again).toMatchObject({ status: 304, body: '' });
  expect((await ask({ host: 'other.example' })).etag).not.toBe(first.etag);
  expect(JSON.parse((await ask({ host: '"><script>' })).body)).toMatchObject({
    servers: { websocket: { host: 'localhost' } },
  });
  expect(await ask({}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  expect((await app.inject('/asyncapi.json?x=1')).statusCode).toBe(400);
});

const packages = packagesIn(fileURLToPath(new URL('asyncapi/', import.meta.url)));
const isInstalled = await packages.install();

describe.skipIf(!isInstalled)('the AsyncAPI parser', () => {
  type Parsed = Readonly<{
    document?: unknown;
    diagnostics: { severity: number; message: string; path: unknown }[];
  }>;

  test('finds nothing wrong', { timeout: 60_000 }, async () => {
    const { Parser } = createRequire(new URL('asyncapi/', import.meta.url))('@asyncapi/parser') as {
      Parser: new () => { parse: (text: string) => Promise<Parsed> };
    };
    const { document: read, diagnostics } = await new Parser().parse(JSON.stringify(document));
    // 0 is an error, 1 a warning, 2 information.
    expect(diagnostics.filter(({ severity }) => severity < 2)).toEqual([]);
    expect(read).toBeDefined();
  });
});
