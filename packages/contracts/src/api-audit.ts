/** The routes about the API itself and about who did what with it: a part of the route table, see api.ts. */
import { z } from 'zod';
import { pageQuery } from './api-page.ts';
import { auditView } from './audit-view.ts';
import type { Route } from './route.ts';

const query = z.object({
  who: z.string().max(200).optional().describe('Of this person or program only.'),
  what: z
    .string()
    .max(100)
    .optional()
    .describe('Only this act, such as preview.open; preview. means all about previews.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Not before this time.'),
  ...pageQuery,
});

export const AUDIT_ROUTES = {
  audit: {
    method: 'GET',
    path: '/api/v1/audit',
    says: 'Who did what, in all projects and to the installation, newest first; also what was refused.',
    scope: 'admin',
    needs: 'installation',
    query,
    answer: z.array(auditView),
  },
  projectAudit: {
    method: 'GET',
    path: '/api/v1/projects/:project/audit',
    says: 'Who did what to a project, newest first; also what was refused.',
    scope: 'admin',
    needs: 'settings',
    query,
    answer: z.array(auditView),
  },
  openapi: {
    method: 'GET',
    path: '/api/v1/openapi.json',
    says: 'This API as an OpenAPI 3.1 document.',
    needs: 'nobody',
    answer: z.record(z.string(), z.unknown()),
  },
} as const satisfies Record<string, Route>;
