import { Failure } from '@slipway/contracts/failure';
import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../../runs/requested.ts';

export const backupRestore = defineCommand({
  path: 'backup restore',
  says: "Restore a backup: into staging, with real data in it, but with everything switched off that could reach the outside; or into production's database and folder, as it was, where both are empty.",
  example: 'slipway backup restore snap_01jd2m8k9 --to staging --yes --wait',
  arguments: [{ name: '<backup>', says: 'its id' }],
  options: [
    { flags: '--to <stage>', says: 'where: staging or production', required: true },
    { flags: '--confirm <stage>', says: 'production, to be restored into: its name once more, instead of --yes' },
    YES,
    ...WAIT,
  ],
  input: z.strictObject({
    backup: id,
    to: z.enum(['staging', 'production'], 'only staging and production can be restored into'),
    confirm: z.string().optional(),
    yes: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  }),
  view: runView,
  routes: ['restoreBackup', 'run'],
  run: async ({ backup, to, confirm, yes, ...input }, session) => {
    if (to === 'production' && confirm !== 'production')
      throw new Failure('usage', { reason: 'Nothing was restored: into production needs `--confirm production`.' });
    if (to === 'staging' && !yes)
      await agree(session, {
        question: async () =>
          `Put the real data of ${printable(backup)} into staging of ${printable(await session.project())}, in place of what is there?`,
        otherwise: 'Nothing was restored',
      });
    return requestedRun(session, input, (api, project) =>
      api.call('restoreBackup', {
        parameters: { project, snapshot: backup },
        body: to === 'staging' ? { to } : { to, confirm: confirm ?? null },
      }),
    );
  },
  show: requestedText,
  exit: requestedExit,
});
