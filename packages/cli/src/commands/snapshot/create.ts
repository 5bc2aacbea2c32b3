import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const snapshotCreate = defineCommand({
  path: 'snapshot create',
  says: 'Take a sanitised snapshot of production: database and files, without stopping it.',
  example: 'slipway snapshot create production --sanitise --wait',
  arguments: [{ name: '<stage>', says: 'whose data: production' }],
  options: [
    { flags: '--sanitise', says: 'mask everything personal; for real data see `slipway backup create`' },
    { flags: '--accept-drift', says: 'the columns that are new since the last snapshot have been looked at' },
    ...WAIT,
  ],
  input: z.strictObject({
    stage: z.literal('production', 'only production has data to take a snapshot of'),
    sanitise: z.literal(true, 'a snapshot without --sanitise is a backup: use `slipway backup create`'),
    acceptDrift: z.boolean().default(false),
    wait: z.boolean().default(false),
    timeout,
  }),
  view: runView,
  routes: ['createSnapshot', 'run'],
  run: ({ acceptDrift, ...input }, session) =>
    requestedRun(session, input, (api, project) =>
      api.call('createSnapshot', { parameters: { project }, body: { kind: 'sanitised', accept_drift: acceptDrift } }),
    ),
  show: requestedText,
  exit: requestedExit,
});
