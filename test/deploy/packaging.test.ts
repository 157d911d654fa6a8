import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Artifact, writeArtifacts } from '../../deploy/artifacts.ts';
import { ForeignInput, bundle } from '../../deploy/bundle.ts';
import { PARAMETERS, checkParameters } from '../../deploy/parameters.ts';
import { PackagingRefused } from '../../deploy/refused.ts';
import { zip } from '../../deploy/zip.ts';
import { temporaryDirectory } from '../contract/temporary.ts';
import { cloudFormationTags } from '../../local/serverless/tags.ts';
import { ROOT, runPackage, runPrint } from './packaged.ts';
import { at } from './template/template.ts';

const DEV_POLICY = join(ROOT, 'policies', 'dev.json');
/** Everything bundled the plain way weighed this much; a function may weigh nine tenths of it. */
const PLAIN_BUNDLE_KB = 990;

/** A plain file that everybody may read, as whoever runs it must. */
const READABLE_FILE = 0o100644;
const UTF8_NAMES = 0x0800;

/** The files of an archive as its central directory lists them, unpacked from where it says they are; each is what both its headers say. */
const unzipped = (archive: Buffer): ReadonlyMap<string, Buffer> => {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06_05_4b_50);
  const files = new Map<string, Buffer>();
  const directory = archive.readUInt32LE(end + 16);
  let at = directory;
  for (let file = 0; file < archive.readUInt16LE(end + 10); file += 1) {
    const [length, nameLength, offset] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28), archive.readUInt32LE(at + 42)];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const start = offset + 30 + archive.readUInt16LE(offset + 26);
    const content = inflateRawSync(archive.subarray(start, start + length));
    expect([archive.readUInt32LE(at), archive.readUInt32LE(offset)]).toEqual([0x02_01_4b_50, 0x04_03_4b_50]);
    expect(archive.subarray(at + 6, at + 32)).toEqual(archive.subarray(offset + 4, offset + 30));
    expect([archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 24)]).toEqual([crc32(content), content.length]);
    expect([archive.readUInt16LE(at + 8), archive.readUInt16LE(at + 40)]).toEqual([UTF8_NAMES, READABLE_FILE]);
    files.set(name, content);
    at += 46 + nameLength;
  }
  expect([at, directory + archive.readUInt32LE(end + 12)]).toEqual([end, end]);
  return files;
};

const written = (directory: string, policy = DEV_POLICY): Promise<readonly Artifact[]> => writeArtifacts(ROOT, directory, policy);

describe('the packages', () => {
  it('are the same bytes each time, and hold one small bundle, the policy and nothing else; source maps stand beside them', async () => {
    const directory = temporaryDirectory();
    const [first, second] = [await written(directory), await written(temporaryDirectory())];
    expect(first.map(({ name, sha256 }) => `${name} ${sha256}`)).toEqual(second.map(({ name, sha256 }) => `${name} ${sha256}`));
    expect(first.map(({ name }) => name)).toEqual(expect.arrayContaining(['intake', 'delete', 'verify', 'compensate']));
    for (const { name, file, codeBytes, sha256, inputs } of first) {
      const archive = readFileSync(file);
      expect(createHash('sha256').update(archive).digest('hex')).toBe(sha256);
      const files = unzipped(archive);
      expect([...files.keys()]).toEqual([`functions/${name}.mjs`, 'policy.json']);
      expect(files.get('policy.json')).toEqual(readFileSync(DEV_POLICY));
      const code = files.get(`functions/${name}.mjs`)?.toString('utf8') ?? '';
      expect(code).not.toContain('sourceMappingURL');
      expect(existsSync(join(directory, 'maps', `${name}.mjs.map`))).toBe(true);
      expect(code).not.toContain(ROOT);
      expect(codeBytes / 1_000 / PLAIN_BUNDLE_KB).toBeLessThanOrEqual(0.9);
      expect(inputs.filter((input) => /^(local|cli|test|deploy)\//.test(input))).toEqual([]);
    }
  }, 120_000);

  it.each([
    { what: 'a misspelt key', text: '{"mode":"plan","scopes":[],"limit":{}}', told: /limit is not a known key: did you mean "limits"/ },
    { what: 'no mode', text: '{"scopes":[{"cloud":"huawei","region":"cn-north-4","projectId":"0123456789abcdef0123456789abcdef"}]}', told: /mode is missing: .+/ },
    { what: 'no JSON', text: 'mode: plan', told: /is not JSON: line 1, column 1/ },
  ])('are refused for a policy with $what, by file, field and remedy', async ({ text, told }) => {
    const directory = temporaryDirectory();
    const policy = join(directory, 'bad.json');
    writeFileSync(policy, text);
    const refused = await written(directory, policy).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PackagingRefused);
    expect(String(refused)).toContain(policy);
    expect(String(refused)).toMatch(told);
    expect(existsSync(join(directory, 'intake.zip'))).toBe(false);
  });

  it('are refused for a stage without a policy, with exit code 2 and nothing written', () => {
    const { status, err } = runPackage('--stage', 'nobody');
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining('policies/nobody.json cannot be read') });
    expect(err).toContain('write the policy of this stage there, or name another file with --policy');
    expect(existsSync(join(ROOT, '.build', 'nobody'))).toBe(false);
  });

  it('never hold what stands in for a cloud', async () => {
    const root = temporaryDirectory();
    for (const [file, text] of [['functions/x.ts', "export { emulator } from '../local/emulator.ts';"], ['local/emulator.ts', 'export const emulator = 1;']] as const) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    await expect(bundle(root, [{ name: 'x', module: 'functions/x' }])).rejects.toThrow(ForeignInput);
  });
});

describe('the parameters of a stage', () => {
  const refusal = (...params: readonly string[]): string => {
    try {
      checkParameters('prod', 'eu-west-1', params);
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it('are those of serverless.yml', () => {
    const yml: unknown = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { customTags: cloudFormationTags });
    expect(at(yml, 'params', 'default')).toEqual(Object.fromEntries(PARAMETERS.map((name) => [name, ''])));
  });

  it.each([
    'huaweiCredentialsArn=arn:aws:secretsmanager:eu-west-1:111122223333:secret:probate/huawei-AbCdEf',
    'alibabaCredentialsArn=arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:x-0aZ9bY',
    'alibabaCredentialsArn=',
    'senderArns=arn:aws:iam::111122223333:role/cmdb,arn:aws:iam::444455556666:user/ops',
    'senderArns=arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_ops_*',
    'sourceArns=arn:aws:sns:eu-west-1:444455556666:gone,arn:aws:events:eu-west-1:111122223333:rule/aws.partner/cmdb.example/gone',
    'alarmTopicArn=arn:aws:sns:eu-west-1:111122223333:alarms',
    'notifyTopicArn=arn:aws-us-gov:sns:us-gov-west-1:111122223333:needs-you',
  ])('may be %s', (param) => {
    expect(refusal(param)).toBe('');
  });

  it.each([
    { param: 'notifyTopic=arn:aws:sns:eu-west-1:111122223333:x', told: '--param notifyTopic is no parameter: did you mean notifyTopicArn?' },
    { param: 'huaweiCredentialsArn', told: '--param huaweiCredentialsArn is no parameter' },
    { param: 'constructor=x', told: 'is no parameter' },
    { param: 'huaweiCredentialsArn=probate/huawei', told: '--param huaweiCredentialsArn is "probate/huawei": give the whole ARN of a secret' },
    { param: 'huaweiCredentialsArn=arn:aws:secretsmanager:eu-west-1:111122223333:secret:probate/huawei', told: 'with the six characters at its end' },
    { param: 'alibabaCredentialsArn=arn:aws:ssm:eu-west-1:111122223333:parameter/x', told: '--param alibabaCredentialsArn is' },
    { param: 'senderArns=arn:aws:iam::111122223333:role/a, arn:aws:iam::111122223333:role/b', told: '--param senderArns is' },
    { param: 'senderArns=*', told: '--param senderArns is "*"' },
    { param: 'senderArns=arn:aws:iam::111122223333:role/*', told: '--param senderArns is' },
    { param: 'senderArns=arn:aws:iam::*:role/cmdb', told: '--param senderArns is' },
    { param: 'sourceArns=arn:aws:sns:*:111122223333:gone', told: '--param sourceArns is' },
    { param: 'alarmTopicArn=arn:aws:sns:eu-west-1:111122223333:alarms.fifo', told: '--param alarmTopicArn is' },
    { param: 'notifyTopicArn=arn:aws:sqs:eu-west-1:111122223333:x', told: '--param notifyTopicArn is' },
  ])('are refused by name where they can only fail later: $param', ({ param, told }) => {
    expect(refusal('alarmTopicArn=', param)).toContain(told);
  });

  it('are told with stage and region, all that is wrong at once, before anything is written', () => {
    const { status, err } = runPackage('--stage', 'pro_d', '--region', 'Ireland', '--policy', DEV_POLICY, '--param', 'alarmTopicArn=alarms');
    expect(status).toBe(2);
    for (const told of ['--stage is "pro_d"', '--region is "Ireland"', '--param alarmTopicArn is "alarms"']) expect(err).toContain(told);
    expect(existsSync(join(ROOT, '.build', 'pro_d'))).toBe(false);
  });
});

describe('an archive', () => {
  it('gives back every file it was given, whatever its name and content', () => {
    const files = [
      { name: 'empty', bytes: Buffer.alloc(0) },
      { name: 'größe/ø.txt', bytes: Buffer.from('text '.repeat(10_000)) },
      { name: 'binary', bytes: Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256)) },
    ];
    expect([...unzipped(zip(files))]).toEqual(files.map(({ name, bytes }) => [name, bytes]));
  });
});

describe('serverless.yml', () => {
  it.each([
    { stage: 'dev', region: 'eu-west-1' },
    { stage: 'prod', region: 'ap-southeast-1' },
  ])('resolves for stage $stage in $region with no account at hand', ({ stage, region }) => {
    const { status, out, err } = runPrint('--stage', stage, '--region', region);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const printed: unknown = JSON.parse(out);
    expect(printed).toMatchObject({
      provider: { region, environment: { PROBATE_STACK: 'aws', PROBATE_STAGE: stage } },
      resources: { Resources: { Decommissions: { Properties: { QueueName: `probate-${stage}-decommissions` } }, Ledger: { Properties: { TableName: `probate-${stage}` } } } },
    });
    expect(out).not.toMatch(/\$\{(sls|param|env|file|opt)/);
  }, 120_000);
});
