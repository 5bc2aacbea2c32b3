import { readFileSync } from 'node:fs';
import { Failure } from '@slipway/contracts/failure';
import { publicUrl, type Settings } from '../config.ts';
import { Secret } from '../domain/secret.ts';
import { openSignIn, type ProviderKeys } from '../drivers/sign-in/index.ts';
import { makeSetupLink } from '../flows/people.ts';
import type { Slipway } from '../flows/slipway.ts';
import { setupUrl } from '../http/people.ts';
import type { People } from '../http/sign-in-desk.ts';
import { dataPaths } from '../paths.ts';
import type { SignInRules } from '../ports/sign-in.ts';
import { recordAudit } from '../store/audit.ts';
import { acceptInvitation, openInvitationOf } from '../store/invitations.ts';
import { inTransaction } from '../store/queryable.ts';
import { activeAccount } from '../store/users.ts';
import { signInKey } from './identity.ts';

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** Origins of our own pages: the dashboard behind the edge, and the API's own address by each name of this machine. */
export const ownOrigins = (
  settings: Pick<Settings, 'scheme' | 'publicPort' | 'domain' | 'api' | 'edge'>,
): Set<string> => {
  const { api, edge } = settings;
  const all = [
    publicUrl(settings, settings.domain),
    `http://${api.host}:${api.port}`,
    ...LOCAL.flatMap((host) => [`http://${host}:${api.port}`, `http://${host}:${edge.port}`]),
  ];
  // As a browser writes it: without the scheme's own port.
  return new Set(all.filter((text) => URL.canParse(text)).map((text) => new URL(text).origin));
};

export const signInRules = (slipway: Pick<Slipway, 'db' | 'clock'>): SignInRules => {
  const now = (): string => slipway.clock.now().toISOString();
  return {
    mayOpen: async (user) => (await activeAccount(slipway.db, user)) !== null,
    mayJoin: async (email) => (await openInvitationOf(slipway.db, email, now())) !== null,
    joined: (user, email) =>
      inTransaction(slipway.db, async (db) => {
        const invitation = await openInvitationOf(db, email, now());
        if (invitation === null || !(await acceptInvitation(db, invitation, user, now()))) return;
        const details = { invitation: invitation.id, installation: invitation.installation, roles: invitation.roles };
        await recordAudit(db, { who: email, what: 'invitation.accept', target: email, details });
      }),
  };
};

export const openPeople = (slipway: Slipway, settings: Settings): People => {
  const origin = publicUrl(settings, settings.domain);
  const { github, oidc } = settings.signIn;
  const signIn = openSignIn({
    pool: slipway.db,
    key: signInKey(dataPaths(settings.data).signInKey),
    origin: new URL(origin).origin,
    origins: [...ownOrigins(settings)],
    rules: signInRules(slipway),
    github: github === null ? undefined : keysOf(github),
    oidc: oidc === null ? undefined : { ...keysOf(oidc), issuer: oidc.issuer, name: oidc.name },
    warn: (what) => slipway.logger.warn({ what }, 'signing in'),
  });
  return { signIn, origin: new URL(origin).origin };
};

/** Failure: usage, naming the file. */
const keysOf = (keys: { readonly clientId: string; readonly secretFile: string }): ProviderKeys => {
  try {
    return { clientId: keys.clientId, clientSecret: new Secret(readFileSync(keys.secretFile, 'utf8').trim()) };
  } catch (error) {
    throw new Failure('usage', { reason: `${keys.secretFile} cannot be read: ${(error as Error).message}` }, error);
  }
};

/** Where the first account is made; null: there is one. Each start makes a new link, until one was used. */
export const setupAddress = async (slipway: Slipway, people: People): Promise<string | null> => {
  const link = await makeSetupLink(slipway);
  return link === null ? null : setupUrl(people.origin, link.token);
};
