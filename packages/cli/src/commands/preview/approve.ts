import { accepted } from '@slipway/contracts/api';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, numberInput } from '../../inputs.ts';
import { acceptedText } from '../../show/preview.ts';

export const previewApprove = defineCommand({
  path: 'preview approve',
  says: 'Let the pull request of an untrusted author build.',
  example: 'slipway preview approve 12',
  arguments: [NUMBER_ARGUMENT],
  input: numberInput,
  view: accepted,
  routes: ['approvePreview'],
  run: async ({ number }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('approvePreview', { parameters: { project, number } });
  },
  show: (answer, screen) => acceptedText('Approved', answer, screen),
});
