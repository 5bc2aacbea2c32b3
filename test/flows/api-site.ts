/** Every route with its real handler, on a site of its own whose drivers are in memory: what a test asks as any client would. */

import { readSettings } from '../../packages/server/src/config.ts';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { AdminClient } from '../../packages/server/src/drivers/databases/postgres/client.ts';
import { openTransactions } from '../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { adminRoutes } from '../../packages/server/src/http/admin.ts';
import { auditRoutes } from '../../packages/server/src/http/audit.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { environmentRoutes } from '../../packages/server/src/http/environments.ts';
import { evidenceRoutes } from '../../packages/server/src/http/evidence.ts';
import { internalRoutes } from '../../packages/server/src/http/internal.ts';
import { invariantsRoutes } from '../../packages/server/src/http/invariants.ts';
import type { Limits } from '../../packages/server/src/http/limits.ts';
import { mailRoutes } from '../../packages/server/src/http/mails.ts';
import { neutralisationRoutes } from '../../packages/server/src/http/neutralisation.ts';
import { noticeRoutes } from '../../packages/server/src/http/notices.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { productionRoutes } from '../../packages/server/src/http/production.ts';
import { promotionRoutes } from '../../packages/server/src/http/promotions.ts';
import { rehearsalRoutes } from '../../packages/server/src/http/rehearsals.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { storeRoutes } from '../../packages/server/src/http/store.ts';
import { tokenRoutes } from '../../packages/server/src/http/tokens.ts';
import type { SqlDatabases } from '../../packages/server/src/ports/sql-databases.ts';
import { openAdministration } from '../../packages/server/src/start/administration.ts';
import { openNotifiers } from '../../packages/server/src/start/notifiers.ts';
import { tokenOwner } from '../../packages/server/src/store/tokens.ts';
import { equipWithData } from './data-equipment.ts';
import { type ControlPlane, type Equip, makeSite, type Shop, type Site } from './make-slipway.ts';

export const OPERATOR_TOKEN = 'token';

/** The API of a control plane that runs on the site; another one after it is a restart. */
export const serveApi = (site: Site, plane: ControlPlane, limits?: Limits) => {
  const { slipway } = plane;
  const { db, logger } = slipway;
  const app = makeServer({
    ...{ token: new Secret(OPERATOR_TOKEN), tokenFile: '/token', logger, newId, db },
    findToken: (sha256) => tokenOwner(db, sha256, slipway.clock.now().toISOString()),
    ...(limits === undefined ? {} : { limits }),
  });
  for (const routes of [
    ...[previewRoutes, neutralisationRoutes, invariantsRoutes, runRoutes, dataRoutes, productionRoutes, evidenceRoutes],
    ...[storeRoutes, mailRoutes, promotionRoutes, rehearsalRoutes, tokenRoutes, auditRoutes, internalRoutes],
  ])
    routes(app, slipway);
  environmentRoutes(app, slipway, plane.drivers.usage);
  noticeRoutes(app, slipway, openNotifiers(slipway.ports.secrets, slipway.instance));
  const settings = readSettings({ SLIPWAY_DATA: site.data, DOCKER_HOST: '' });
  const facts = {
    settings,
    secrets: plane.secrets,
    managed: false,
    startedAt: new Date(),
    projectAdded: async () => {},
  };
  adminRoutes(app, slipway, openAdministration(slipway, facts));
  return app;
};

export type ApiSite = Awaited<ReturnType<typeof openApiSite>>;

export const openApiSite = async (serverUrl: string, shop: Shop, limits?: Limits) => {
  // Addresses that a caller gives are asked as they are for users.
  const admin = new AdminClient(new Secret(serverUrl));
  const addressed = openTransactions(admin);
  const equip: Equip = (at) => {
    const { drivers, ports } = equipWithData(at);
    const own = drivers.sql ?? at.drivers.sql;
    const read: SqlDatabases['read'] = (login, work) => ('url' in login ? addressed : own).read(login, work);
    return { drivers: { ...drivers, sql: { write: own.write, read } }, ports };
  };
  const site = await makeSite(serverUrl, shop, equip);
  const plane = await site.start();
  const app = serveApi(site, plane, limits);
  return {
    ...{ site, plane, app, db: plane.slipway.db },
    close: async () => {
      await app.close();
      await site.remove();
      await admin.end();
    },
  };
};
