import { defineConfig } from 'vitest/config';

/** For the mutation run: the core's tests share nothing, so one worker may load its modules once for all of them. */
export default defineConfig({ test: { include: ['test/saga/**/*.test.ts'], isolate: false } });
