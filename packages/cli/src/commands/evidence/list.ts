import { evidenceView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { evidenceTable } from '../../show/evidence.ts';

export const evidenceList = defineCommand({
  path: 'evidence list',
  says: 'List evidence by run, newest first.',
  example: 'slipway evidence list',
  options: [{ flags: '--limit <count>', says: 'at most so many (default: 100)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(evidenceView),
  routes: ['evidenceList'],
  run: async ({ limit = 100 }, session) => (await session.api()).list('evidenceList', { parameters: {} }, limit),
  show: (list, screen) =>
    list.length === 0
      ? 'No evidence. A run writes it: slipway preview open --pr 1 --ref <branch>'
      : evidenceTable(list, screen),
});
