/** The routes that the dashboard begins with. */
import { z } from 'zod';
import { boardView, projectInList } from './board-views.ts';
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
} as const satisfies Record<string, Route>;
