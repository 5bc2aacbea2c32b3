import type { rehearseBody } from '@slipway/contracts/api-rehearsal';
import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { requestRehearsal } from '../flows/request-rehearsal.ts';
import type { Slipway } from '../flows/slipway.ts';
import { projectByName } from '../store/projects.ts';
import { listRehearsals, type Rehearsal, rehearsal } from '../store/rehearsals.ts';
import { rehearsalView } from '../views/rehearsal-view.ts';
import { addRoute, type Call } from './api.ts';
import { pageOf } from './page.ts';

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
    const name = await named(call);
    const page = { keyOf: ({ id }: Rehearsal) => id, page: PAGE };
    return (await pageOf(call, (limit, after) => listRehearsals(slipway.db, name, limit, after), page)).map(
      rehearsalView,
    );
  });
  addRoute(app, 'rehearsal', async (call) => {
    const [project, id] = [await named(call), call.parameters['rehearsal'] ?? ''];
    const found = await rehearsal(slipway.db, project, id);
    if (found === null) throw new Failure('rehearsal-unknown', { rehearsal: id, project });
    return rehearsalView(found);
  });
};
