import { storedSnapshotView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { storedText } from '../../show/stored.ts';

export const backupAdopt = defineCommand({
  path: 'backup adopt',
  says: 'Take what the store holds into the list: the snapshots and backups of a Slipway that is gone.',
  example: 'slipway backup adopt --dry-run',
  options: [{ flags: '--dry-run', says: 'only say what is there' }],
  input: z.strictObject({ dryRun: z.boolean().default(false) }),
  view: z.array(storedSnapshotView),
  routes: ['storedSnapshots', 'adoptSnapshots'],
  run: async ({ dryRun }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const call = { parameters: { project }, headMilliseconds: READING_MILLISECONDS };
    return dryRun ? api.call('storedSnapshots', call) : api.call('adoptSnapshots', call);
  },
  show: storedText,
});

/** A manifest of each is read and proved; a bucket may be slow. */
const READING_MILLISECONDS = 15 * 60_000;
