import { newInvitationView } from '@slipway/contracts/people-views';
import { ROLES } from '@slipway/contracts/permissions';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { ADMIN, address, rolesByProject } from '../../inputs-people.ts';
import { printable } from '../../output/printable.ts';
import { linkText } from '../../show/user.ts';

export const userInvite = defineCommand({
  path: 'user invite',
  says: 'Invite a person: prints a link, this once, with which they make their account.',
  example: 'slipway user invite grace@example.com --role shop=tester',
  arguments: [{ name: '<email>', says: 'as in the commits of that person: authors do not approve their own' }],
  options: [
    { flags: '--role <roles>', says: 'what they may: project=role, several with commas' },
    { flags: '--name <name>', says: 'how they are called, until they say so themselves' },
    ADMIN,
  ],
  input: z.strictObject({
    email: address,
    role: rolesByProject.pipe(z.record(z.string(), z.enum(ROLES, 'must be a role'))).optional(),
    name: z.string().min(1).max(100).optional(),
    admin: z.boolean().default(false),
  }),
  view: newInvitationView,
  routes: ['invite'],
  run: async ({ email, role, name, admin }, session) => {
    const body = { email, name: name ?? null, installation: admin, roles: role ?? {} };
    return (await session.api()).call('invite', { parameters: {}, body });
  },
  show: (invitation, screen) =>
    linkText(`${printable(invitation.email)} is invited. Hand this link over; it works once:`, invitation, screen),
});
