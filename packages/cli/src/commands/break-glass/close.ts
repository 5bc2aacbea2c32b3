import { glassView } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { glassText } from '../../show/shells.ts';

export const breakGlassClose = defineCommand({
  path: 'break-glass close',
  says: 'Close production before its time: shells that were opened through it are cut, logins end.',
  example: 'slipway break-glass close glass_01jd2m8k9',
  arguments: [{ name: '<glass>', says: 'its id, as `slipway break-glass list` prints it' }],
  input: z.strictObject({ glass: id }),
  view: glassView,
  routes: ['closeGlass'],
  run: async ({ glass }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('closeGlass', { parameters: { project, glass } });
  },
  show: glassText,
});
