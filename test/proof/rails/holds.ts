import type { Mutant } from '../mutant.ts';

/** That a person's stop is read before the intent and once more before the call. */
export const HOLD_RAILS: readonly Mutant[] = [
  {
    name: 'pause',
    about: 'H63',
    file: 'lib/saga/controls.ts',
    from: 'if (controls.pause !== null && isInForce(controls.pause, now))',
    to: 'if (controls.pause !== null && now < 0)',
    guard: { by: 'tests', files: ['test/saga/stops.test.ts'] },
  },
  {
    name: 'stops-before-the-intent',
    about: 'H63',
    file: 'lib/saga/decide.ts',
    from: 'const hindered = stopped(turn) ?? (',
    to: 'const hindered = (',
    guard: { by: 'tests', files: ['test/saga/stops.test.ts'] },
  },
  {
    name: 'stops-before-the-call',
    about: 'H63',
    file: 'lib/workflow/send-call.ts',
    from: '? stopOfCall(saga, controls, call, clock.now()) :',
    to: '? null :',
    guard: { by: 'simulation' },
  },
  {
    name: 'controls-read-before-the-call',
    about: 'H63',
    file: 'lib/workflow/send-call.ts',
    from: 'const [standing, controls] = await',
    to: 'const { controls } = work;\n    const [standing] = await',
    guard: { by: 'simulation' },
  },
  {
    name: 'saga-read-before-the-call',
    about: 'H31, H40',
    file: 'lib/workflow/send-call.ts',
    from: 'standing?.version === work.stored.version ?',
    to: 'standing !== null ?',
    guard: { by: 'tests', files: ['test/workflow/stops.test.ts'] },
  },
  {
    name: 'hold-on-one-secret-before-the-call',
    about: 'H63',
    file: 'lib/saga/controls.ts',
    from: `return touchedBy(saga, call).some((key) => holdOn(controls, key, now) !== null) ? 'held' : null;`,
    to: `return touchedBy(saga, call).length < 0 ? 'held' : null;`,
    guard: { by: 'tests', files: ['test/workflow/stops.test.ts'] },
  },
  {
    name: 'hold-on-the-secret-of-a-stage',
    about: 'H63',
    file: 'lib/saga/rails.ts',
    from: '[...everySecret(judged), ...secretsOfStages(instance, plan.stages)]',
    to: 'everySecret(judged)',
    guard: { by: 'tests', files: ['test/saga/rails.test.ts'] },
  },
  {
    name: 'hold-on-the-secret-of-a-stage-before-the-call',
    about: 'H63',
    file: 'lib/saga/controls.ts',
    from: 'return secretsOfStages(instance, [{ secretName: call.name }]).map(({ key }) => key);',
    to: 'return secretsOfStages(instance, []).map(({ key }) => key);',
    guard: { by: 'tests', files: ['test/workflow/stops.test.ts'] },
  },
];
