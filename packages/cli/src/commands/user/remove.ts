import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { address } from '../../inputs-people.ts';
import { agree, YES } from '../../local/confirm.ts';
import { printable } from '../../output/printable.ts';

export const userRemove = defineCommand({
  path: 'user remove',
  says: 'Remove an account with its sessions, tokens and roles, or take back an invitation.',
  example: 'slipway user remove grace@example.com --yes',
  arguments: [{ name: '<email>', says: 'whose it is' }],
  options: [YES],
  input: z.strictObject({ email: address, yes: z.boolean().default(false) }),
  view: z.object({ removed: z.string() }),
  routes: ['invitations', 'revokeInvitation', 'removeUser'],
  run: async ({ email, yes }, session) => {
    const api = await session.api();
    const all = await api.call('invitations', { parameters: {} });
    const open = all.find((one) => one.email === email && one.state === 'open');
    if (!yes)
      await agree(session, {
        question: async () =>
          open === undefined
            ? `Remove the account of ${printable(email)}, sign it out everywhere and revoke its tokens?`
            : `Take the invitation of ${printable(email)} back?`,
        otherwise: 'Nothing was removed',
      });
    if (open === undefined) return api.call('removeUser', { parameters: { user: email } });
    await api.call('revokeInvitation', { parameters: { invitation: open.id } });
    return { removed: open.email };
  },
  show: ({ removed }, screen) => `${screen.ok} ${printable(removed)} is removed.`,
});
