import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { formatProblems } from '@slipway/contracts/config-problem';
import { SAFETY_CHECKS } from '@slipway/contracts/config-safety';
import { Failure } from '@slipway/contracts/failure';
import { neutralisationView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { PROJECT_FILE } from '../../local/project-file.ts';
import { readText } from '../../local/read-text.ts';
import { configCheckView, safetyText } from '../../show/config-problems.ts';
import { neutralisationText } from '../../show/neutralisation.ts';

const ADDRESS = /^postgres(ql)?:\/\//;

export const neutraliseCheck = defineCommand({
  path: 'neutralise check',
  says: 'Look at the database of an environment, or at any other, for what could reach the outside; or, without a server, at ./slipway.yaml for what would make copies unsafe.',
  example: 'slipway neutralise check shop/staging',
  arguments: [
    {
      name: '[environment]',
      says: 'an environment as `slipway env list` prints it, or postgresql://user:password@host:port/database',
    },
  ],
  options: [
    { flags: '--arrival', says: 'also ask what must have gone when the data came; for an address this is always so' },
    {
      flags: '--config',
      says: 'look at ./slipway.yaml instead, as CI does; exit code 1 when a copy would not be safe',
    },
  ],
  input: z
    .strictObject({
      environment: z.string().min(1, 'may not be empty').max(2000, 'is too long for an address').optional(),
      arrival: z.boolean().default(false),
      config: z.boolean().default(false),
    })
    .refine((input) => (input.environment !== undefined) !== input.config, 'say an environment, or --config')
    .refine((input) => !(input.config && input.arrival), '--arrival is about a database, not about --config'),
  view: z.union([neutralisationView, configCheckView]),
  routes: ['checkNeutralisation'],
  run: async ({ environment = '', arrival, config }, session) => {
    if (config) return checkConfig(session.io.cwd);
    return (await session.api()).call('checkNeutralisation', {
      parameters: {},
      body: ADDRESS.test(environment) ? { url: environment } : { environment, arrival },
    });
  },
  show: (view, screen) => ('subject' in view ? neutralisationText(view, screen) : safetyText(view, screen)),
  exit: ({ ok }) => (ok ? 'ok' : 'failed'),
});

/** A file that is not valid says nothing of what would be deployed. Failures: config-missing, config-invalid. */
const checkConfig = async (cwd: string): Promise<z.infer<typeof configCheckView>> => {
  const text = await readText(join(cwd, PROJECT_FILE));
  if (text === null) throw new Failure('config-missing', { where: cwd });
  const plain = parseProjectConfig(text, PROJECT_FILE);
  if (!plain.ok) throw new Failure('config-invalid', { problems: formatProblems(plain.problems) });
  const parsed = parseProjectConfig(text, PROJECT_FILE, SAFETY_CHECKS);
  // What `slipway config check` says already is said there.
  const known = new Set(plain.warnings.map(({ path, message }) => `${path} ${message}`));
  const problems = (parsed.ok ? parsed.warnings : parsed.problems).filter(
    ({ path, message }) => !known.has(`${path} ${message}`),
  );
  return { ok: parsed.ok, file: PROJECT_FILE, problems };
};
