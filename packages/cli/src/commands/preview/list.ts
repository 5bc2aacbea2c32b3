import { previewView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { previewTable } from '../../show/preview.ts';

export const previewList = defineCommand({
  path: 'preview list',
  says: 'List the previews of a project, newest first.',
  example: 'slipway preview list --all',
  options: [
    { flags: '--all', says: 'closed ones too' },
    { flags: '--limit <count>', says: 'at most so many (default: all)' },
  ],
  input: z.strictObject({ all: z.boolean().default(false), limit: count.optional() }),
  view: z.array(previewView),
  routes: ['previews'],
  run: async ({ all, limit }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.list('previews', { parameters: { project }, ...(all ? { query: { all: 'true' } } : {}) }, limit);
  },
  show: (previews, screen) =>
    previews.length === 0
      ? 'No previews. Open one: slipway preview open --pr 1 --ref <branch>'
      : previewTable(previews, screen),
});
