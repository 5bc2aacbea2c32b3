import type { rehearseBody } from '@slipway/contracts/api-rehearsal';
import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { requestRehearsal } from '../flows/request-rehearsal.ts';
import type { Slipway } from '../flows/slipway.ts';
import { projectByName } from '../store/projects.ts';
import { listRehearsals, rehearsal } from '../store/rehearsals.ts';
import { rehearsalView } from '../views/rehearsal-view.ts';
import { addRoute, type Call } from './api.ts';

const PAGE = 20;

export const rehearsalRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const named = async (call: Call): Promise<string> =>
    (await projectByName(slipway.db, call.parameters['project'] ?? '')).name;
  addRoute(app, 'rehearse', async (call) => {
    const { fresh } = call.body as z.output<typeof rehearseBody>;
    const project = await named(call);
    return { run: await requestRehearsal(slipway, { project, renew: fresh, requestedBy: call.who }) };
  });
  addRoute(app, 'rehearsals', async (call) => {
    const limit = Math.max(1, Number(call.query['limit'] ?? PAGE));
    return (await listRehearsals(slipway.db, await named(call), limit)).map(rehearsalView);
  });
  addRoute(app, 'rehearsal', async (call) => {
    const [project, id] = [await named(call), call.parameters['rehearsal'] ?? ''];
    const found = await rehearsal(slipway.db, project, id);
    if (found === null) throw new Failure('rehearsal-unknown', { rehearsal: id, project });
    return rehearsalView(found);
  });
};
