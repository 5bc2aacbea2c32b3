import { hostname } from 'node:os';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { ApiClient } from '../api/client.ts';
import { ServerRefusal } from '../api/server-refusal.ts';
import { defineCommand } from '../command.ts';
import { checkedUrl, localServer } from '../local/find-server.ts';
import { openBrowser } from '../local/open-browser.ts';
import { readSecret } from '../local/read-secret.ts';
import { remember, remembered, serverKey } from '../local/remembered.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const view = z.object({
  server: z.string(),
  /** Null: a token that is nobody's account. */
  who: z.string().nullable(),
  /** False: another server runs on this machine, and commands go there unless they name one. */
  current: z.boolean(),
});

/** A name that a token may have, and that says on which machine it is. */
const tokenName = (): string => `cli-${hostname().replace(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, 63);

export const login = defineCommand({
  path: 'login',
  says: 'Sign this machine in to a server: make a token in the dashboard, with password and second factor there, and paste it here.',
  example: 'slipway login https://slipway.example.com',
  arguments: [{ name: '<url>', says: 'address of the server' }],
  options: [{ flags: '--no-open', says: 'print the address where the token is made, and open no browser' }],
  input: z.strictObject({ url: z.string(), open: z.boolean().default(true) }),
  view,
  routes: ['signInWays', 'me'],
  run: async ({ url, open }, session): Promise<z.output<typeof view>> => {
    const server = serverKey(checkedUrl(url));
    await sayWhere(session, server, open);
    const token = (await readSecret(session.io, 'Token: ')).trim();
    const who = await whoseToken(session, server, token);
    const kept = await remembered(session.io);
    const servers = { ...kept.servers, [server]: { token, who: who ?? 'nobody' } };
    await remember(session.io, { ...kept, current: server, servers });
    return { server, who, current: (await localServer(session.dataFolder)) === null };
  },
  show: ({ server, who, current }, screen) =>
    [
      `${screen.ok} Signed in to ${printable(server)} as ${printable(who ?? 'a token of nobody')}.`,
      current
        ? '  Commands go there from now on.'
        : `  A server of this machine runs, and commands go there: take --server ${printable(server)}.`,
    ].join('\n'),
});

/** Only asks whether a Slipway is there; what is pasted into a pipe needs no words. */
const sayWhere = async (session: Session, server: string, open: boolean): Promise<void> => {
  const api = new ApiClient({ url: server, token: null }, session.io.signal);
  const { setup } = await api.call('signInWays', { parameters: {} });
  if (setup) throw new Failure('login-too-early', { url: server });
  const { protocol, hostname: host } = new URL(server);
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(host))
    session.note('This address is no https: whoever listens on the way reads the token.');
  if (session.io.stdin.isTTY !== true) return;
  const page = `${server}/account?new-token=${encodeURIComponent(tokenName())}`;
  if (!(open && (await openBrowser(session.io, page)))) session.note('Open this, and sign in:');
  session.note(`  ${page}\nMake the token there, and paste it here; it is not shown.`);
};

/** Failure: login-refused. */
const whoseToken = async (session: Session, server: string, token: string): Promise<string | null> => {
  const api = new ApiClient({ url: server, token }, session.io.signal);
  try {
    return (await api.call('me', { parameters: {} })).user?.email ?? null;
  } catch (error) {
    if (error instanceof ServerRefusal && error.status === 401)
      throw new Failure('login-refused', { url: server }, error);
    throw error;
  }
};
