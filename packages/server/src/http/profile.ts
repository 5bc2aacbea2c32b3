import type { addressBody, profileBody } from '@slipway/contracts/people-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { setAddress, setName } from '../store/profiles.ts';
import { inTransaction } from '../store/queryable.ts';
import { findUser } from '../store/users.ts';
import { addressOf } from './address.ts';
import { addRoute } from './api.ts';
import { type Desk, ownSession, type People, requirePassword } from './sign-in-desk.ts';

/** What people change about themselves, and only signed in: a token that leaks becomes nobody else. */
export const profileRoutes = (app: FastifyInstance, slipway: Slipway, people: People): void => {
  const desk: Desk = { ...people, slipway };
  addRoute(app, 'changeProfile', (call) => {
    const { name } = call.body as z.output<typeof profileBody>;
    const { user, email } = ownSession(call);
    return inTransaction(slipway.db, async (db) => {
      const { name: before } = await findUser(db, user);
      await setName(db, user, name);
      const entry = { who: email, what: 'profile.change', target: email, from: addressOf(call.request) };
      await recordAudit(db, { ...entry, details: { name: { from: before, to: name } } });
      return { done: true as const };
    });
  });
  addRoute(app, 'changeAddress', async (call) => {
    const { email: to, password } = call.body as z.output<typeof addressBody>;
    const { user, email } = ownSession(call);
    await requirePassword(desk, call, password);
    return inTransaction(slipway.db, async (db) => {
      if (to !== email) await setAddress(db, { user, email: to, now: slipway.clock.now().toISOString() });
      const entry = { who: email, what: 'profile.change', target: to, from: addressOf(call.request) };
      await recordAudit(db, { ...entry, details: { email: { from: email, to } } });
      return { done: true as const };
    });
  });
};
