import type { Finding, Rule } from './guard.ts';

export interface At {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Makes findings of a guard's rules; a rule that the guard does not list is a mistake of ours. */
export const finder =
  <const R extends Rule>(rules: readonly R[]) =>
  (id: R['id'], { file, line = 1, column = 1 }: At, message: string, fix: string): Finding => {
    const rule = rules.find((each) => each.id === id);
    if (rule === undefined) throw new Error(`there is no rule ${id}`);
    return { rule: id, severity: rule.severity, file, line, column, message, fix };
  };
