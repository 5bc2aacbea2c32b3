import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';

export const snapshotRemove = defineCommand({
  path: 'snapshot remove',
  says: 'Remove a snapshot or a backup for good.',
  example: 'slipway snapshot remove snap_01jd2m8k9 --yes',
  arguments: [{ name: '<snapshot>', says: 'its id' }],
  options: [YES],
  input: z.strictObject({ snapshot: id, yes: z.boolean().default(false) }),
  view: z.object({ removed: z.string() }),
  routes: ['removeSnapshot'],
  run: async ({ snapshot, yes }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    if (!yes)
      await agree(session, {
        question: () => `Remove ${printable(snapshot)} of ${printable(project)} for good?`,
        otherwise: 'Nothing was removed',
      });
    return api.call('removeSnapshot', { parameters: { project, snapshot } });
  },
  show: ({ removed }, screen) => `${screen.ok} ${printable(removed)} is removed.`,
});
