import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runView } from '@slipway/contracts/views';
import { expect } from 'vitest';
import { runCli } from '../../packages/cli/src/run-cli.ts';
import { TOKEN } from '../../packages/cli/src/testing/contract-server.ts';
import { makeIo, type Outcome } from '../../packages/cli/src/testing/run-slipway.ts';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { dataRoutes } from '../../packages/server/src/http/data.ts';
import { rehearsalRoutes } from '../../packages/server/src/http/rehearsals.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { equipWithData } from './data-equipment.ts';
import { staging } from './data-look.ts';
import { type ControlPlane, makeSite, type Shop, type Site } from './make-slipway.ts';

/** Slipway as its users meet it: what they type is answered by the API over a socket, and runs are worked off meanwhile. */
export interface DataStand {
  readonly site: Site;
  readonly plane: ControlPlane;
  /** `slipway <words>`, of project shop. */
  slipway(...words: readonly string[]): Promise<Outcome>;
  /** The same with `--wait`, to its good end. */
  succeeds(...words: readonly string[]): Promise<void>;
  /** The same to a bad one: what is printed then, which is what the run's view has. */
  fails(
    ...words: readonly string[]
  ): Promise<{ readonly code: string; readonly message: string; readonly hint: string }>;
  /** Ids, as `list` shows them. */
  snapshots(): Promise<string[]>;
  backups(): Promise<string[]>;
  /** What a visitor of staging meets. */
  staging(): Promise<string>;
  /** Of the former staging nothing is gone, and of the one that failed nothing is left. */
  untouched(): Promise<void>;
  close(): Promise<void>;
}

export const openDataStand = async (serverUrl: string, shop: Shop): Promise<DataStand> => {
  const site = await makeSite(serverUrl, shop, equipWithData);
  const plane = await site.start();
  const app = makeServer({
    token: new Secret(TOKEN),
    tokenFile: '/token',
    logger: plane.slipway.logger,
    newId,
    db: plane.slipway.db,
  });
  dataRoutes(app, plane.slipway);
  runRoutes(app, plane.slipway);
  rehearsalRoutes(app, plane.slipway);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const slipway: DataStand['slipway'] = async (...words) => {
    const { io, stdout, stderr } = makeIo({ now: () => new Date() });
    let ended = false;
    const working = (async () => {
      while (!ended) await Promise.all([plane.drain(), new Promise((resolve) => setTimeout(resolve, 20))]);
    })();
    const code = await runCli([...words, '--project', 'shop', '--server', url, '--token', TOKEN], io);
    ended = true;
    await working;
    return { code, stdout: stdout(), stderr: stderr() };
  };
  const list = async <T>(noun: string): Promise<T> => JSON.parse((await slipway(noun, 'list', '--json')).stdout) as T;
  const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
  const looks = (): Promise<string> => staging(site, plane.slipway.db);
  return {
    site,
    plane,
    slipway,
    succeeds: async (...words) => {
      const { code, stdout, stderr } = await slipway(...words, '--wait');
      expect({ code, stderr }, stdout).toMatchObject({ code: 0 });
    },
    fails: async (...words) => {
      const { stdout } = await slipway(...words, '--wait');
      const run = /run_\w+/.exec(stdout)?.[0] ?? '';
      const view = runView.parse(JSON.parse((await slipway('run', 'show', run, '--json')).stdout));
      expect(view).toMatchObject({ state: 'failed', failure: expect.anything() });
      const { code = '', message = '', hint = '' } = view.failure ?? {};
      expect(stdout).toContain(message);
      expect(stdout).toContain(hint);
      return { code, message, hint };
    },
    snapshots: async () => ids(await list('snapshot')),
    backups: async () => ids((await list<{ backups: { id: string }[] }>('backup')).backups),
    staging: looks,
    untouched: async () => {
      expect(await looks()).toBe('serves');
      expect([...site.world.databases.keys()].filter((name) => /_(?:next|prev|probe)$/.test(name))).toEqual([]);
      const folders = await readdir(join(site.data, 'filestores/shop'));
      expect(folders.filter((name) => /landing/.test(name))).toEqual([]);
    },
    close: async () => {
      await app.close();
      await site.remove();
    },
  };
};
