import { tokenView } from '@slipway/contracts/token-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { printable } from '../../output/printable.ts';

export const tokenRevoke = defineCommand({
  path: 'token revoke',
  says: 'Make a token worth nothing, at once.',
  example: 'slipway token revoke grace',
  arguments: [{ name: '<name>', says: 'whose it is' }],
  input: z.strictObject({ name: z.string().min(1, 'may not be empty').max(100, 'is too long for a name') }),
  view: tokenView,
  routes: ['revokeToken'],
  run: async ({ name }, session) => (await session.api()).call('revokeToken', { parameters: { name } }),
  show: ({ name }, screen) => `${screen.ok} The token of ${printable(name)} is worth nothing now.`,
});
