/** How accounts come to be. Each is one transaction: a link that was used and an account that was not made cannot be. */
import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import { passwordProblem } from '../domain/password.ts';
import type { SignIn } from '../ports/sign-in.ts';
import { recordAudit } from '../store/audit.ts';
import { acceptInvitation, openInvitation } from '../store/invitations.ts';
import { saveLink, takeLink } from '../store/one-time-links.ts';
import { inTransaction, type Queryable, query } from '../store/queryable.ts';
import { anyUsers, endSessions, findUser, makeUser, setPassword } from '../store/users.ts';
import type { Slipway } from './slipway.ts';

const DAY = 24 * 60 * 60 * 1000;
const TOKEN_BYTES = 32;

export const hashOfLink = (token: string): Buffer => createHash('sha256').update(token).digest();
export const newLinkToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
export const inDays = (slipway: Slipway, days: number): string =>
  new Date(slipway.clock.now().getTime() + days * DAY).toISOString();
const nowOf = (slipway: Slipway): string => slipway.clock.now().toISOString();

/** Failure: password-weak. */
export const requireGoodPassword = (
  password: string,
  person: { readonly email: string; readonly name: string },
): void => {
  const reason = passwordProblem(password, person);
  if (reason !== null) throw new Failure('password-weak', { reason });
};

export interface Link {
  readonly token: string;
  readonly expiresAt: string;
}

/** A new link for the first account; the one before is worth nothing. Null: there is an account. */
export const makeSetupLink = (slipway: Slipway): Promise<Link | null> =>
  inTransaction(slipway.db, async (db) => {
    if (await anyUsers(db)) return null;
    const token = newLinkToken();
    const expiresAt = inDays(slipway, 7);
    await saveLink(db, {
      ...{ id: slipway.newId('link'), purpose: 'setup', user: null },
      ...{ sha256: hashOfLink(token), expiresAt },
    });
    return { token, expiresAt };
  });

export interface Newcomer {
  readonly token: string;
  readonly name: string;
  readonly password: string;
}

/** The first account. Failures: setup-over, link-worthless, password-weak. */
export const completeSetup = (
  slipway: Slipway,
  signIn: SignIn,
  asked: Newcomer & { readonly email: string; readonly from: string },
): Promise<void> =>
  inTransaction(slipway.db, async (db) => {
    // Two who come at once come one after the other, whatever links they have.
    await query(db, 'lock table ops.users in share row exclusive mode');
    if (await anyUsers(db)) throw new Failure('setup-over', {});
    await takeLink(db, { purpose: 'setup', sha256: hashOfLink(asked.token), now: nowOf(slipway) });
    await makeAccount(slipway, signIn, db, { ...asked, administrator: true });
    await recordAudit(db, { who: asked.email, what: 'installation.set-up', target: asked.email, from: asked.from });
  });

/** Failures: link-worthless, password-weak, user-exists. Answers the address of the account. */
export const joinByInvitation = (
  slipway: Slipway,
  signIn: SignIn,
  asked: Newcomer & { readonly from: string },
): Promise<string> =>
  inTransaction(slipway.db, async (db) => {
    const now = nowOf(slipway);
    const invitation = await openInvitation(db, hashOfLink(asked.token), now);
    const { email, installation, roles } = invitation;
    const user = await makeAccount(slipway, signIn, db, { ...asked, email, administrator: installation });
    if (!(await acceptInvitation(db, invitation, user, now))) throw new Failure('link-worthless', {});
    const details = { invitation: invitation.id, installation, roles };
    await recordAudit(db, { who: email, what: 'invitation.accept', target: email, from: asked.from, details });
    return email;
  });

const makeAccount = async (
  slipway: Slipway,
  signIn: SignIn,
  db: Queryable,
  person: Newcomer & { readonly email: string; readonly administrator: boolean },
): Promise<string> => {
  requireGoodPassword(person.password, person);
  const { name, email, administrator } = person;
  const id = slipway.newId('user');
  await makeUser(db, { id, name, email, administrator, passwordHash: await signIn.hashPassword(person.password) });
  return id;
};

/** Failures: link-worthless, password-weak. */
export const chooseNewPassword = (
  slipway: Slipway,
  signIn: SignIn,
  asked: { readonly token: string; readonly password: string; readonly from: string },
): Promise<void> =>
  inTransaction(slipway.db, async (db) => {
    const link = { purpose: 'reset-password', sha256: hashOfLink(asked.token), now: nowOf(slipway) } as const;
    const user = await findUser(db, (await takeLink(db, link)) ?? '');
    requireGoodPassword(asked.password, user);
    await setPassword(db, user.id, await signIn.hashPassword(asked.password));
    await endSessions(db, user.id);
    await recordAudit(db, { who: user.email, what: 'password.reset', target: user.email, from: asked.from });
  });
