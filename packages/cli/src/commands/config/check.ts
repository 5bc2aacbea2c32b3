import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { Failure } from '@slipway/contracts/failure';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { PROJECT_FILE } from '../../local/project-file.ts';
import { readText } from '../../local/read-text.ts';
import { configCheckView, problemText } from '../../show/config-problems.ts';

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
