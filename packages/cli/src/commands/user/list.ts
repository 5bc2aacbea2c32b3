import { invitationView, userView } from '@slipway/contracts/people-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { invitationTable, userTable } from '../../show/user.ts';

export const userList = defineCommand({
  path: 'user list',
  says: 'List who has an account, what they may in which project, and who was invited.',
  example: 'slipway user list',
  input: noInput,
  view: z.object({ users: z.array(userView), invitations: z.array(invitationView) }),
  routes: ['users', 'invitations'],
  run: async (_, session) => {
    const api = await session.api();
    const [users, all] = await Promise.all([
      api.call('users', { parameters: {} }),
      api.call('invitations', { parameters: {} }),
    ]);
    return { users, invitations: all.filter(({ state }) => state === 'open') };
  },
  show: ({ users, invitations }, screen) =>
    [
      users.length === 0 ? 'Nobody has an account. Make the first one: slipway setup' : userTable(users, screen),
      ...(invitations.length === 0 ? [] : ['', 'Invited:', invitationTable(invitations, screen)]),
    ].join('\n'),
});
