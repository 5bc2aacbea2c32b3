import { accepted } from '@slipway/contracts/api';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, numberInput } from '../../inputs.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewClose = defineCommand({
  path: 'preview close',
  says: 'Close a preview and remove everything it owns.',
  example: 'slipway preview close 12',
  arguments: [NUMBER_ARGUMENT],
  input: numberInput,
  view: accepted,
  routes: ['closePreview'],
  run: async ({ number }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('closePreview', { parameters: { project, number } });
  },
  show: (answer, screen) => acceptedText('Closing', answer, screen),
});
