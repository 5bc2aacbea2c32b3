import { memberView } from '@slipway/contracts/member-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';

export const memberRemove = defineCommand({
  path: 'member remove',
  says: 'Take a person out of the project. The account stays.',
  example: 'slipway member remove ada@example.com',
  arguments: [{ name: '<person>', says: 'the e-mail address of the account, or its id' }],
  input: z.strictObject({ person: id }),
  view: memberView,
  routes: ['removeMember'],
  run: async ({ person }, session) => {
    const parameters = { project: await session.project(), user: person };
    return (await session.api()).call('removeMember', { parameters });
  },
  show: ({ name }, screen) => `${screen.ok} ${printable(name)} is not in the project any more.`,
});
