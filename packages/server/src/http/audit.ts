import { Failure } from '@slipway/contracts/failure';
import { openApiDocument } from '@slipway/contracts/openapi';
import type { FastifyInstance } from 'fastify';
import type { Slipway } from '../flows/slipway.ts';
import { projectByName } from '../store/projects.ts';
import { auditViews } from '../views/audit-view.ts';
import { addRoute, type Call } from './api.ts';
import { OPERATOR } from './callers.ts';
import { pageOf } from './page.ts';

/** Who did what; and what can be asked at all. */
export const auditRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const rows = (call: Call, project: string | null) =>
    pageOf(
      call,
      (limit, after) => {
        if (after !== null && !/^\d{1,15}$/.test(after))
          throw new Failure('payload-invalid', { reason: 'cursor: not one of a header Link' });
        const { who = null, what = null, since = null } = call.query;
        const { organisation } = call.request.caller ?? OPERATOR;
        return auditViews(slipway.db, {
          ...{ project, who, what, since, organisation, limit },
          after: after === null ? null : Number(after),
        });
      },
      { keyOf: ({ id }) => String(id) },
    );
  addRoute(app, 'audit', (call) => rows(call, null));
  addRoute(app, 'projectAudit', async (call) =>
    rows(call, (await projectByName(slipway.db, call.parameters['project'] ?? '')).name),
  );
  const document = openApiDocument();
  addRoute(app, 'openapi', async () => document);
};
