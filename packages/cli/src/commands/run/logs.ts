import { logLine } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineLines } from '../../command.ts';
import { id } from '../../inputs.ts';
import { logText } from '../../output/log-line.ts';

export const runLogs = defineLines({
  path: 'run logs',
  says: 'Print the log of a run: its steps, the build, Odoo.',
  example: 'slipway run logs run_01jd2m8k9 --follow',
  arguments: [{ name: '<run>', says: 'the id of a run' }],
  options: [{ flags: '-f, --follow', says: 'go on until the run ends' }],
  input: z.strictObject({ run: id, follow: z.boolean().default(false) }),
  view: logLine,
  routes: ['runLogs'],
  lines: async function* ({ run, follow }, session) {
    const api = await session.api();
    yield* api.lines('runLogs', { parameters: { run }, ...(follow ? { query: { follow: 'true' } } : {}) });
  },
  show: logText,
});
