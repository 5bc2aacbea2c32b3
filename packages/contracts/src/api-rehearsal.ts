/** The routes about rehearsals: a part of the route table, see api.ts. */
import { z } from 'zod';
import { pageQuery } from './api-page.ts';
import { rehearsalView } from './rehearsal-views.ts';
import type { Route } from './route.ts';

export const rehearseBody = z.strictObject({
  fresh: z.boolean().default(false).describe('Take a new snapshot of production first, whatever there is.'),
});

export const REHEARSAL_ROUTES = {
  rehearse: {
    method: 'POST',
    path: '/api/v1/projects/:project/rehearsals',
    needs: 'staging',
    says: 'Carries out the update to what staging runs on a fresh sanitised copy of production, measures it, and throws the copy away.',
    scope: 'promote',
    body: rehearseBody,
    answer: z.object({ run: z.string() }),
  },
  rehearsals: {
    method: 'GET',
    path: '/api/v1/projects/:project/rehearsals',
    says: 'The rehearsals of a project that have ended, newest first.',
    query: z.object(pageQuery),
    answer: z.array(rehearsalView),
  },
  rehearsal: {
    method: 'GET',
    path: '/api/v1/projects/:project/rehearsals/:rehearsal',
    says: 'One rehearsal, by the id of its run.',
    answer: rehearsalView,
  },
} as const satisfies Record<string, Route>;
