// What is generated: openapi/rowcast.yaml from the repository's data and contracts, tables of the README from the source,
// the examples of the AsyncAPI document from a conversation with the feed.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildApp } from '../src/app.ts';
import { renewReadme } from './readme.ts';
import { renewExamples } from './support/feed-examples.ts';
import { HISTORY } from './support/history.ts';

/** Where the generated document lies. */
export const GENERATED = fileURLToPath(new URL('../openapi/rowcast.yaml', import.meta.url));

/** The text of the document: the same as long as data, contracts and the application are the same. */
export async function generate(): Promise<string> {
  const folder = fileURLToPath(new URL('../data', import.meta.url));
  const contracts = fileURLToPath(new URL('../openapi', import.meta.url));
  const app = await buildApp({ folder, contracts, host: '127.0.0.1', port: 0, history: HISTORY });
  try {
    await app.rowcast.whenScanned;
    const { body } = await app.inject('/openapi.yaml');
    return `# Made of data/ and openapi/ by npm run generate. A test holds that it is up to date.\n${body}`;
  } finally {
    await app.close();
  }
}

/** Where the README lies. */
export const README = fileURLToPath(new URL('../README.md', import.meta.url));

if (import.meta.main) {
  await renewExamples();
  await writeFile(GENERATED, await generate());
  await writeFile(README, renewReadme(await readFile(README, 'utf8')));
}
