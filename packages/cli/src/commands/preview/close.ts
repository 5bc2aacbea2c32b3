import { accepted } from '@slipway/contracts/api';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, pullNumber } from '../../inputs.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewClose = defineCommand({
  path: 'preview close',
  says: 'Close a preview and remove everything it owns: container, database, files, address.',
  example: 'slipway preview close 12 --yes',
  arguments: [NUMBER_ARGUMENT],
  options: [YES],
  input: z.strictObject({ number: pullNumber, yes: z.boolean().default(false) }),
  view: accepted,
  routes: ['preview', 'closePreview'],
  run: async ({ number, yes }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const parameters = { project, number };
    if (!yes)
      await agree(session, {
        question: async () => {
          const { database, title } = await api.call('preview', { parameters });
          const name = `preview ${number} of ${project}${title === null ? '' : ` (${title})`}`;
          return `Close ${printable(name)} and remove its database ${printable(database)} and its files?`;
        },
        otherwise: 'Nothing was closed',
      });
    return api.call('closePreview', { parameters });
  },
  show: (answer, screen) => acceptedText('Closing', answer, screen),
});
