import { dataView, snapshotView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { backupsText } from '../../show/snapshot.ts';

export const backupList = defineCommand({
  path: 'backup list',
  says: 'List the backups of production with why each is kept, when the next is due, and what the last drill proved.',
  example: 'slipway backup list',
  input: noInput,
  view: z.object({ backups: z.array(snapshotView), data: dataView }),
  routes: ['snapshots', 'data'],
  run: async (_, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const parameters = { project };
    return {
      backups: await api.list('snapshots', { parameters, query: { kind: 'raw' } }),
      data: await api.call('data', { parameters }),
    };
  },
  show: backupsText,
});
