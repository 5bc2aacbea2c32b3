import { secretView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { readSecret } from '../../local/read-secret.ts';
import { printable } from '../../output/printable.ts';

const STAGES = ['development', 'preview', 'staging', 'production'] as const;

export const secretSet = defineCommand({
  path: 'secret set',
  says: 'Set a secret. The value is asked for, or read from standard input; never from the command line.',
  example: 'slipway secret set SMTP_PASSWORD --stage preview < password.txt',
  arguments: [{ name: '<name>', says: 'upper case letters, digits and _' }],
  options: [{ flags: '--stage <stage>', says: 'the stage that may use it', required: true }],
  input: z.strictObject({
    name: z.string().regex(/^[A-Z_][A-Z0-9_]{0,127}$/, 'must be upper case letters, digits and _'),
    stage: z.enum(STAGES, { error: `must be one of ${STAGES.join(', ')}` }),
  }),
  view: secretView,
  routes: ['setSecret'],
  run: async ({ name, stage }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const value = await readSecret(session.io, `Value of ${name}: `);
    return api.call('setSecret', { parameters: { project, stage, name }, body: { value } });
  },
  show: (secret, screen) =>
    `${screen.ok} ${printable(secret.name)} is set for stage ${printable(secret.stage)} (version ${secret.version}).`,
});
