import { snapshotView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { pinText } from '../../show/snapshot.ts';

export const snapshotPin = defineCommand({
  path: 'snapshot pin',
  says: 'Keep a snapshot or a backup whatever the rules say, until it is unpinned with --off.',
  example: 'slipway snapshot pin snap_01jd2m8k9',
  arguments: [{ name: '<snapshot>', says: 'its id' }],
  options: [{ flags: '--off', says: 'unpin it: only the rules of slipway.yaml keep it then' }],
  input: z.strictObject({ snapshot: id, off: z.boolean().default(false) }),
  view: snapshotView,
  routes: ['pinSnapshot'],
  run: async ({ snapshot, off }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('pinSnapshot', { parameters: { project, snapshot }, body: { pinned: !off } });
  },
  show: pinText,
});
