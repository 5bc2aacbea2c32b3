import { Failure } from '@slipway/contracts/failure';
import { userView } from '@slipway/contracts/people-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { ADMIN, address, rolesByProject } from '../../inputs-people.ts';
import { userTable } from '../../show/user.ts';

export const userRole = defineCommand({
  path: 'user role',
  says: 'Say what a person may: per project, for the installation, or whether they may sign in at all.',
  example: 'slipway user role grace@example.com shop=developer,blog=none',
  arguments: [
    { name: '<email>', says: 'who it is' },
    { name: '[roles]', says: 'project=role, several with commas; the role none takes one away' },
  ],
  options: [
    ADMIN,
    { flags: '--no-admin', says: 'no administrator of the installation any more' },
    { flags: '--active', says: 'may sign in again' },
    { flags: '--no-active', says: 'signed out everywhere, tokens revoked, and may not sign in' },
  ],
  input: z.strictObject({
    email: address,
    roles: rolesByProject.optional(),
    admin: z.boolean().optional(),
    active: z.boolean().optional(),
  }),
  view: userView,
  routes: ['setUser'],
  run: async ({ email, roles, admin, active }, session) => {
    if (roles === undefined && admin === undefined && active === undefined)
      throw new Failure('usage', {
        reason: 'say what to change: a role, --admin, --active, or one of them with --no-.',
      });
    const body = { installation: admin, active, roles: roles ?? {} };
    return (await session.api()).call('setUser', { parameters: { user: email }, body });
  },
  show: (user, screen) => userTable([user], screen),
});
