import { shellView } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { shellTable } from '../../show/shells.ts';

export const shellsShow = defineCommand({
  path: 'shells show',
  says: 'Show one shell.',
  example: 'slipway shells show shl_01jd2m8k9',
  arguments: [{ name: '<shell>', says: 'its id, as `slipway shells list` prints it' }],
  input: z.strictObject({ shell: id }),
  view: shellView,
  routes: ['shell'],
  run: async ({ shell }, session) => (await session.api()).call('shell', { parameters: { shell } }),
  show: (shell, screen) => shellTable([shell], screen),
});
