import { defineConfig } from 'vitest/config';

/**
 * For the mutation run: the core's tests share nothing, so one worker may load its modules once for all of them. The
 * property over whole courses reaches every line and would be run again for each mutant; the tables must do without it.
 */
export default defineConfig({ test: { include: ['test/saga/**/*.test.ts'], exclude: ['test/saga/any-course.test.ts'], isolate: false } });
