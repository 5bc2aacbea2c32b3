import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../../runs/requested.ts';

export const backupRestore = defineCommand({
  path: 'backup restore',
  says: 'Restore a backup, or production as it was at a moment, into staging: real data, but everything off that could reach the outside.',
  example: 'slipway backup restore snap_01jd2m8k9 --to staging --yes --wait',
  arguments: [{ name: '[backup]', says: 'its id; or --at' }],
  options: [
    { flags: '--at <time>', says: 'the moment instead of a backup: 2026-11-21T10:15:00Z' },
    { flags: '--to <stage>', says: 'where: staging', required: true },
    YES,
    ...WAIT,
  ],
  input: z
    .strictObject({
      backup: id.optional(),
      at: z.iso.datetime({ offset: true, error: 'must be a time with its zone: 2026-11-21T10:15:00Z' }).optional(),
      to: z.literal('staging', 'only staging can be restored into'),
      yes: z.boolean().default(false),
      wait: z.boolean().default(false),
      timeout,
    })
    .refine(({ backup, at }) => (backup === undefined) !== (at === undefined), 'name a backup, or a moment with --at'),
  view: runView,
  routes: ['restoreBackup', 'restoreMoment', 'run'],
  run: async ({ backup, at, to, yes, ...input }, session) => {
    if (!yes)
      await agree(session, {
        question: async () =>
          `Put the real data of ${printable(backup ?? at ?? '')} into staging of ${printable(await session.project())}, in place of what is there?`,
        otherwise: 'Nothing was restored',
      });
    return requestedRun(session, input, (api, project) =>
      at === undefined
        ? api.call('restoreBackup', { parameters: { project, snapshot: backup ?? '' }, body: { to } })
        : api.call('restoreMoment', { parameters: { project }, body: { at, to } }),
    );
  },
  show: requestedText,
  exit: requestedExit,
});
