import { memberView } from '@slipway/contracts/member-views';
import { ROLES } from '@slipway/contracts/permissions';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';

export const memberSet = defineCommand({
  path: 'member set',
  says: 'Give a person a role in the project, or another one. They need an account first.',
  example: 'slipway member set ada@example.com developer',
  arguments: [
    { name: '<person>', says: 'the e-mail address of the account, or its id' },
    { name: '<role>', says: `one of ${ROLES.join(', ')}: each may what the one before may` },
  ],
  input: z.strictObject({ person: id, role: z.enum(ROLES, { error: `must be one of ${ROLES.join(', ')}` }) }),
  view: memberView,
  routes: ['setMember'],
  run: async ({ person, role }, session) => {
    const parameters = { project: await session.project(), user: person };
    return (await session.api()).call('setMember', { parameters, body: { role } });
  },
  show: ({ name, role }, screen) => `${screen.ok} ${printable(name)} is ${role} now.`,
});
