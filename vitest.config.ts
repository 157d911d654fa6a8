import { defineConfig } from 'vitest/config';

/** `--mode browser` runs what needs a Chromium and nothing else; every other test needs none. */
export default defineConfig(({ mode }) => ({
  test: {
    ...(mode === 'browser'
      ? { include: ['test/browser/**/*.test.ts'], globalSetup: ['test/browser/setup.ts'] }
      : { include: ['test/**/*.test.ts'], exclude: ['test/browser/**'] }),
    // Two cores: more workers than that only make the process tests wait for each other.
    maxWorkers: 2,
    testTimeout: 30_000,
  },
}));
