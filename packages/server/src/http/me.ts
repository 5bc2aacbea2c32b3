import { randomBytes } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { myTokenBody } from '@slipway/contracts/people-views';
import { seconds } from '@slipway/contracts/project-config';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { listOwnTokens, revokeOwnToken, saveOwnToken } from '../store/own-tokens.ts';
import { projectByName } from '../store/projects.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { endSession, listSessions } from '../store/sessions.ts';
import { activeAccount, anyUsers, endSessions } from '../store/users.ts';
import { addressOf } from './address.ts';
import { addRoute, type Call } from './api.ts';
import { hashOfToken, TOKEN_PREFIX } from './callers.ts';
import { ownSession } from './sign-in-desk.ts';

const BYTES = 32;

export const meRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'me', async (call) => {
    const { caller } = call.request;
    if (caller === null) throw new Failure('session-needed', {});
    const account = caller.user === null ? null : await activeAccount(slipway.db, caller.user);
    const user =
      account === null
        ? null
        : { id: account.id, name: account.name, email: account.email, twoFactor: account.twoFactor };
    const { via, installation, roles } = caller;
    return { user, via, installation, roles, setup: !(await anyUsers(slipway.db)) };
  });
  addRoute(app, 'mySessions', (call) => listSessions(slipway.db, accountOf(call), call.request.session));
  addRoute(app, 'endMySession', (call) => {
    const { user, email, session: own } = ownSession(call);
    const { session = '' } = call.parameters;
    return inTransaction(slipway.db, async (db) => {
      let ended = 1;
      if (session === 'others') ended = await endSessions(db, user, own);
      else await endSession(db, user, session);
      const entry = { who: email, what: 'session.end', target: email, from: addressOf(call.request) };
      await recordAudit(db, { ...entry, details: { session, ended } });
      return { ended };
    });
  });
  tokenRoutes(app, slipway);
};

const tokenRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'myTokens', (call) => listOwnTokens(slipway.db, accountOf(call)));
  addRoute(app, 'createMyToken', async (call) => {
    const { user, email } = ownSession(call);
    const { name, scopes, projects, expires } = call.body as z.output<typeof myTokenBody>;
    const token = `${TOKEN_PREFIX}${randomBytes(BYTES).toString('base64url')}`;
    const until = expires === 'never' ? null : slipway.clock.now().getTime() + seconds(expires) * 1000;
    const expiresAt = until === null ? null : new Date(until).toISOString();
    return inTransaction(slipway.db, async (db) => {
      for (const project of projects ?? []) await requireReach(db, call, project);
      const saved = await saveOwnToken(db, {
        ...{ id: slipway.newId('tok'), name, user, email, scopes: [...new Set(scopes)], projects, expiresAt },
        sha256: hashOfToken(token),
      });
      const details = { id: saved.id, scopes, projects, expiresAt };
      await recordAudit(db, { who: email, what: 'token.create', target: name, from: addressOf(call.request), details });
      return { ...saved, token };
    });
  });
  addRoute(app, 'revokeMyToken', (call) => {
    const { user, email } = ownSession(call);
    return inTransaction(slipway.db, async (db) => {
      const revoked = await revokeOwnToken(db, user, call.parameters['token'] ?? '');
      const entry = { who: email, what: 'token.revoke', target: revoked.name, from: addressOf(call.request) };
      await recordAudit(db, { ...entry, details: { id: revoked.id } });
      return revoked;
    });
  });
};

/** Whose account it is, of a session or of a personal token. Failure: session-needed. */
const accountOf = (call: Call): string => {
  const user = call.request.caller?.user ?? null;
  if (user === null) throw new Failure('session-needed', {});
  return user;
};

/** Whoever has no role in a project is not told whether there is one. Failure: project-unknown. */
const requireReach = async (db: Queryable, call: Call, project: string): Promise<void> => {
  const { caller } = call.request;
  if (caller?.installation === true) await projectByName(db, project);
  else if (!Object.hasOwn(caller?.roles ?? {}, project))
    throw new Failure('project-unknown', { project, known: Object.keys(caller?.roles ?? {}).join(', ') || 'none' });
};
