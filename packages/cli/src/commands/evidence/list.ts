import { evidenceView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { evidenceTable } from '../../show/evidence.ts';

export const evidenceList = defineCommand({
  path: 'evidence list',
  says: 'List evidence by run, newest first.',
  example: 'slipway evidence list',
  input: noInput,
  view: z.array(evidenceView),
  routes: ['evidenceList'],
  run: async (_, session) => (await session.api()).call('evidenceList', { parameters: {} }),
  show: (list, screen) =>
    list.length === 0
      ? 'No evidence. A run writes it: slipway preview open --pr 1 --ref <branch>'
      : evidenceTable(list, screen),
});
