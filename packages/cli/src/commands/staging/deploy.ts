import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const stagingDeploy = defineCommand({
  path: 'staging deploy',
  says: 'Bring staging to the newest commit of its branch, on the data that it has.',
  example: 'slipway staging deploy --wait',
  options: WAIT,
  input: z.strictObject({ wait: z.boolean().default(false), timeout }),
  view: runView,
  routes: ['deployStaging', 'run'],
  run: (input, session) =>
    requestedRun(session, input, (api, project) => api.call('deployStaging', { parameters: { project } })),
  show: requestedText,
  exit: requestedExit,
});
