import type { FastifyInstance } from 'fastify';
import type { Slipway } from '../flows/slipway.ts';
import { environment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import { reading } from '../store/reading.ts';
import { unknownEnvironment } from '../store/unknown.ts';
import { boardOf, projectList } from '../views/board-view.ts';
import { queueOf, runsOfEnvironment } from '../views/queue-view.ts';
import { addRoute } from './api.ts';
import { OPERATOR } from './callers.ts';

export const boardRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'projects', ({ request }) =>
    projectList(slipway.db, request.caller ?? { ...OPERATOR, installation: false }),
  );
  addRoute(app, 'board', async ({ parameters }) =>
    boardOf(slipway.db, await projectByName(slipway.db, parameters['project'] ?? '')),
  );
  addRoute(app, 'queue', async ({ parameters, sight }) =>
    queueOf(slipway.db, (await projectByName(slipway.db, parameters['project'] ?? '')).id, (work) =>
      reading(slipway.db, sight, work),
    ),
  );
  addRoute(app, 'environmentRuns', async ({ parameters, sight }) => {
    const id = parameters['environment'] ?? '';
    if ((await environment(slipway.db, id)) === null) throw await unknownEnvironment(slipway.db, id, sight);
    return runsOfEnvironment(slipway.db, id, (work) => reading(slipway.db, sight, work));
  });
};
