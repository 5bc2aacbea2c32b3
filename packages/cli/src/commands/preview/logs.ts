import { logLine } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineLines } from '../../command.ts';
import { count, NUMBER_ARGUMENT, pullNumber } from '../../inputs.ts';
import { logText } from '../../output/log-line.ts';

export const previewLogs = defineLines({
  path: 'preview logs',
  says: "Print the log of a preview's Odoo.",
  example: 'slipway preview logs 12 --follow --tail 100',
  arguments: [NUMBER_ARGUMENT],
  options: [
    { flags: '-f, --follow', says: 'go on as lines come' },
    { flags: '--tail <lines>', says: 'only the last so many lines' },
  ],
  input: z.strictObject({ number: pullNumber, follow: z.boolean().default(false), tail: count.optional() }),
  view: logLine,
  routes: ['previewLogs'],
  lines: async function* ({ number, follow, tail }, session) {
    const [api, project] = [await session.api(), await session.project()];
    const query = {
      follow: follow ? ('true' as const) : undefined,
      tail: tail === undefined ? undefined : String(tail),
    };
    yield* api.lines('previewLogs', { parameters: { project, number }, query });
  },
  show: logText,
});
