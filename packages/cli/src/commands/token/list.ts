import { tokenView } from '@slipway/contracts/token-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { tokenTable } from '../../show/token.ts';

export const tokenList = defineCommand({
  path: 'token list',
  says: 'List who has a token, for what, and when it was used last; never the tokens themselves.',
  example: 'slipway token list',
  input: noInput,
  view: z.array(tokenView),
  routes: ['tokens'],
  run: async (_, session) => (await session.api()).call('tokens', { parameters: {} }),
  show: (tokens, screen) =>
    tokens.length === 0
      ? 'No tokens but the one of the installation. Make one: slipway token create'
      : tokenTable(tokens, screen),
});
