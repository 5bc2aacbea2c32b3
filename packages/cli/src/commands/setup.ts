import { linkView } from '@slipway/contracts/people-views';
import { defineCommand } from '../command.ts';
import { noInput } from '../inputs.ts';
import { linkText } from '../show/user.ts';

export const setup = defineCommand({
  path: 'setup',
  says: 'Print a new link to make the first account with; the one before is worth nothing.',
  example: 'slipway setup',
  input: noInput,
  view: linkView,
  routes: ['newSetupLink'],
  run: async (_, session) => (await session.api()).call('newSetupLink', { parameters: {} }),
  show: (link, screen) => linkText('Open this and make the first account; it works once:', link, screen),
});
