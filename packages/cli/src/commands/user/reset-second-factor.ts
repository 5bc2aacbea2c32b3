import { userView } from '@slipway/contracts/people-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { address } from '../../inputs-people.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';

export const userResetSecondFactor = defineCommand({
  path: 'user reset-second-factor',
  says: 'Switch the second factor of a person off who lost phone and recovery codes; the password stays.',
  example: 'slipway user reset-second-factor grace@example.com --yes',
  arguments: [{ name: '<email>', says: 'whose second factor' }],
  options: [YES],
  input: z.strictObject({ email: address, yes: z.boolean().default(false) }),
  view: userView,
  routes: ['removeSecondFactor'],
  run: async ({ email, yes }, session) => {
    if (!yes)
      await agree(session, {
        question: async () => `Let ${printable(email)} in with the password alone? Be sure that it is them who asks.`,
        otherwise: 'Nothing was changed',
      });
    return (await session.api()).call('removeSecondFactor', { parameters: { user: email } });
  },
  show: ({ email }, screen) =>
    `${screen.ok} ${printable(email)} signs in with the password alone until they set it up anew.`,
});
