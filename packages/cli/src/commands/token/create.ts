import { SCOPES } from '@slipway/contracts/route';
import { newTokenView } from '@slipway/contracts/token-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { newTokenText } from '../../show/token.ts';

const scopes = z
  .string()
  .transform((text) => text.split(',').map((scope) => scope.trim()))
  .pipe(z.array(z.enum(SCOPES, { error: `must be some of ${SCOPES.join(', ')}` })).min(1));

export const tokenCreate = defineCommand({
  path: 'token create',
  says: 'Make a token for a person or a program. It is printed this once; only its hash is kept.',
  example: 'slipway token create grace --email grace@example.com --scope approve',
  arguments: [{ name: '<name>', says: 'whose it is: what is done with it is told under this name' }],
  options: [
    { flags: '--scope <scopes>', says: `some of ${SCOPES.join(', ')}, with commas`, required: true },
    { flags: '--email <address>', says: 'as in the commits of that person; needed to approve' },
    { flags: '--expires <duration>', says: 'after which it is worth nothing: 90d, or never (default: 365d)' },
  ],
  input: z.strictObject({
    name: z.string().min(1, 'may not be empty'),
    scope: scopes,
    email: z.email('must be an e-mail address').optional(),
    expires: z
      .string()
      .regex(/^(\d{1,6}(s|m|h|d)|never)$/, 'must be a whole number with s, m, h or d, or never')
      .optional(),
  }),
  view: newTokenView,
  routes: ['createToken'],
  run: async ({ name, scope, email, expires }, session) => {
    const body = { name, scopes: scope, email: email ?? null, ...(expires === undefined ? {} : { expires }) };
    return (await session.api()).call('createToken', { parameters: {}, body });
  },
  show: newTokenText,
});
