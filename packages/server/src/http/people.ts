import { Failure } from '@slipway/contracts/failure';
import type {
  acceptBody,
  invitationBody,
  lookBody,
  newPasswordBody,
  resetBody,
  setupBody,
  UserView,
  userBody,
} from '@slipway/contracts/people-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  chooseNewPassword,
  completeSetup,
  hashOfLink,
  inDays,
  joinByInvitation,
  makeSetupLink,
  newLinkToken,
} from '../flows/people.ts';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { listInvitations, openInvitation, revokeInvitation, saveInvitation } from '../store/invitations.ts';
import { removeRole, setRole } from '../store/memberships.ts';
import { saveLink } from '../store/one-time-links.ts';
import { projectByName } from '../store/projects.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { anyUsers, changeUser, findUser, listUsers, removeSecondFactor, removeUser } from '../store/users.ts';
import { addressOf } from './address.ts';
import { addRoute, type Call } from './api.ts';
import { askLibrary } from './sign-in-answers.ts';
import type { People } from './sign-in-desk.ts';

const INVITATION_DAYS = 7;
const RESET_DAYS = 1;

export const setupUrl = (origin: string, token: string): string => `${origin}/setup#token=${token}`;

export const peopleRoutes = (app: FastifyInstance, slipway: Slipway, people: People): void => {
  const openSession = async (call: Call, email: string, password: string) => {
    const answer = await askLibrary(people.signIn, people.origin, call, {
      path: '/sign-in/email',
      body: { email, password },
    });
    // The account is there: where an address asked too often, its owner signs in a minute later.
    return { signedIn: answer.status === 200 };
  };
  addRoute(app, 'setup', async () => ({ needed: !(await anyUsers(slipway.db)) }));
  addRoute(app, 'completeSetup', async (call) => {
    const body = call.body as z.output<typeof setupBody>;
    await completeSetup(slipway, people.signIn, { ...body, from: addressOf(call.request) });
    return openSession(call, body.email, body.password);
  });
  addRoute(app, 'newSetupLink', async (call) => {
    const link = await makeSetupLink(slipway);
    if (link === null) throw new Failure('setup-over', {});
    await recordAudit(slipway.db, { who: call.who, what: 'setup.link', target: 'installation' });
    return { link: setupUrl(people.origin, link.token), expiresAt: link.expiresAt };
  });
  addRoute(app, 'acceptInvitation', async (call) => {
    const body = call.body as z.output<typeof acceptBody>;
    const email = await joinByInvitation(slipway, people.signIn, { ...body, from: addressOf(call.request) });
    return openSession(call, email, body.password);
  });
  addRoute(app, 'newPassword', async (call) => {
    const body = call.body as z.output<typeof newPasswordBody>;
    await chooseNewPassword(slipway, people.signIn, { ...body, from: addressOf(call.request) });
    return { done: true };
  });
  invitationRoutes(app, slipway, people);
  userRoutes(app, slipway, people);
};

const invitationRoutes = (app: FastifyInstance, slipway: Slipway, { origin }: People): void => {
  const now = (): string => slipway.clock.now().toISOString();
  addRoute(app, 'invitations', () => listInvitations(slipway.db, now()));
  addRoute(app, 'invite', (call) => {
    const { email, name, installation, roles } = call.body as z.output<typeof invitationBody>;
    const token = newLinkToken();
    return inTransaction(slipway.db, async (db) => {
      for (const project of Object.keys(roles)) await projectByName(db, project);
      const invitation = {
        ...{ id: slipway.newId('inv'), email, name, installation, roles },
        ...{ sha256: hashOfLink(token), createdBy: call.who, expiresAt: inDays(slipway, INVITATION_DAYS) },
      };
      const saved = await saveInvitation(db, invitation, now());
      const details = { id: saved.id, installation, roles };
      await recordAudit(db, { who: call.who, what: 'invitation.create', target: email, details });
      return { ...saved, link: `${origin}/invitation#token=${token}` };
    });
  });
  addRoute(app, 'revokeInvitation', (call) =>
    inTransaction(slipway.db, async (db) => {
      const revoked = await revokeInvitation(db, call.parameters['invitation'] ?? '', now());
      const details = { id: revoked.id };
      await recordAudit(db, { who: call.who, what: 'invitation.revoke', target: revoked.email, details });
      return revoked;
    }),
  );
  addRoute(app, 'lookAtInvitation', async (call) => {
    const { token } = call.body as z.output<typeof lookBody>;
    const { email, name, installation, roles, expiresAt } = await openInvitation(slipway.db, hashOfLink(token), now());
    return { email, name, installation, roles, expiresAt };
  });
};

const userRoutes = (app: FastifyInstance, slipway: Slipway, { origin }: People): void => {
  addRoute(app, 'users', () => listUsers(slipway.db));
  addRoute(app, 'setUser', (call) => {
    const { roles, ...rights } = call.body as z.output<typeof userBody>;
    return inTransaction(slipway.db, async (db) => {
      const user = await findUser(db, call.parameters['user'] ?? '');
      if (rights.installation === false && user.installation) requireOther(call, user, 'stops being an administrator');
      if (rights.active === false) requireOther(call, user, 'switches an account off');
      if (rights.installation !== undefined || rights.active !== undefined) await changeUser(db, user, rights);
      const changed = await giveRoles(db, { user: user.id, roles, by: call.who });
      const details = { ...rights, roles: changed };
      await recordAudit(db, { who: call.who, what: 'user.change', target: user.email, details });
      return findUser(db, user.id);
    });
  });
  addRoute(app, 'removeUser', (call) =>
    inTransaction(slipway.db, async (db) => {
      const user = await findUser(db, call.parameters['user'] ?? '');
      requireOther(call, user, 'removes an account');
      await removeUser(db, user);
      await recordAudit(db, { who: call.who, what: 'user.remove', target: user.email, details: { id: user.id } });
      return { removed: user.email };
    }),
  );
  addRoute(app, 'removeSecondFactor', (call) =>
    inTransaction(slipway.db, async (db) => {
      const user = await findUser(db, call.parameters['user'] ?? '');
      await removeSecondFactor(db, user.id);
      await recordAudit(db, { who: call.who, what: 'second-factor.remove', target: user.email });
      return findUser(db, user.id);
    }),
  );
  addRoute(app, 'resetPassword', (call) => {
    const { second_factor: secondFactor } = call.body as z.output<typeof resetBody>;
    const token = newLinkToken();
    const expiresAt = inDays(slipway, RESET_DAYS);
    return inTransaction(slipway.db, async (db) => {
      const user = await findUser(db, call.parameters['user'] ?? '');
      const link = { id: slipway.newId('link'), purpose: 'reset-password', user: user.id } as const;
      await saveLink(db, { ...link, sha256: hashOfLink(token), expiresAt });
      if (secondFactor === 'remove') await removeSecondFactor(db, user.id);
      await recordAudit(db, { who: call.who, what: 'password.link', target: user.email, details: { secondFactor } });
      return { link: `${origin}/password#token=${token}`, expiresAt };
    });
  });
};

/** Nobody shuts themselves out by a wrong row in a list. Failure: own-account. */
const requireOther = ({ request }: Call, { id, email }: UserView, does: string): void => {
  if (request.caller?.user === id) throw new Failure('own-account', { user: email, does });
};

/** What became of each role: from, to. Failure: project-unknown. */
const giveRoles = async (
  db: Queryable,
  {
    user,
    roles,
    by,
  }: { readonly user: string; readonly roles: z.output<typeof userBody>['roles']; readonly by: string },
): Promise<Record<string, { readonly from: string | null; readonly to: string | null }>> => {
  const changed: Record<string, { from: string | null; to: string | null }> = {};
  for (const [name, role] of Object.entries(roles)) {
    const project = (await projectByName(db, name)).name;
    const from = role === null ? await removeRole(db, user, project) : await setRole(db, { user, project, role, by });
    changed[project] = { from, to: role };
  }
  return changed;
};
