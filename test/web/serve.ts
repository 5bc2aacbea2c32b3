/** A control plane in memory with much in it, and its dashboard as it is built. `node test/web/serve.ts` keeps it up to be looked at. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { boardRoutes } from '../../packages/server/src/http/board.ts';
import { openDashboard } from '../../packages/server/src/http/dashboard.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { environmentRoutes } from '../../packages/server/src/http/environments.ts';
import { mailRoutes } from '../../packages/server/src/http/mails.ts';
import { meRoutes } from '../../packages/server/src/http/me.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { productionRoutes } from '../../packages/server/src/http/production.ts';
import { promotionRoutes } from '../../packages/server/src/http/promotions.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { makeShop, makeSite } from '../flows/make-slipway.ts';
import { startPostgres } from '../setup/postgres.ts';
import { type Seeding, seed } from './seed.ts';

export const DIST = join(import.meta.dirname, '../../packages/web/dist');
const TOKEN = 'token';

/** Stands for the session of a browser: what it hands on is signed in, and says from where it came as a browser does. */
const signedIn = (port: number) =>
  createServer((req, res) => {
    const headers = { ...req.headers, authorization: `Bearer ${TOKEN}` };
    const onward = request({ host: '127.0.0.1', port, method: req.method, path: req.url, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.once('error', () => res.destroy());
    res.once('close', () => onward.destroy());
    req.pipe(onward);
  });

const listen = async (server: ReturnType<typeof signedIn>, port: number): Promise<number> => {
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
  return (server.address() as AddressInfo).port;
};

export const serveDashboard = async (
  serverUrl: string,
  { port = 0, dist = DIST, ...seeding }: Seeding & { readonly port?: number; readonly dist?: string },
) => {
  const shop = await makeShop();
  const site = await makeSite(serverUrl, shop);
  const { slipway, drivers } = await site.start();
  await seed(slipway.db, seeding);
  const app = makeServer({
    ...{ token: new Secret(TOKEN), tokenFile: '/token', logger: slipway.logger, newId, db: slipway.db },
    dashboard: openDashboard(dist),
  });
  for (const routes of [
    meRoutes,
    boardRoutes,
    previewRoutes,
    runRoutes,
    productionRoutes,
    promotionRoutes,
    mailRoutes,
    dataRoutes,
  ])
    routes(app, slipway);
  environmentRoutes(app, slipway, drivers.usage);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const proxy = signedIn((app.server.address() as AddressInfo).port);
  const open = await listen(proxy, port);
  return {
    url: `http://127.0.0.1:${open}`,
    app,
    slipway,
    close: async () => {
      proxy.closeAllConnections();
      proxy.close();
      await app.close();
      await site.remove();
      await shop.remove();
    },
  };
};

if (import.meta.main) {
  const postgres = await startPostgres();
  const served = await serveDashboard(postgres.url, {
    previews: 200,
    lines: 100_000,
    port: Number(process.env['PORT'] ?? 8899),
  });
  console.log(served.url);
  process.once('SIGINT', () => void served.close().then(postgres.stop));
  process.once('SIGTERM', () => void served.close().then(postgres.stop));
}
