import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../../runs/requested.ts';

export const productionOpen = defineCommand({
  path: 'production open',
  says: 'Make the production that Slipway runs: a new company, or one that goes on with the data of a backup.',
  example: 'slipway production open --from snap_01jd2m8k9 --wait',
  options: [{ flags: '--from <backup>', says: 'whose data it begins with (default: none, a new company)' }, ...WAIT],
  input: z.strictObject({ from: id.optional(), wait: z.boolean().default(false), timeout }),
  view: runView,
  routes: ['openProduction', 'run'],
  run: ({ from, ...input }, session) =>
    requestedRun(session, input, (api, project) =>
      api.call('openProduction', { parameters: { project }, body: { from: from ?? null } }),
    ),
  show: requestedText,
  exit: requestedExit,
});
