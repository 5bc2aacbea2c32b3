import { linkView } from '@slipway/contracts/people-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { address } from '../../inputs-people.ts';
import { linkText } from '../../show/user.ts';

export const userResetPassword = defineCommand({
  path: 'user reset-password',
  says: 'Print a link with which a person chooses a new password; it works once, for a day.',
  example: 'slipway user reset-password grace@example.com',
  arguments: [{ name: '<email>', says: 'whose password' }],
  options: [
    { flags: '--without-second-factor', says: 'switch the second factor off, too: phone and recovery codes are lost' },
  ],
  input: z.strictObject({ email: address, withoutSecondFactor: z.boolean().default(false) }),
  view: linkView,
  routes: ['resetPassword'],
  run: async ({ email, withoutSecondFactor }, session) => {
    const body = { second_factor: withoutSecondFactor ? ('remove' as const) : ('keep' as const) };
    return (await session.api()).call('resetPassword', { parameters: { user: email }, body });
  },
  show: (link, screen) => linkText('Hand this link over; it works once:', link, screen),
});
