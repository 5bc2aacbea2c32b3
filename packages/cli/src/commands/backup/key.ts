import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';

export const backupKey = defineCommand({
  path: 'backup key',
  says: 'Print the key that backups are encrypted with, to be kept apart from this machine; asking is recorded.',
  example: 'slipway backup key > /media/safe/shop-backups.key',
  input: noInput,
  view: z.object({ key: z.string() }),
  routes: ['storeKey'],
  run: async (_, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('storeKey', { parameters: { project } });
  },
  show: ({ key }) => key,
});
