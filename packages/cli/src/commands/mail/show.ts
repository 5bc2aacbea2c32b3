import { mailView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { mailText } from '../../show/mail.ts';

export const mailShow = defineCommand({
  path: 'mail show',
  says: 'Show a caught mail: people, text, attachments.',
  example: 'slipway mail show shop/pr-12 mail_01jd',
  arguments: [
    { name: '<environment>', says: 'its name, as `slipway env list` prints it' },
    { name: '<mail>', says: 'its id, as `slipway mail list` prints it' },
  ],
  input: z.strictObject({ environment: id, mail: id }),
  view: mailView,
  routes: ['mail'],
  run: async ({ environment, mail }, session) =>
    (await session.api()).call('mail', { parameters: { environment, mail } }),
  show: mailText,
});
