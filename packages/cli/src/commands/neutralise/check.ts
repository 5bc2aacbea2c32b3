import { neutralisationView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { neutralisationText } from '../../show/neutralisation.ts';

const ADDRESS = /^postgres(ql)?:\/\//;

export const neutraliseCheck = defineCommand({
  path: 'neutralise check',
  says: 'Look at the database of an environment, or at any other, for what could reach the outside.',
  example: 'slipway neutralise check shop/staging',
  arguments: [
    {
      name: '<environment>',
      says: 'an environment as `slipway env list` prints it, or postgresql://user:password@host:port/database',
    },
  ],
  options: [
    { flags: '--arrival', says: 'also ask what must have gone when the data came; for an address this is always so' },
  ],
  input: z.strictObject({
    environment: z.string().min(1, 'may not be empty').max(2000, 'is too long for an address'),
    arrival: z.boolean().default(false),
  }),
  view: neutralisationView,
  routes: ['checkNeutralisation'],
  run: async ({ environment, arrival }, session) =>
    (await session.api()).call('checkNeutralisation', {
      parameters: {},
      body: ADDRESS.test(environment) ? { url: environment } : { environment, arrival },
    }),
  show: neutralisationText,
  exit: ({ ok }) => (ok ? 'ok' : 'failed'),
});
