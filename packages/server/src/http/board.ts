import type { FastifyInstance } from 'fastify';
import type { Slipway } from '../flows/slipway.ts';
import { projectByName } from '../store/projects.ts';
import { boardOf, projectList } from '../views/board-view.ts';
import { addRoute } from './api.ts';
import { OPERATOR } from './callers.ts';

export const boardRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  addRoute(app, 'projects', ({ request }) =>
    projectList(slipway.db, request.caller ?? { ...OPERATOR, installation: false }),
  );
  addRoute(app, 'board', async ({ parameters }) =>
    boardOf(slipway.db, await projectByName(slipway.db, parameters['project'] ?? '')),
  );
};
