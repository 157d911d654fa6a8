/** One thing wrong with the environment; never holds a variable's value. */
export interface SettingProblem {
  readonly variable: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The environment cannot be used as it is; nothing was called. */
export class CloudSettingsRefused extends Error {
  override readonly name = 'CloudSettingsRefused';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ variable, problem, remedy }) => `${variable} ${problem}: ${remedy}`).join('; '));
    this.problems = problems;
  }
}
