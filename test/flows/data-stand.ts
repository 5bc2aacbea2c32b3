import { runCli } from '../../packages/cli/src/run-cli.ts';
import { TOKEN } from '../../packages/cli/src/testing/contract-server.ts';
import { makeIo, type Outcome } from '../../packages/cli/src/testing/run-slipway.ts';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { equipWithData } from './data-equipment.ts';
import { type ControlPlane, makeSite, type Shop, type Site } from './make-slipway.ts';

/** Slipway as its users meet it: what they type is answered by the API over a socket, and runs are worked off meanwhile. */
export interface DataStand {
  readonly site: Site;
  readonly plane: ControlPlane;
  /** `slipway <words>`, of project shop. */
  slipway(...words: readonly string[]): Promise<Outcome>;
  close(): Promise<void>;
}

export const openDataStand = async (serverUrl: string, shop: Shop): Promise<DataStand> => {
  const site = await makeSite(serverUrl, shop, equipWithData);
  const plane = await site.start();
  const app = makeServer({ token: new Secret(TOKEN), tokenFile: '/token', logger: plane.slipway.logger, newId });
  dataRoutes(app, plane.slipway);
  runRoutes(app, plane.slipway);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    site,
    plane,
    slipway: async (...words) => {
      const { io, stdout, stderr } = makeIo({ now: () => new Date() });
      let ended = false;
      const working = (async () => {
        while (!ended) await Promise.all([plane.drain(), new Promise((resolve) => setTimeout(resolve, 20))]);
      })();
      const code = await runCli([...words, '--project', 'shop', '--server', url, '--token', TOKEN], io);
      ended = true;
      await working;
      return { code, stdout: stdout(), stderr: stderr() };
    },
    close: async () => {
      await app.close();
      await site.remove();
    },
  };
};
