import { statusView } from '@slipway/contracts/views';
import { defineCommand } from '../command.ts';
import { noInput } from '../inputs.ts';
import { statusText } from '../show/status.ts';

export const status = defineCommand({
  path: 'status',
  says: 'Show what runs here: projects, previews, PostgreSQL, Docker, the edge.',
  example: 'slipway status',
  input: noInput,
  view: statusView,
  routes: ['status'],
  run: async (_, session) => (await session.api()).call('status', { parameters: {} }),
  show: statusText,
});
