import { accepted } from '@slipway/contracts/api';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, numberInput } from '../../inputs.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewSleep = defineCommand({
  path: 'preview sleep',
  says: 'Put a live preview to sleep; the next request wakes it.',
  example: 'slipway preview sleep 12',
  arguments: [NUMBER_ARGUMENT],
  input: numberInput,
  view: accepted,
  routes: ['sleepPreview'],
  run: async ({ number }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('sleepPreview', { parameters: { project, number } });
  },
  show: (answer, screen) => acceptedText('Going to sleep', answer, screen),
});
