import { accepted } from '@slipway/contracts/api';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, pullNumber } from '../../inputs.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewRebuild = defineCommand({
  path: 'preview rebuild',
  says: 'Build a preview again.',
  example: 'slipway preview rebuild 12 --fresh',
  arguments: [NUMBER_ARGUMENT],
  options: [{ flags: '--fresh', says: 'start from a new database instead of updating the present one' }],
  input: z.strictObject({ number: pullNumber, fresh: z.boolean().default(false) }),
  view: accepted,
  routes: ['rebuildPreview'],
  run: async ({ number, fresh }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('rebuildPreview', { parameters: { project, number }, body: { fresh } });
  },
  show: (answer, screen) => acceptedText('Building again', answer, screen),
});
