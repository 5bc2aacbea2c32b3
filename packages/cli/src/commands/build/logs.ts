import { logLine } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineLines } from '../../command.ts';
import { id } from '../../inputs.ts';
import { logText } from '../../output/log-line.ts';

export const buildLogs = defineLines({
  path: 'build logs',
  says: 'Print the log of a build.',
  example: 'slipway build logs bld_01jd2m8k9',
  arguments: [{ name: '<build>', says: 'the id of a build' }],
  input: z.strictObject({ build: id }),
  view: logLine,
  routes: ['buildLogs'],
  lines: async function* ({ build }, session) {
    yield* (await session.api()).lines('buildLogs', { parameters: { build } });
  },
  show: logText,
});
