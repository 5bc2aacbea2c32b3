/** The API about data on a site of its own, and what its tests put there and look at. */
import { parseProjectConfig } from '@slipway/contracts/config-file';
import type { ProjectConfig } from '@slipway/contracts/project-config';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import type { SnapshotKind } from '../../packages/server/src/domain/snapshot.ts';
import { adminRoutes } from '../../packages/server/src/http/admin.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { evidenceRoutes } from '../../packages/server/src/http/evidence.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { storeRoutes } from '../../packages/server/src/http/store.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { recordSnapshot } from '../../packages/server/src/store/snapshots.ts';
import { saveStage } from '../../packages/server/src/store/stages.ts';
import { makeSite, type Shop } from './make-slipway.ts';

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

const STAGED = `version: 1
name: shop
odoo: { series: '19.0', addons: [addons] }
stages: { production: {}, staging: {} }
`;

export const openDataApi = async (serverUrl: string, shop: Shop) => {
  const site = await makeSite(serverUrl, shop);
  const plane = await site.start();
  const { db, logger } = plane.slipway;
  const app = makeServer({ token: new Secret('token'), tokenFile: '/token', logger, newId, db });
  dataRoutes(app, plane.slipway);
  storeRoutes(app, plane.slipway);
  runRoutes(app, plane.slipway);
  previewRoutes(app, plane.slipway);
  const unused = async () => Promise.reject(new Error('not asked for here'));
  const secrets = { listSecrets: unused, setSecret: unused, rotateSecrets: unused };
  const roots = { status: unused, doctor: unused, addProject: unused, ...secrets };
  evidenceRoutes(app, plane.slipway);
  adminRoutes(app, plane.slipway, roots);
  const ask = async (method: Method, path: string, body?: object) => {
    const url = `/api/v1${path}`;
    const headers = { authorization: 'Bearer token' };
    const answer = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  return {
    site,
    plane,
    secrets: plane.secrets,
    db,
    ask,
    /** Over a real socket, for the command line; answers its address. */
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    /** An answer as its bytes. */
    download: async (path: string, payload: object) => {
      const headers = { authorization: 'Bearer token' };
      const answer = await app.inject({ method: 'POST', url: `/api/v1${path}`, headers, payload });
      return { status: answer.statusCode, bytes: answer.rawPayload };
    },
    /** `404 project-unknown: There is no …`. */
    about: async (method: Method, path: string, body?: object) => {
      const answer = await ask(method, path, body);
      return `${answer.status} ${answer.body.code}: ${answer.body.title}`;
    },
    /** From now on slipway.yaml has production and staging. */
    withStages: async (data: Partial<ProjectConfig['data']> = {}) => {
      const parsed = parseProjectConfig(STAGED);
      if (!parsed.ok) throw new Error('the test has a wrong slipway.yaml');
      const config = { ...parsed.config, data: { ...parsed.config.data, ...data } };
      await saveProject(db, { ...(await projectByName(db, 'shop')), config });
    },
    /** A row of the table; nothing in the store. */
    known: async (id: string, kind: SnapshotKind, takenAt = '2026-03-01T10:00:00.000Z') => {
      const environment = 'shop/production';
      await saveStage(db, {
        ...{ id: environment, project: 'shop', stage: 'production', name: 'production', branch: null, state: 'live' },
        ...{ database: 'odoo_production', role: 'odoo_production', host: 'production.localhost', url: null },
      });
      await recordSnapshot(db, {
        ...{ id, kind, takenAt, finishedAt: takenAt, project: 'shop', environment, run: null },
        ...{ reason: 'manual', series: '19.0', modules: 1, rows: 1, files: 0, bytes: 1, storedBytes: 1 },
        ...{ encrypted: true, rules: null, columns: null },
      });
    },
    runs: () =>
      query<{ id: string; kind: string; environment: string; requestedBy: string; sha: string | null; facts: object }>(
        db,
        'select id, kind, environment, requested_by as "requestedBy", sha, facts from ops.runs',
      ),
    audited: (what: string | null = null) =>
      query(db, 'select who, target, details from ops.audit_log where $1::text is null or what = $1 order by id', [
        what,
      ]),
    close: async () => {
      await app.close();
      await site.remove();
    },
  };
};
