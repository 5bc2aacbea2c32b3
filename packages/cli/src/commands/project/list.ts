import { projectInList } from '@slipway/contracts/board-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { projectTable } from '../../show/board.ts';

export const projectList = defineCommand({
  path: 'project list',
  says: 'List the projects that you may see.',
  example: 'slipway project list',
  input: noInput,
  view: z.array(projectInList),
  routes: ['projects'],
  run: async (_, session) => (await session.api()).call('projects', { parameters: {} }),
  show: (projects, screen) =>
    projects.length === 0 ? 'No projects. In your Odoo repository: slipway init' : projectTable(projects, screen),
});
