import { mailViewInList } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count, id } from '../../inputs.ts';
import { mailTable } from '../../show/mail.ts';

export const mailList = defineCommand({
  path: 'mail list',
  says: 'List the mails that an environment sent: caught, and sent to nobody.',
  example: 'slipway mail list shop/pr-12 --search invoice',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  options: [
    { flags: '--search <text>', says: 'only with this in subject, people or text' },
    { flags: '--before <mail>', says: 'only older ones than this: the next page' },
    { flags: '--limit <count>', says: 'at most so many (default: 50)' },
  ],
  input: z.strictObject({
    environment: id,
    search: z.string().optional(),
    before: id.optional(),
    limit: count.optional(),
  }),
  view: z.array(mailViewInList),
  routes: ['mails'],
  run: async ({ environment, search, before, limit = 50 }, session) => {
    const query = { search, before };
    return (await session.api()).list('mails', { parameters: { environment }, query }, limit);
  },
  show: (mails, screen) =>
    mails.length === 0 ? 'No mails. What this environment sends is caught and listed here.' : mailTable(mails, screen),
});
