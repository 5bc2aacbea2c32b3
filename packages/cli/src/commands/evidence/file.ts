import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';

export const evidenceFile = defineCommand({
  path: 'evidence file',
  says: 'Print one file of the evidence of a run, such as data/coverage.txt.',
  example: 'slipway evidence file run_01jd2m8k9 data/coverage.txt',
  arguments: [
    { name: '<run>', says: 'the id of a run' },
    { name: '<path>', says: 'as `slipway evidence show` lists it, without the first folder' },
  ],
  input: z.strictObject({ run: id, path: z.string().min(1) }),
  view: z.object({ path: z.string(), text: z.string() }),
  routes: ['evidenceFile'],
  run: async ({ run, path }, session) =>
    (await session.api()).call('evidenceFile', { parameters: { run }, query: { path } }),
  show: ({ text }) => text.split('\n').map(printable).join('\n').trimEnd(),
});
