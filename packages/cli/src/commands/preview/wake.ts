import { accepted } from '@slipway/contracts/api';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, numberInput } from '../../inputs.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewWake = defineCommand({
  path: 'preview wake',
  says: 'Wake a sleeping preview.',
  example: 'slipway preview wake 12',
  arguments: [NUMBER_ARGUMENT],
  input: numberInput,
  view: accepted,
  routes: ['wakePreview'],
  run: async ({ number }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('wakePreview', { parameters: { project, number } });
  },
  show: (answer, screen) => acceptedText('Waking', answer, screen),
});
