import { snapshotView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { snapshotTable } from '../../show/snapshot.ts';

export const snapshotList = defineCommand({
  path: 'snapshot list',
  says: 'List the sanitised snapshots of production, newest first.',
  example: 'slipway snapshot list',
  input: noInput,
  view: z.array(snapshotView),
  routes: ['snapshots'],
  run: async (_, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('snapshots', { parameters: { project }, query: { kind: 'sanitised' } });
  },
  show: (snapshots, screen) =>
    snapshots.length === 0
      ? 'No snapshots. Take one: slipway snapshot create production --sanitise'
      : snapshotTable(snapshots, screen),
});
