import { glassView } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { glassTable } from '../../show/shells.ts';

export const breakGlassList = defineCommand({
  path: 'break-glass list',
  says: 'List when production was opened, by whom and why.',
  example: 'slipway break-glass list --open',
  options: [{ flags: '--open', says: 'only what is open now' }],
  input: z.strictObject({ open: z.boolean().default(false) }),
  view: z.array(glassView),
  routes: ['glasses'],
  run: async ({ open }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('glasses', { parameters: { project }, query: { open: open ? 'true' : undefined } });
  },
  show: (glasses, screen) => (glasses.length === 0 ? 'Production was not opened.' : glassTable(glasses, screen)),
});
