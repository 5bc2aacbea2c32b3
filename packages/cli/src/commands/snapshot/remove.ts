import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { removeQuestion } from '../../show/snapshot.ts';

export const snapshotRemove = defineCommand({
  path: 'snapshot remove',
  says: 'Remove a snapshot or a backup for good.',
  example: 'slipway snapshot remove snap_01jd2m8k9 --yes',
  arguments: [{ name: '<snapshot>', says: 'its id' }],
  options: [YES],
  input: z.strictObject({ snapshot: id, yes: z.boolean().default(false) }),
  view: z.object({ removed: z.string() }),
  routes: ['snapshots', 'removeSnapshot'],
  run: async ({ snapshot, yes }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    if (!yes)
      await agree(session, {
        question: async () => {
          const all = await api.list('snapshots', { parameters: { project } });
          return removeQuestion(snapshot, project, { all, now: session.io.now() });
        },
        otherwise: 'Nothing was removed',
      });
    return api.call('removeSnapshot', { parameters: { project, snapshot } });
  },
  show: ({ removed }, screen) => `${screen.ok} ${printable(removed)} is removed.`,
});
