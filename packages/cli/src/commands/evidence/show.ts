import { evidenceView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { evidenceText } from '../../show/evidence.ts';

export const evidenceShow = defineCommand({
  path: 'evidence show',
  says: 'Show the evidence of one run: files, sizes, hashes.',
  example: 'slipway evidence show run_01jd2m8k9',
  arguments: [{ name: '<run>', says: 'the id of a run' }],
  input: z.strictObject({ run: id }),
  view: evidenceView,
  routes: ['evidence'],
  run: async ({ run }, session) => (await session.api()).call('evidence', { parameters: { run } }),
  show: evidenceText,
});
