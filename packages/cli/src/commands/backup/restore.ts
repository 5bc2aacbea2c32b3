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
  says: 'Restore a backup, or production as it was at a moment, into staging: real data, but everything switched off that could reach the outside. Or a backup as it was into the database and the folder of a production that Slipway does not run, where both are empty; one that it runs begins with a backup by `slipway production open --from`.',
  example: 'slipway backup restore snap_01jd2m8k9 --to staging --yes --wait',
  arguments: [{ name: '[backup]', says: 'its id; or --at' }],
  options: [
    { flags: '--at <time>', says: 'the moment instead of a backup, into staging: 2026-11-21T10:15:00Z' },
    { flags: '--to <stage>', says: 'where: staging or production', required: true },
    { flags: '--confirm <stage>', says: 'production, to be restored into: its name once more, instead of --yes' },
    YES,
    ...WAIT,
  ],
  input: z
    .strictObject({
      backup: id.optional(),
      at: z.iso.datetime({ offset: true, error: 'must be a time with its zone: 2026-11-21T10:15:00Z' }).optional(),
      to: z.enum(['staging', 'production'], 'only staging and production can be restored into'),
      confirm: z.string().optional(),
      yes: z.boolean().default(false),
      wait: z.boolean().default(false),
      timeout,
    })
    .refine(({ backup, at }) => (backup === undefined) !== (at === undefined), 'name a backup, or a moment with --at')
    .refine(({ to, at }) => to === 'staging' || at === undefined, 'a moment is restored into staging'),
  view: runView,
  routes: ['restoreBackup', 'restoreMoment', 'run'],
  run: async ({ backup, at, to, confirm, yes, ...input }, session) => {
    if (to === 'production' && confirm !== 'production')
      throw new Failure('usage', { reason: 'Nothing was restored: into production needs `--confirm production`.' });
    if (to === 'staging' && !yes)
      await agree(session, {
        question: async () =>
          `Put the real data of ${printable(backup ?? at ?? '')} into staging of ${printable(await session.project())}, in place of what is there?`,
        otherwise: 'Nothing was restored',
      });
    return requestedRun(session, input, (api, project) =>
      at === undefined
        ? api.call('restoreBackup', {
            parameters: { project, snapshot: backup ?? '' },
            body: to === 'staging' ? { to } : { to, confirm: confirm ?? null },
          })
        : api.call('restoreMoment', { parameters: { project }, body: { at, to: 'staging' } }),
    );
  },
  show: requestedText,
  exit: requestedExit,
});
