// How the tests run: every test/**/*.test.ts, from the checkout's root, whatever folder vitest was called from.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Where a machine wants to read the counts: see .ci/run.
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    // Real processes, real files, real sockets: a process per file, and time for a small machine.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report ? { outputFile: { json: report } } : {}),
  },
});
