import { Failure } from '@slipway/contracts/failure';
import type { connectBody } from '@slipway/contracts/shell-views';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { askToConnect, connect, usersOf } from '../flows/connect-as.ts';
import type { ShellTools } from '../flows/shell-tools.ts';
import type { Slipway } from '../flows/slipway.ts';
import { addRoute, type Call } from './api.ts';
import { callerOf, environmentFor, personOf } from './stage-permission.ts';

const MOST_USERS = 200;

/** What the edge hands on. */
const used = z.strictObject({
  host: z.string().min(1).max(255),
  ticket: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  from: z.string().max(100),
});

/** Logging in to an environment without a password. */
export const connectRoutes = (app: FastifyInstance, slipway: Slipway, tools: Pick<ShellTools, 'terminals'>): void => {
  const named = (call: Call) => environmentFor(slipway, call, { id: call.parameters['environment'] ?? '' });
  addRoute(app, 'connect', async (call) => {
    const { user } = call.body as z.output<typeof connectBody>;
    const caller = callerOf(call);
    const environment = await named(call);
    return askToConnect(slipway, { environment, login: user, person: personOf(caller), from: caller.via });
  });
  addRoute(app, 'environmentUsers', async (call) => {
    const search = (call.query['search'] ?? '').toLowerCase();
    return (await usersOf(slipway, await named(call)))
      .filter(({ login, name }) => `${login} ${name}`.toLowerCase().includes(search))
      .slice(0, MOST_USERS)
      .map(({ login, name, active, kind }) => ({ login, name, active, kind }));
  });
  app.post('/internal/connect', async (request) => {
    const parsed = used.safeParse(request.body);
    if (!parsed.success) throw new Failure('connect-ticket', {});
    return connect(slipway, tools, parsed.data);
  });
};
