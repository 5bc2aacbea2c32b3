import { ROUTES } from '@slipway/contracts/api';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';

export const secretRotate = defineCommand({
  path: 'secret rotate',
  says: 'Encrypt every secret anew under a new master key.',
  example: 'slipway secret rotate',
  input: noInput,
  view: ROUTES.rotateSecrets.answer,
  routes: ['rotateSecrets'],
  run: async (_, session) => (await session.api()).call('rotateSecrets', { parameters: {} }),
  show: ({ rotated }, screen) => `${screen.ok} ${rotated} secrets are encrypted under a new master key.`,
});
