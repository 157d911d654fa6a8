import { missingChromium } from './chromium.ts';

/** Stops the browser tests with one line where there is no Chromium: who asks for them must not take silence for a pass. */
export const setup = (): void => {
  const missing = missingChromium();
  if (missing === null) return;
  process.stderr.write(`${missing}\n`);
  process.exit(1);
};
