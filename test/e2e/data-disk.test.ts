import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PreviewView, RunView, SnapshotView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gates, openGates } from './gates.ts';
import type { Installation } from './installation.ts';
import { fill, free, smallDisks } from './small-disks.ts';
import { openStand, type Stand } from './stand.ts';

const NUMBER = 72;
const PRODUCTION = `odoo_pr_${NUMBER}`;
const STAGING = 'shop/staging';
const CLI = join(import.meta.dirname, '../../packages/cli/bin/slipway.js');
const staging: Pick<PreviewView, 'url'> = { url: 'http://staging.localhost' };

/** Disks that are full where snapshots are kept, and where a restore puts files. */
describe('A disk that is full of other things', () => {
  const disks = smallDisks();
  let stand: Stand;
  let slipway: Installation;
  let gates: Gates;

  beforeAll(async () => {
    stand = await openStand((installation) => {
      installation.beforeFolderGoes = disks.remove;
      disks.mount(join(installation.data, 'snapshots'), 200);
      disks.mount(join(installation.data, 'filestores'), 300);
      return {};
    });
    slipway = stand.slipway;
    gates = await openGates(slipway.databaseUrl(`slipway_${slipway.instance}_control`));
    await stand.send('opened', NUMBER, stand.plain(NUMBER));
    await slipway.until(NUMBER, (view) => view.state === 'live');
    const files = join(slipway.data, `filestores/shop/pr-${NUMBER}/filestore/${PRODUCTION}`);
    slipway.commit('main', 'Stages', {
      'slipway.yaml': ['stages:', `stages:\n  production: {filestore: ${files}}\n  staging: {refresh: never}`],
    });
    await slipway.api('POST', '/projects', { folder: slipway.shop });
    await slipway.api('PUT', '/projects/shop/secrets/production/DATABASE_URL', {
      value: slipway.databaseUrl(PRODUCTION),
    });
    expect((await ended(await ask('/staging/refresh', {}))).failure).toBeNull();
  });

  afterAll(async () => {
    disks.freeAll();
    await gates?.close().catch(() => undefined);
    try {
      await stand?.close();
    } finally {
      disks.remove();
    }
  });

  const ask = (path: string, body?: object) => slipway.api<{ run: string }>('POST', `/projects/shop${path}`, body);
  const ended = async ({ run }: { run: string }): Promise<RunView> => {
    for (const end = Date.now() + 240_000; ; await pause(200)) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`);
      if (view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > end) throw new Error(JSON.stringify(view, null, 1));
    }
  };
  const backups = () => slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots?kind=raw');
  const shown = ({ id }: RunView): string =>
    execFileSync(process.execPath, [CLI, 'run', 'show', id], { env: slipway.environment(), encoding: 'utf8' });
  const serves = async (): Promise<number> => (await slipway.get(staging, '/web/login')).status;

  it('in the middle of a backup: nothing is offered, what to do is said, and with room it is made', async () => {
    const store = join(slipway.data, 'snapshots');
    fill(store, 1_000_000);

    const failed = await ended(await ask('/snapshots', { kind: 'raw' }));

    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'disk-full' } });
    expect(failed.failure?.message).toContain(store);
    expect(shown(failed)).toMatch(/The disk is full: .*snapshots.*Free space.*ask for the same again/s);
    expect(await backups()).toEqual([]);
    expect(await serves()).toBe(200);
    free(store);
    expect((await ended(await ask('/snapshots', { kind: 'raw' }))).failure).toBeNull();
    expect(await backups()).toHaveLength(1);
  });

  it('while files are restored: the former staging serves, and with room the restore succeeds', async () => {
    const filestores = join(slipway.data, 'filestores');
    const [backup] = await backups();
    await gates.before(STAGING, 'restore-snapshot');
    const asked = await ask(`/snapshots/${backup?.id}/restore`, { to: 'staging' });
    await gates.reached(STAGING);
    fill(filestores, 16_384);
    await gates.open(STAGING);

    const failed = await ended(asked);

    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'disk-full', step: 'restore-snapshot' } });
    expect(failed.failure?.message).toContain(filestores);
    expect(shown(failed)).toMatch(/The disk is full: .*filestores/);
    expect(await serves()).toBe(200);
    expect((await slipway.names()).filter((name) => /staging_(?:next|prev)|landing/.test(name))).toEqual([]);
    free(filestores);
    expect((await ended(await ask(`/snapshots/${backup?.id}/restore`, { to: 'staging' }))).failure).toBeNull();
    expect(await serves()).toBe(200);
    expect((await slipway.names()).filter((name) => /staging_(?:next|prev)|landing/.test(name))).toEqual([]);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
  });
});
