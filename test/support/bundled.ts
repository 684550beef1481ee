// The data that the repository ships, as it was committed: whoever tries the README's edits may still run the tests.

import { execFileSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });

/** Whether data/ has edits that are not committed. Where there is no git, it is taken for as it was. */
export function isDataEdited(): boolean {
  try {
    return git('status', '--porcelain', '--', 'data').length > 0;
  } catch {
    return false;
  }
}

/** Puts the bundled data into a folder. */
export async function copyBundledData(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (!isDataEdited()) return cp(join(ROOT, 'data'), folder, { recursive: true });
  for (const path of git('ls-tree', '-r', '--name-only', 'HEAD', 'data').toString().trim().split('\n')) {
    await writeFile(join(folder, path.slice('data/'.length)), git('show', `HEAD:${path}`));
  }
}
