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
    // V8 frees wrappers of WebAssembly that other threads still use (nodejs/node issue 64500): it makes no new ones.
    execArgv: ['--wasm-wrapper-tiering-budget=2147483647'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report ? { outputFile: { json: report } } : {}),
  },
});
