import type { glassBody } from '@slipway/contracts/shell-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { environmentId } from '../domain/names.ts';
import { closeOpenGlass, openGlass } from '../flows/break-glass.ts';
import { requireOwnProduction } from '../flows/request-production.ts';
import type { Slipway } from '../flows/slipway.ts';
import { listGlasses } from '../store/break-glass.ts';
import type { Environment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import { addRoute, type Call } from './api.ts';
import { callerOf, environmentFor, personOf } from './stage-permission.ts';

/** Production, opened to shells for a time and a reason. */
export const glassRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const production = async (call: Call): Promise<Environment> => {
    const id = environmentId(call.parameters['project'] ?? '', 'production');
    const found = await environmentFor(slipway, call, { id, needed: 'production' });
    requireOwnProduction(await projectByName(slipway.db, found.project));
    return found;
  };
  addRoute(app, 'openGlass', async (call) => {
    const body = call.body as z.output<typeof glassBody>;
    const { id } = await production(call);
    const caller = callerOf(call);
    return openGlass(slipway, { ...body, environment: id, person: personOf(caller), from: caller.via });
  });
  addRoute(app, 'glasses', async (call) => {
    const openAt = call.query['open'] === 'true' ? slipway.clock.now().toISOString() : null;
    return listGlasses(slipway.db, (await production(call)).id, openAt);
  });
  addRoute(app, 'closeGlass', async (call) => {
    const { id } = await production(call);
    const caller = callerOf(call);
    const closing = { environment: id, id: call.parameters['glass'] ?? '', person: personOf(caller), from: caller.via };
    return closeOpenGlass(slipway, closing);
  });
};
