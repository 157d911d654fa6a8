#!/usr/bin/env node
// This file alone is CommonJS without any types (package.json beside it): so an older Node can read it and say what it
// lacks, where it would stumble over a TypeScript module without a word of use.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`probate: needs Node 24 or newer, this is ${process.version}; run it as: npx probate COMMAND (npm brings the right Node)\n`);
  process.exitCode = 2;
} else {
  // Halves the start of every further command. Beside the packages and not in the shared temporary directory, where
  // anybody could lay code down for us to run; where it cannot be written there is none.
  require('node:module').enableCompileCache(require('node:path').join(__dirname, '../node_modules/.cache/probate'));
  import('./commands/main.ts').then(
    ({ main }) => main(process.argv),
    (error) => {
      const missing = error.code === 'ERR_MODULE_NOT_FOUND';
      process.stderr.write(`probate: ${missing ? 'its packages are not installed; run: npm ci' : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
