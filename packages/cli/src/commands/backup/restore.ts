import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const backupRestore = defineCommand({
  path: 'backup restore',
  says: 'Restore a backup into staging, with real data in it, but with everything switched off that could reach the outside.',
  example: 'slipway backup restore snap_01jd2m8k9 --to staging --yes --wait',
  arguments: [{ name: '<backup>', says: 'its id' }],
  options: [{ flags: '--to <stage>', says: 'where: staging', required: true }, YES, ...WAIT],
  input: z.strictObject({
    backup: id,
    to: z.literal('staging', 'only staging can be restored into'),
    yes: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  }),
  view: runView,
  routes: ['restoreBackup', 'run'],
  run: async ({ backup, to, yes, ...input }, session) => {
    if (!yes)
      await agree(session, {
        question: () => `Put the real data of ${printable(backup)} into staging, in place of what is there?`,
        otherwise: 'Nothing was restored',
      });
    return requestedRun(session, input, (api, project) =>
      api.call('restoreBackup', { parameters: { project, snapshot: backup }, body: { to } }),
    );
  },
  show: requestedText,
  exit: requestedExit,
});
