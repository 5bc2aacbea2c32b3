import { accepted } from '@slipway/contracts/api';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, pullNumber } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewRebuild = defineCommand({
  path: 'preview rebuild',
  says: 'Build a preview again.',
  example: 'slipway preview rebuild 12 --fresh --yes',
  arguments: [NUMBER_ARGUMENT],
  options: [{ flags: '--fresh', says: 'throw its database away and start from a new one; asks first' }, YES],
  input: z.strictObject({ number: pullNumber, fresh: z.boolean().default(false), yes: z.boolean().default(false) }),
  view: accepted,
  routes: ['rebuildPreview'],
  run: async ({ number, fresh, yes }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    if (fresh && !yes)
      await agree(session, {
        question: () =>
          `Throw away the database of preview ${number} of ${printable(project)}, with what was entered in it?`,
        otherwise: 'Nothing was built',
      });
    return api.call('rebuildPreview', { parameters: { project, number }, body: { fresh } });
  },
  show: (answer, screen) => acceptedText('Building again', answer, screen),
});
