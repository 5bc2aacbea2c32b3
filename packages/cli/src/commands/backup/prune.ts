import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../../runs/requested.ts';

export const backupPrune = defineCommand({
  path: 'backup prune',
  says: 'Remove snapshots and backups that no rule of slipway.yaml keeps; each new snapshot or backup does so by itself.',
  example: 'slipway backup prune --yes --wait',
  options: [YES, ...WAIT],
  input: z.strictObject({ yes: z.boolean().default(false), wait: z.boolean().default(false), timeout }),
  view: runView,
  routes: ['snapshots', 'pruneBackups', 'run'],
  run: async ({ yes, ...input }, session) => {
    if (!yes)
      await agree(session, {
        question: async () => {
          const [api, project] = [await session.api(), await session.project()];
          const all = await api.list('snapshots', { parameters: { project } });
          const gone = all.filter(({ keep }) => keep === null);
          return `Remove ${gone.length} of ${all.length} snapshots and backups of ${printable(project)} for good?`;
        },
        otherwise: 'Nothing was removed',
      });
    return requestedRun(session, input, (api, project) => api.call('pruneBackups', { parameters: { project } }));
  },
  show: requestedText,
  exit: requestedExit,
});
