import { boardView } from '@slipway/contracts/board-views';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { boardTable } from '../../show/board.ts';

export const projectBoard = defineCommand({
  path: 'project board',
  says: 'Show production, staging and previews, and what is happening there.',
  example: 'slipway project board --project shop',
  input: noInput,
  view: boardView,
  routes: ['board'],
  run: async (_, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('board', { parameters: { project } });
  },
  show: boardTable,
});
