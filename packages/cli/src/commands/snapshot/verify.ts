import { snapshotVerdict } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { snapshotVerdictText } from '../../show/snapshot.ts';

export const snapshotVerify = defineCommand({
  path: 'snapshot verify',
  says: 'Read every object of a snapshot or backup and check it; exit code 1 when one is damaged.',
  example: 'slipway snapshot verify snap_01jd2m8k9',
  arguments: [{ name: '<snapshot>', says: 'its id' }],
  input: z.strictObject({ snapshot: id }),
  view: snapshotVerdict,
  routes: ['verifySnapshot'],
  run: async ({ snapshot }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('verifySnapshot', { parameters: { project, snapshot } });
  },
  show: snapshotVerdictText,
  exit: (verdict) => (verdict.ok ? 'ok' : 'failed'),
});
