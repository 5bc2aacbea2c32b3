import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { loggedIn, loginRequest } from '../odoo/log-in.ts';
import { defineStep, done } from './step.ts';

/** Logs in as the administrator, as a person would: what was restored is of use only if somebody can get in. */
export const logIn = defineStep({
  kind: 'log-in',
  input: z.strictObject({
    environment: z.string(),
    slot: z.enum(['blue', 'green']),
    database: z.string(),
    user: z.string(),
  }),
  limit: () => 120,
  run: async ({ environment, slot, database, user }, { ports }) => {
    const state = await ports.workload.state({ environment, slot });
    if (state.kind !== 'running') throw new Failure('odoo-boot-failed', { reason: `its container is ${state.kind}` });
    const password = await ports.secrets.ensure(environment, 'admin-password');
    const answer = await ports.probe.post(
      state.upstream,
      '/web/session/authenticate',
      loginRequest({ database, user, password }),
    );
    const wrong = loggedIn(answer);
    if (wrong !== null) throw new Failure('odoo-not-ready', { seconds: 0, reason: `login as ${user}: ${wrong}` });
    return done(`logged in as ${user}`);
  },
});
