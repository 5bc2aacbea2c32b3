/** The routes that the dashboard begins with. */
import { z } from 'zod';
import { boardView, projectInList, queueView, runInList } from './board-views.ts';
import type { Route } from './route.ts';

export const BOARD_ROUTES = {
  projects: {
    method: 'GET',
    path: '/api/v1/projects',
    says: 'The projects that the caller may see.',
    needs: 'self',
    answer: z.array(projectInList),
  },
  board: {
    method: 'GET',
    path: '/api/v1/projects/:project/board',
    says: 'Production, staging and previews of a project, with what is happening there.',
    needs: 'read',
    answer: boardView,
  },
  queue: {
    method: 'GET',
    path: '/api/v1/projects/:project/queue',
    says: 'What runs in a project, what waits and why, what ended last.',
    needs: 'read',
    answer: queueView,
  },
  environmentRuns: {
    method: 'GET',
    path: '/api/v1/environments/:environment/runs',
    says: 'The newest runs of an environment, without their steps.',
    needs: 'read',
    answer: z.array(runInList),
  },
} as const satisfies Record<string, Route>;
