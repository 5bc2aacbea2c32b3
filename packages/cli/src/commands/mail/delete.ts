import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';

export const mailDelete = defineCommand({
  path: 'mail delete',
  says: 'Delete a caught mail, or all of an environment.',
  example: 'slipway mail delete shop/pr-12 --all',
  arguments: [
    { name: '<environment>', says: 'its name, as `slipway env list` prints it' },
    { name: '[mail]', says: 'its id, as `slipway mail list` prints it' },
  ],
  options: [{ flags: '--all', says: 'all mails of the environment' }],
  input: z.strictObject({ environment: id, mail: id.optional(), all: z.boolean().default(false) }),
  view: z.object({ deleted: z.int() }),
  routes: ['deleteMail', 'deleteMails'],
  run: async ({ environment, mail, all }, session) => {
    if ((mail === undefined) === !all) throw new Failure('usage', { reason: 'Name one mail, or say --all.' });
    const api = await session.api();
    return mail === undefined
      ? api.call('deleteMails', { parameters: { environment } })
      : api.call('deleteMail', { parameters: { environment, mail } });
  },
  show: ({ deleted }) => `${deleted} ${deleted === 1 ? 'mail is' : 'mails are'} deleted.`,
});
