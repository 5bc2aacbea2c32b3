import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { runText } from '../../show/run.ts';

export const runShow = defineCommand({
  path: 'run show',
  says: 'Show one run with its steps.',
  example: 'slipway run show run_01jd2m8k9',
  arguments: [{ name: '<run>', says: 'the id of a run' }],
  input: z.strictObject({ run: id }),
  view: runView,
  routes: ['run'],
  run: async ({ run }, session) => (await session.api()).call('run', { parameters: { run } }),
  show: runText,
});
