import { LOG_LEVELS, LOG_WINDOW_MOST, type LogLevel } from '@slipway/contracts/log-window-views';
import { type LogLine, logLine } from '@slipway/contracts/views';
import { z } from 'zod';
import type { ApiClient } from '../../api/client.ts';
import { defineLines } from '../../command.ts';
import { id } from '../../inputs.ts';
import { logText } from '../../output/log-line.ts';

const input = z
  .strictObject({
    run: id,
    follow: z.boolean().default(false),
    search: z.string().min(1, 'may not be empty').max(200).optional(),
    level: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).optional(),
  })
  .refine(({ follow, search, level }) => !follow || (search === undefined && level === undefined), {
    error: '--follow shows every line; leave out --search and --level',
  });

export const runLogs = defineLines({
  path: 'run logs',
  says: 'Print the log of a run: its steps, the build, Odoo.',
  example: 'slipway run logs run_01jd2m8k9 --follow',
  arguments: [{ name: '<run>', says: 'the id of a run' }],
  options: [
    { flags: '-f, --follow', says: 'go on until the run ends' },
    { flags: '--search <text>', says: 'only lines with this text, in whatever case' },
    { flags: '--level <level>', says: `only what Odoo says at this level or worse: ${LOG_LEVELS.join(', ')}` },
  ],
  input,
  view: logLine,
  routes: ['runLogs', 'logWindow'],
  lines: async function* ({ run, follow, search, level }, session) {
    const api = await session.api();
    if (search !== undefined || level !== undefined) yield* found(api, run, { search, level });
    else yield* api.lines('runLogs', { parameters: { run }, ...(follow ? { query: { follow: 'true' } } : {}) });
  },
  show: logText,
});

interface Wanted {
  readonly search: string | undefined;
  readonly level: LogLevel | undefined;
}

async function* found(api: ApiClient, run: string, wanted: Wanted): AsyncGenerator<LogLine> {
  for (let from = 0; ; from += LOG_WINDOW_MOST) {
    const query = { ...wanted, from: String(from), limit: String(LOG_WINDOW_MOST) };
    const { total, lines } = await api.call('logWindow', { parameters: { run }, query });
    for (const { number: _number, place: _place, ...line } of lines) yield line;
    if (lines.length === 0 || from + lines.length >= total) return;
  }
}
