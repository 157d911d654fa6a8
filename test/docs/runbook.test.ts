import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');

const sectionOf = (heading: string): string => RUNBOOK.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '';

/** What begins a reason in the sources: a word and a colon, or a word before what blocks. */
const REASON = /[`']([a-z]+(?:-[a-z]+)*)(?:: [a-zA-Z$]|\$\{what\})/g;
const REASONS = new Set(
  globSync(['lib/saga/*.ts', 'lib/workflow/records/event-store.ts', 'cli/run/judge-events.ts']).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(REASON)].map(([, word = '']) => word)),
);
const ALARMS = [...readFileSync('deploy/alarms.yml', 'utf8').matchAll(/^ {2}(\w+):\n {4}Type: AWS::CloudWatch::Alarm/gm)].map(([, name = '']) => name);

describe('the runbook leads on from', () => {
  it.each(ALARMS)('the alarm %s', (alarm) => {
    expect(sectionOf('From an alarm')).toContain(`\`${alarm}\``);
  });

  it.each([...REASONS])('the reason %s', (reason) => {
    expect(RUNBOOK).toMatch(new RegExp(`\`${reason}(: [^\`]*)?\``));
  });

  it('all of them: the sources still show their form', () => {
    expect(ALARMS.length).toBeGreaterThan(25);
    expect(REASONS.size).toBeGreaterThan(30);
  });
});
