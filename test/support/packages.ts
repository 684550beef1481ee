// A folder with a package.json and a lock file of its own → its packages, installed the first time that they are asked for.
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** How long an installation may take, in ms. */
const PATIENCE = 180_000;
const ARGUMENTS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];

export type Packages = Readonly<{
  /**
   * Installs what package-lock.json says, unless that is done already.
   * @returns whether the packages are there; where the registry is out of reach they are not, and a line says so
   */
  install: () => Promise<boolean>;
  /** Imports a module as somebody would who has installed the packages. */
  load: <Module>(file: string) => Promise<Module>;
}>;

/** @param folder the folder's path, with a slash at its end */
export function packagesIn(folder: string): Packages {
  return {
    async install() {
      const lock = `${folder}package-lock.json`;
      const done = `${folder}node_modules/.package-lock.json`;
      if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return true;
      try {
        await promisify(execFile)('npm', ARGUMENTS, { cwd: folder, timeout: PATIENCE });
        return true;
      } catch (error) {
        const [reason] = String(error instanceof Error ? error.message : error).split('\n');
        console.warn(`Skipped: the packages of ${folder} could not be installed (${reason}).`);
        return false;
      }
    },
    load: (file) => import(pathToFileURL(`${folder}node_modules/${file}`).href),
  };
}
