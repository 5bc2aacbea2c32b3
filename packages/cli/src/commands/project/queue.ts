import { queueView } from '@slipway/contracts/board-views';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { runRows } from '../../show/board.ts';

export const projectQueue = defineCommand({
  path: 'project queue',
  says: 'Show what runs, what waits and why, and what ended last.',
  example: 'slipway project queue',
  input: noInput,
  view: queueView,
  routes: ['queue'],
  run: async (_, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('queue', { parameters: { project } });
  },
  show: ({ open, ended }, screen) =>
    `${open.length === 0 ? 'Nothing runs and nothing waits.' : runRows(open, screen)}${ended.length === 0 ? '' : `\n\nEnded last:\n${runRows(ended, screen)}`}`,
});
