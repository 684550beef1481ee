// The whole application on a temporary folder of real files.
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/app.ts';
import type { Snapshot } from '../../src/catalog.ts';
import { temporaryFolder } from './folder.ts';
import { HISTORY } from './history.ts';

export type TestApp = AsyncDisposable &
  Readonly<{
    app: FastifyInstance;
    /** The path of a file in the data folder. */
    at: (name: string) => string;
    /** Asks without a socket; a text is the URL of a GET. */
    inject: (request: string | InjectOptions) => Promise<LightMyRequestResponse>;
    /** Listens on a free port. @returns the URL, without a slash at its end */
    listen: () => Promise<string>;
    /** Waits until the catalog is as it should be. */
    until: (holds: (snapshot: Snapshot) => boolean) => Promise<void>;
  }>;

const DEADLINE = 10_000;

/**
 * Serves files once they have all been looked at.
 * @param files texts by path below the data folder; a path in `contracts/` lies in the contracts folder
 */
export async function appOn(files: Readonly<Record<string, string | Uint8Array>>): Promise<TestApp> {
  const folder = await temporaryFolder();
  const contracts = `${folder.path}-contracts`;
  await mkdir(folder.path, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = name.startsWith('contracts/')
      ? `${contracts}/${name.slice('contracts/'.length)}`
      : folder.at(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const app = await buildApp({
    folder: folder.path,
    contracts,
    port: 0,
    host: '127.0.0.1',
    history: HISTORY,
  });
  const { catalog, whenScanned } = app.rowcast;
  await whenScanned;
  return {
    app,
    at: folder.at,
    inject: (request) => app.inject(request),
    async listen() {
      await app.listen({ port: 0, host: '127.0.0.1' });
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    },
    until: (holds) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('the catalog did not come to be so')), DEADLINE);
        const look = () => {
          if (!holds(catalog.current())) return;
          clearTimeout(late);
          stop();
          resolve();
        };
        const stop = catalog.subscribe(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      await app.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
