import { parseProjectConfig } from '@slipway/contracts/config-file';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { requestMoment } from '../../packages/server/src/flows/request-data.ts';
import type { Slipway } from '../../packages/server/src/flows/slipway.ts';
import { LogReaders } from '../../packages/server/src/observe/archive-logs.ts';
import { openWalSite } from '../../packages/server/src/snapshot/wal/wal-site.contract.ts';
import { listArchives } from '../../packages/server/src/store/archives.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { archiveView } from '../../packages/server/src/views/archive-view.ts';
import { drain, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
let site: Site;
let production: Awaited<ReturnType<typeof openWalSite>>;
beforeAll(async () => {
  shop = await makeShop();
  site = await makeSite(inject('postgresUrl'), shop);
  production = await openWalSite();
});
afterAll(async () => {
  await production?.close();
  await site?.remove();
  await shop?.remove();
});

it('reads the log of a production that asks for it, copies its server by itself, shows the window, and leaves nothing there when switched off', async () => {
  const plane = await site.start();
  const { secrets } = plane.slipway.ports;
  const asked: typeof secrets = {
    get: async () => new Secret(production.server.url),
    ensure: (...all) => secrets.ensure(...all),
    forget: (...all) => secrets.forget(...all),
    replace: (...all) => secrets.replace(...all),
    keep: (...all) => secrets.keep(...all),
  };
  const slipway: Slipway = { ...plane.slipway, ports: { ...plane.slipway.ports, secrets: asked } };
  const configure = async (enabled: boolean): Promise<void> => {
    const parsed = parseProjectConfig(
      `version: 1\nname: shop\nodoo: { series: '19.0', addons: [addons] }\nstages: { production: {}, staging: {} }\ndata: { backups: { point_in_time: { enabled: ${enabled} } } }\n`,
    );
    if (!parsed.ok) throw new Error('the test has a wrong slipway.yaml');
    const project = await projectByName(slipway.db, 'shop');
    await saveProject(slipway.db, { ...project, config: { ...parsed.config, source: project.source } });
  };
  const kinds = () => query<{ kind: string; state: string }>(slipway.db, 'select kind, state from ops.runs');
  const moment = async (at: Date) =>
    requestMoment(slipway, { project: 'shop', requestedBy: 'test', at: at.toISOString() });

  await configure(false);
  await expect(moment(new Date())).rejects.toMatchObject({ code: 'archive-off' });
  await configure(true);
  const readers = new LogReaders(slipway, 100);
  await readers.look();
  await expect.poll(async () => (await listArchives(slipway.db))[0]?.until ?? null, { timeout: 20_000 }).not.toBeNull();
  site.clock.advance(61_000);
  await readers.look();
  await readers.look();
  expect(await kinds()).toEqual([{ kind: 'copy-server', state: 'queued' }]);
  await drain(slipway);
  expect(await kinds()).toEqual([{ kind: 'copy-server', state: 'succeeded' }]);

  const then = await production.write('then');
  const seen = async () => archiveView(slipway.db, await projectByName(slipway.db, 'shop'), new Date());
  await expect
    .poll(
      async () => {
        site.clock.advance(61_000);
        await readers.look();
        return ((await seen())?.windows.at(-1)?.until ?? '') > then.toISOString();
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  expect(await kinds()).toHaveLength(1);
  await expect(moment(new Date('2020-01-01'))).rejects.toMatchObject({ code: 'moment-unreachable' });
  await moment(then);
  expect((await kinds()).map(({ kind }) => kind)).toContain('restore-staging');

  await configure(false);
  await readers.look();
  await expect
    .poll(
      async () => {
        await readers.look();
        return (await production.client.query('select slot_name from pg_replication_slots')).rows;
      },
      { timeout: 20_000 },
    )
    .toEqual([]);
  expect(await listArchives(slipway.db)).toEqual([]);
  await readers.stop();
});
