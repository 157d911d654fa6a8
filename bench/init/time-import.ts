import { pathToFileURL } from 'node:url';

/** Imports one bundle in this new process, as a cold start does, and prints how many milliseconds that took. */
const [file = ''] = process.argv.slice(2);
const began = performance.now();
await import(pathToFileURL(file).href);
process.stdout.write(`${performance.now() - began}\n`);
// What a bundle keeps open for its next invocation would keep this process alive.
process.exit(0);
