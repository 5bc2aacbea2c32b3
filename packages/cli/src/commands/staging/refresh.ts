import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const stagingRefresh = defineCommand({
  path: 'staging refresh',
  says: "Replace staging's data by a sanitised snapshot of production; the former copy serves until the new one is proved.",
  example: 'slipway staging refresh --new --wait',
  options: [
    { flags: '--snapshot <id>', says: 'which one (default: the newest, or a new one where there is none)' },
    { flags: '--new', says: 'take a new snapshot of production first' },
    ...WAIT,
  ],
  input: z.strictObject({
    snapshot: id.optional(),
    new: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  }),
  view: runView,
  routes: ['refreshStaging', 'run'],
  run: ({ snapshot, new: renew, ...input }, session) =>
    requestedRun(session, input, (api, project) =>
      api.call('refreshStaging', { parameters: { project }, body: { snapshot: snapshot ?? null, renew } }),
    ),
  show: requestedText,
  exit: requestedExit,
});
