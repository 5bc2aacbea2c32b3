import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { agree, YES } from '../../local/confirm.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const backupPrune = defineCommand({
  path: 'backup prune',
  says: 'Remove snapshots and backups that no rule keeps; each new one does it, too.',
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
          const all = await api.call('snapshots', { parameters: { project } });
          return `Remove ${all.filter(({ keep }) => keep === null).length} of ${all.length} snapshots and backups?`;
        },
        otherwise: 'Nothing was removed',
      });
    return requestedRun(session, input, (api, project) => api.call('pruneBackups', { parameters: { project } }));
  },
  show: requestedText,
  exit: requestedExit,
});
