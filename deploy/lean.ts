import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Modules a bundle takes in place of what a package's main entry would bring. Each names all that the deployed code uses
 * of it, so that a further use is an error of the bundler, not of a running function.
 */
const ENTRIES: Readonly<Record<string, string>> = {
  // The main entry brings fetch, mocks, caches and WebSocket along.
  undici: `
    export { default as Pool } from 'undici/lib/dispatcher/pool.js';
    export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';`,
  // Lambda hands a function its role's credentials in the environment; logins, profiles and STS have no place there.
  '@aws-sdk/credential-provider-node': `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
};

/**
 * undici's HTTP parser for processors without vector instructions, 72 KB: Lambda's all have them, and undici takes the
 * other one there (UNDICI_NO_WASM_SIMD must not be set).
 */
const PLAIN_PARSER = /\/llhttp\/llhttp-wasm\.js$/;

/** A deployed function knows what it stands on, and holds nothing of the other tier. */
const TIERS = /\/tiers\.ts$/;

/** Keeps out of a bundle what no function uses; `root` is where packages are resolved from. */
export const lean = (root: string): Plugin => ({
  name: 'lean',
  setup: (build) => {
    const names = Object.keys(ENTRIES).map((name) => name.replaceAll('/', '\\/'));
    build.onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ path }) => ({ path, namespace: 'lean' }));
    build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: ENTRIES[path] ?? '', resolveDir: root }));
    build.onResolve({ filter: TIERS }, ({ resolveDir }) => ({ path: join(resolveDir, 'tiers-on-lambda.ts') }));
    build.onLoad({ filter: PLAIN_PARSER }, () => ({ contents: '' }));
  },
});
