import { environmentVariables } from '@slipway/contracts/environment-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { variablesText } from '../../show/inside.ts';

export const envVariables = defineCommand({
  path: 'env variables',
  says: 'List the environment variables of an environment, as slipway.yaml says them; never the value of a secret.',
  example: 'slipway env variables shop/staging',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  input: z.strictObject({ environment: id }),
  view: environmentVariables,
  routes: ['environmentVariables'],
  run: async ({ environment }, session) =>
    (await session.api()).call('environmentVariables', { parameters: { environment } }),
  show: variablesText,
});
