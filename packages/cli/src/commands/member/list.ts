import { memberView } from '@slipway/contracts/member-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { memberTable } from '../../show/member.ts';

export const memberList = defineCommand({
  path: 'member list',
  says: 'List who is in the project, with their roles.',
  example: 'slipway member list',
  input: noInput,
  view: z.array(memberView),
  routes: ['members'],
  run: async (_, session) =>
    (await session.api()).call('members', { parameters: { project: await session.project() } }),
  show: (members, screen) =>
    members.length === 0
      ? 'Nobody is in the project but those who administer the installation. Add somebody: slipway member set'
      : memberTable(members, screen),
});
