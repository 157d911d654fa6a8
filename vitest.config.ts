import { defineConfig } from 'vitest/config';

/** `--mode browser` runs what needs a Chromium and nothing else; every other test needs none. */
export default defineConfig(({ mode }) => ({
  test: {
    ...(mode === 'browser'
      ? { include: ['test/browser/**/*.test.ts'], globalSetup: ['test/browser/setup.ts'] }
      : { include: ['test/**/*.test.ts'], exclude: ['test/browser/**'] }),
    // One more than the two cores it is measured on: the tests of whole processes mostly wait.
    maxWorkers: 3,
    testTimeout: 30_000,
  },
}));
