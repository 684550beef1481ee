// The packages of this folder, installed here the first time that they are asked for.
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** Where the packages lie. */
export const CLIENTS = fileURLToPath(new URL('.', import.meta.url));

/** How long an installation may take, in ms. */
const PATIENCE = 180_000;
const ARGUMENTS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];

/**
 * Installs what package-lock.json says, unless that is done already.
 * @returns whether the packages are there; where the registry is out of reach they are not, and a line says so
 */
export async function install(): Promise<boolean> {
  const lock = `${CLIENTS}package-lock.json`;
  const done = `${CLIENTS}node_modules/.package-lock.json`;
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return true;
  try {
    await promisify(execFile)('npm', ARGUMENTS, { cwd: CLIENTS, timeout: PATIENCE });
    return true;
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    console.warn(`Skipped: the clients of test/clients could not be installed (${reason}).`);
    return false;
  }
}

/** Imports a module as somebody would who has installed the packages. */
export function load<Module>(file: string): Promise<Module> {
  return import(pathToFileURL(`${CLIENTS}node_modules/${file}`).href);
}
