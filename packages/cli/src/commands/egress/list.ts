import { attemptView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count, id } from '../../inputs.ts';
import { attemptTable } from '../../show/mail.ts';

export const egressList = defineCommand({
  path: 'egress list',
  says: 'List what left an environment, and what tried to: hosts, names, mails.',
  example: 'slipway egress list shop/pr-12 --outcome refused',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  options: [
    { flags: '--outcome <outcome>', says: 'only allowed, refused or caught' },
    { flags: '--since <time>', says: 'only after this time, such as 2026-03-01T10:00:00Z' },
    { flags: '--limit <count>', says: 'at most so many' },
  ],
  input: z.strictObject({
    environment: id,
    outcome: z.enum(['allowed', 'refused', 'caught']).optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    limit: count.optional(),
  }),
  view: z.array(attemptView),
  routes: ['egress'],
  run: async ({ environment, outcome, since, limit }, session) => {
    const query = { outcome, since, limit: limit === undefined ? undefined : String(limit) };
    return (await session.api()).call('egress', { parameters: { environment }, query });
  },
  show: (attempts, screen) =>
    attempts.length === 0 ? 'Nothing left this environment, and nothing tried to.' : attemptTable(attempts, screen),
});
