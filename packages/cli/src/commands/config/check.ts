import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { PROJECT_FILE } from '../../local/project-file.ts';
import { readText } from '../../local/read-text.ts';
import { printable } from '../../output/printable.ts';
import type { Screen } from '../../output/screen.ts';

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

const configCheckView = z.object({ ok: z.boolean(), file: z.string(), problems: z.array(configProblem) });

const problemText = (problem: ConfigProblem, screen: Screen): string => {
  const mark = problem.severity === 'warning' ? screen.warn : screen.fail;
  const value = problem.value === '' ? '' : `, is ${problem.value}`;
  const allowed = problem.allowed.length === 0 ? '' : `\n    allowed: ${problem.allowed.join(', ')}`;
  const what = [problem.path, `${problem.message}${value}`].filter((text) => text !== '').join(' ');
  return `${mark} ${printable(`${problem.file}:${problem.line}:${problem.column}`)} ${printable(what)}${
    allowed === '' ? '' : `\n    ${printable(allowed.trim())}`
  }`;
};

export const configCheck = defineCommand({
  path: 'config check',
  says: 'Check ./slipway.yaml without a server.',
  example: 'slipway config check',
  input: noInput,
  view: configCheckView,
  routes: [],
  run: async (_, { io }) => {
    const text = await readText(join(io.cwd, PROJECT_FILE));
    if (text === null) throw new Failure('config-missing', { where: io.cwd });
    const parsed = parseProjectConfig(text, PROJECT_FILE);
    const problems = [...(parsed.ok ? parsed.warnings : parsed.problems)];
    return { ok: parsed.ok, file: PROJECT_FILE, problems };
  },
  show: ({ ok, file, problems }, screen) =>
    [
      ...problems.map((problem) => problemText(problem, screen)),
      ...(ok ? [`${screen.ok} ${file} is valid.`] : []),
    ].join('\n'),
  exit: ({ ok }) => (ok ? 'ok' : 'config-invalid'),
});
