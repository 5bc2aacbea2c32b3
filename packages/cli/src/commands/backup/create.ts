import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { requestedExit, requestedRun, requestedText, timeout, WAIT } from '../run/requested.ts';

export const backupCreate = defineCommand({
  path: 'backup create',
  says: 'Back production up now: database and files as they are, encrypted.',
  example: 'slipway backup create --wait',
  options: WAIT,
  input: z.strictObject({ wait: z.boolean().default(false), timeout }),
  view: runView,
  routes: ['createSnapshot', 'run'],
  run: (input, session) =>
    requestedRun(session, input, (api, project) =>
      api.call('createSnapshot', { parameters: { project }, body: { kind: 'raw' } }),
    ),
  show: requestedText,
  exit: requestedExit,
});
