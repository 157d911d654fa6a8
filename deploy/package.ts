import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeArtifacts } from './artifacts.ts';
import { ForeignInput } from './bundle.ts';
import { checkParameters } from './parameters.ts';
import { PackagingRefused } from './refused.ts';

// Packages one stage into .build/STAGE, with no network and no login: a package per function, then the CloudFormation
// template in .build/STAGE/cloudformation, which `npx osls deploy --package` takes.
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OSLS = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'));

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'dev' },
    region: { type: 'string' },
    policy: { type: 'string' },
    param: { type: 'string', multiple: true, default: [] },
  },
});
const { stage, region, policy = join('policies', `${stage}.json`), param } = values;

const writeTemplate = (): number => {
  const options = ['--stage', stage, ...(region === undefined ? [] : ['--region', region]), ...param.map((one) => `--param=${one}`)];
  const osls = spawnSync(process.execPath, [OSLS, 'package', ...options, '--package', join('.build', stage, 'cloudformation')], { cwd: ROOT, stdio: 'inherit' });
  if (osls.error !== undefined) throw osls.error;
  return osls.status ?? 1;
};

try {
  checkParameters(stage, region, param);
  for (const { name, codeBytes, zipBytes, sha256 } of await writeArtifacts(ROOT, join(ROOT, '.build', stage), policy)) {
    process.stdout.write(`${name.padEnd(12)} ${Math.ceil(codeBytes / 1_000)} KB, zipped ${Math.ceil(zipBytes / 1_000)} KB, sha256 ${sha256}\n`);
  }
  process.exitCode = writeTemplate();
} catch (error) {
  if (!(error instanceof PackagingRefused) && !(error instanceof ForeignInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
