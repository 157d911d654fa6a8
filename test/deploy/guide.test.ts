import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { countAlone } from '../../bench/cost/count.ts';
import { cloudFormationTags } from '../../local/serverless/tags.ts';
import { VALUE_ACTIONS, grantedActions } from '../docs/generated/permissions.ts';
import { ROOT } from './packaged.ts';
import { at, isObject } from './template/template.ts';

const GUIDE = readFileSync(join(ROOT, 'docs', 'deploy.md'), 'utf8');

/** The numbers of one row of the table of costs. */
const row = (name: string): readonly number[] => {
  const line = GUIDE.split('\n').find((one) => one.startsWith(`| ${name}`)) ?? '';
  return line.split('|').slice(2, 5).map(Number);
};

describe('the guide to deploying', () => {
  it('asks for no permission that reads a value, nor for all of anything', () => {
    expect(grantedActions()).toContain('csms:secret:scheduleDeletion');
    expect(grantedActions().filter((action) => VALUE_ACTIONS.includes(action) || action.includes('*'))).toEqual([]);
    expect(GUIDE).not.toMatch(/"(csms|kms|sae):[^"]*(\*|getVersion|batchGetSecretValue|decrypt|DescribeSecret)/);
  });

  it('names every parameter of serverless.yml and no other', () => {
    const yml: unknown = parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { customTags: cloudFormationTags });
    const defaults = at(yml, 'params', 'default');
    const [, table = ''] = GUIDE.split('| Parameter |');
    const named = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(isObject(defaults) ? defaults : {}));
  });

  it('counts an instance no cheaper than it is, and multiplies rightly', async () => {
    const { writeUnits, readUnits, sendRequests, receiveRequests, deleteRequests, invocations, logBytes } = await countAlone(1);
    const counted = { 'DynamoDB write units': writeUnits, 'DynamoDB read units': readUnits, 'SQS requests': sendRequests + receiveRequests + deleteRequests, 'Lambda invocations': invocations, 'Log bytes': logBytes };
    const understated = Object.entries(counted).filter(([name, count]) => count > (row(name)[0] ?? 0));
    expect(understated).toEqual([]);
    const rows = [...Object.keys(counted), 'Lambda GB-seconds'].map(row);
    for (const [count = 0, price = 0, dollars] of rows) expect(dollars).toBeCloseTo(count * price, 1);
    const sum = rows.reduce((total, [, , dollars = 0]) => total + dollars, 0);
    expect(GUIDE).toContain(`Together about ${Math.round(sum)} dollars for a million instances`);
  });
});
