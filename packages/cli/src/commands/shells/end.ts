import { shellView } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { shellTable } from '../../show/shells.ts';

export const shellsEnd = defineCommand({
  path: 'shells end',
  says: 'End a shell; whoever sits there is cut off.',
  example: 'slipway shells end shl_01jd2m8k9',
  arguments: [{ name: '<shell>', says: 'its id, as `slipway shells list` prints it' }],
  input: z.strictObject({ shell: id }),
  view: shellView,
  routes: ['endShell'],
  run: async ({ shell }, session) => (await session.api()).call('endShell', { parameters: { shell } }),
  show: (shell, screen) => shellTable([shell], screen),
});
