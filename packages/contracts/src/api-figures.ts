/** The routes about business figures: a part of the route table, see api.ts. */
import { z } from 'zod';
import { databaseUrl } from './database-url.ts';
import { figuresView } from './invariants-views.ts';

export const invariantsBody = z.union([
  z.strictObject({ environment: z.string().min(1) }),
  z.strictObject({
    url: databaseUrl,
  }),
]);

export const FIGURES_ROUTES = {
  measureInvariants: {
    method: 'POST',
    path: '/api/v1/invariants/measure',
    needs: 'self',
    of: 'list',
    says: "Measures the business figures of an environment, with the project's own, or those of any other database. Changes nothing.",
    body: invariantsBody,
    answer: figuresView,
  },
} as const;
