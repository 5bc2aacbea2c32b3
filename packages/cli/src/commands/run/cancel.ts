import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';

export const runCancel = defineCommand({
  path: 'run cancel',
  says: 'Cancel a run that is queued or running; exit code 6 when it has ended already.',
  example: 'slipway run cancel run_01jd2m8k9',
  arguments: [{ name: '<run>', says: 'the id of a run' }],
  input: z.strictObject({ run: id }),
  view: runView,
  routes: ['cancelRun'],
  run: async ({ run }, session) => (await session.api()).call('cancelRun', { parameters: { run } }),
  show: (run, screen) => `${screen.ok} Run ${printable(run.id)} is ${run.state}.`,
});
