import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { checkedUrl } from '../local/find-server.ts';
import { remember, remembered, serverKey } from '../local/remembered.ts';
import { printable } from '../output/printable.ts';

export const logout = defineCommand({
  path: 'logout',
  says: 'Forget the token of a server on this machine; it stays good until it is revoked in the dashboard.',
  example: 'slipway logout https://slipway.example.com',
  arguments: [{ name: '[url]', says: 'address of the server; default: the one that was signed in to last' }],
  input: z.strictObject({ url: z.string().optional() }),
  view: z.object({ server: z.string() }),
  routes: [],
  run: async ({ url }, { io }) => {
    const kept = await remembered(io);
    const server = url === undefined ? kept.current : serverKey(checkedUrl(url));
    if (server === null || !Object.hasOwn(kept.servers, server))
      throw new Failure('usage', {
        reason: `This machine is signed in to ${Object.keys(kept.servers).join(', ') || 'no server'}.`,
      });
    const servers = Object.fromEntries(Object.entries(kept.servers).filter(([name]) => name !== server));
    await remember(io, { ...kept, servers, current: kept.current === server ? null : kept.current });
    return { server };
  },
  show: ({ server }, screen) =>
    [
      `${screen.ok} The token for ${printable(server)} is forgotten here.`,
      `  Revoke it, too: ${printable(server)}/account`,
    ].join('\n'),
});
