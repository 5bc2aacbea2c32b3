import { previewView } from '@slipway/contracts/views';
import { defineCommand } from '../../command.ts';
import { NUMBER_ARGUMENT, numberInput } from '../../inputs.ts';
import { previewText } from '../../show/preview.ts';

export const previewShow = defineCommand({
  path: 'preview show',
  says: 'Show one preview: address, login, modules and what was done with each.',
  example: 'slipway preview show 12',
  arguments: [NUMBER_ARGUMENT],
  input: numberInput,
  view: previewView,
  routes: ['preview'],
  run: async ({ number }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('preview', { parameters: { project, number } });
  },
  show: previewText,
});
