import { buildView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { buildText } from '../../show/build.ts';

export const buildShow = defineCommand({
  path: 'build show',
  says: 'Show one build.',
  example: 'slipway build show bld_01jd2m8k9',
  arguments: [{ name: '<build>', says: 'the id of a build' }],
  input: z.strictObject({ build: id }),
  view: buildView,
  routes: ['build'],
  run: async ({ build }, session) => (await session.api()).call('build', { parameters: { build } }),
  show: buildText,
});
