import { secretView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';

const STAGES = ['development', 'preview', 'staging', 'production'] as const;

export const secretRemove = defineCommand({
  path: 'secret remove',
  says: 'Remove a secret. What runs keeps its value; what is started anew and wants it fails.',
  example: 'slipway secret remove SMTP_PASSWORD --stage preview --yes',
  arguments: [{ name: '<name>', says: 'its name, as `slipway secret list` prints it' }],
  options: [{ flags: '--stage <stage>', says: 'the stage whose secret it is', required: true }, YES],
  input: z.strictObject({
    name: z.string().regex(/^[A-Z_][A-Z0-9_]{0,127}$/, 'must be upper case letters, digits and _'),
    stage: z.enum(STAGES, { error: `must be one of ${STAGES.join(', ')}` }),
    yes: z.boolean().default(false),
  }),
  view: secretView,
  routes: ['removeSecret'],
  run: async ({ name, stage, yes }, session) => {
    if (!yes)
      await agree(session, {
        question: () => `Remove secret ${printable(name)} of stage ${stage}? Its value cannot be got back.`,
        otherwise: 'Nothing was removed',
      });
    const [api, project] = [await session.api(), await session.project()];
    return api.call('removeSecret', { parameters: { project, stage, name } });
  },
  show: (secret, screen) => `${screen.ok} ${printable(secret.name)} of stage ${printable(secret.stage)} is removed.`,
});
