#!/usr/bin/env node
// This file alone is CommonJS without any types (package.json beside it): so an older Node can read it and say what it
// lacks, where it would stumble over a TypeScript module without a word of use.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`probate: needs Node 24 or newer, this is ${process.version}; run it as: npx probate COMMAND (npm brings the right Node)\n`);
  process.exitCode = 2;
} else {
  import('./commands/main.ts').then(
    ({ main }) => main(process.argv),
    (error) => {
      const missing = error.code === 'ERR_MODULE_NOT_FOUND';
      process.stderr.write(`probate: ${missing ? 'its packages are not installed; run: npm ci' : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
