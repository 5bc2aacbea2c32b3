import { z } from 'zod';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';

const configProblem = z.object({
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  line: z.int(),
  column: z.int(),
  path: z.string(),
  value: z.string(),
  message: z.string(),
  allowed: z.array(z.string()).readonly(),
});
type ConfigProblem = z.infer<typeof configProblem>;

export const configCheckView = z.object({ ok: z.boolean(), file: z.string(), problems: z.array(configProblem) });

export const problemText = (problem: ConfigProblem, screen: Screen): string => {
  const mark = problem.severity === 'warning' ? screen.warn : screen.fail;
  const value = problem.value === '' ? '' : `, is ${problem.value}`;
  const allowed = problem.allowed.length === 0 ? '' : `\n    allowed: ${problem.allowed.join(', ')}`;
  const what = [problem.path, `${problem.message}${value}`].filter((text) => text !== '').join(' ');
  return `${mark} ${printable(`${problem.file}:${problem.line}:${problem.column}`)} ${printable(what)}${
    allowed === '' ? '' : `\n    ${printable(allowed.trim())}`
  }`;
};

export const safetyText = ({ ok, file, problems }: z.infer<typeof configCheckView>, screen: Screen): string => {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return [
    ...problems.map((problem) => problemText(problem, screen)),
    ok
      ? `${screen.ok} Copies made by ${file} are safe, as far as the file can tell; the database is looked at before each start.`
      : `${screen.fail} Copies made by ${file} are not safe: ${errors} ${errors === 1 ? 'thing' : 'things'} to mend.`,
  ].join('\n');
};
