import { snapshotView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { snapshotTable } from '../../show/snapshot.ts';

export const snapshotList = defineCommand({
  path: 'snapshot list',
  says: 'List the sanitised snapshots of production, newest first.',
  example: 'slipway snapshot list',
  options: [{ flags: '--limit <count>', says: 'at most so many (default: all)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(snapshotView),
  routes: ['snapshots'],
  run: async ({ limit }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.list('snapshots', { parameters: { project }, query: { kind: 'sanitised' } }, limit);
  },
  show: (snapshots, screen) =>
    snapshots.length === 0
      ? 'No snapshots. Take one: slipway snapshot create production --sanitise'
      : snapshotTable(snapshots, screen),
});
