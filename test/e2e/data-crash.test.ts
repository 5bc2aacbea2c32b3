import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PreviewView, RunView, SnapshotVerdict, SnapshotView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../setup/database.ts';
import { type Gates, openGates } from './gates.ts';
import type { Installation } from './installation.ts';
import { openStand, type Stand } from './stand.ts';

const NUMBER = 71;
/** A small Odoo with the shop, opened as a preview, plays production. */
const PRODUCTION = `odoo_pr_${NUMBER}`;
const STAGING = 'shop/staging';
/** Whose runs snapshots are. */
const PRODUCES = 'shop/production';
const staging: Pick<PreviewView, 'url'> = { url: 'http://staging.localhost' };

const POSSESSIONS = [
  '/filestores/shop/staging',
  '/filestores/shop/template-copy-ID',
  'odoo_staging',
  'slipway-I-shop.staging-green',
  'slipway_I_tpl_shop_copy_ID',
];

/** test/chaos dies at every boundary with a target in memory; this is the sample with real containers, databases and files. */
describe('A control plane that is killed with -9 while it works on data', () => {
  let stand: Stand;
  let slipway: Installation;
  let gates: Gates;

  beforeAll(async () => {
    stand = await openStand();
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
  });

  afterAll(async () => {
    await gates?.close().catch(() => undefined);
    await stand?.close();
  });

  const ask = (path: string, body?: object) => slipway.api<{ run: string }>('POST', `/projects/shop${path}`, body);
  const ended = async ({ run }: { run: string }): Promise<RunView> => {
    for (const end = Date.now() + 240_000; ; await pause(200)) {
      const view = await slipway.api<RunView>('GET', `/runs/${run}`);
      if (view.state !== 'queued' && view.state !== 'running') return view;
      if (Date.now() > end) throw new Error(JSON.stringify(view, null, 1));
    }
  };
  const snapshots = () => slipway.api<SnapshotView[]>('GET', '/projects/shop/snapshots');

  /** Dies right before `step` is begun. */
  const killBefore = async (environment: string, step: string): Promise<void> => {
    await gates.reached(environment);
    await slipway.kill();
    expect(await gates.done(environment)).not.toContain(step);
    await gates.clear();
  };
  /** Dies in the midst of the step at the gate: as soon as it has begun to leave something. */
  const killInside = async (environment: string, begun: () => Promise<boolean> | boolean): Promise<void> => {
    await gates.reached(environment);
    await gates.open(environment);
    await expect.poll(begun, { timeout: 60_000, interval: 5 }).toBe(true);
    await slipway.kill();
  };
  /** Another control plane takes over. That it waits for the lease to end is tried elsewhere. */
  const takeOver = async (): Promise<void> => {
    await onServer(slipway.databaseUrl(`slipway_${slipway.instance}_control`), (client) =>
      client.query(`update ops.runs set lease_until = 'epoch' where state = 'running'`),
    );
    await slipway.start();
  };

  /** Asks for the login page without a pause, through the edge, as people do. Answers what was not 200. */
  const visit = () => {
    let on = true;
    const other: string[] = [];
    let count = 0;
    const visiting = (async () => {
      for (; on; await pause(100)) {
        const said = await slipway.get(staging, '/web/login').then(
          ({ status }) => String(status),
          (error: Error) => error.message,
        );
        count++;
        if (said !== '200') other.push(said);
      }
    })();
    return async () => {
      on = false;
      await visiting;
      expect(count).toBeGreaterThan(10);
      return other;
    };
  };

  const objects = (): number => {
    const folder = join(slipway.data, 'snapshots/shop/objects');
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
    } catch {
      return 0;
    }
  };
  const exists = async (database: RegExp): Promise<boolean> =>
    (await slipway.names()).some((name) => database.test(name));
  /** Everything that has to do with data; ids of snapshots are left out. */
  const possessions = async (): Promise<string[]> => {
    const mine = (await slipway.names()).filter((name) => /staging|landing|drill|copy|job|probe/.test(name));
    const short = mine.map((name) =>
      name
        .replace(slipway.data, '')
        .replaceAll(slipway.instance, 'I')
        .replace(/snap[-_]\w+/, 'ID'),
    );
    return short.sort();
  };
  const unfinished = (): string[] =>
    readdirSync(join(slipway.data, 'snapshots/shop'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\/(?:writing|pruning)/.test(entry.parentPath))
      .map(({ name }) => name);

  it('the first refresh, with the snapshot that it makes, ends as if nothing had been', async () => {
    await gates.before(STAGING, 'write-snapshot');
    const asked = await ask('/staging/refresh', {});
    await killInside(STAGING, () => objects() > 2);
    await gates.before(STAGING, 'boot-blue');
    await takeOver();
    expect((await slipway.get(staging, '/web/login')).status).not.toBe(200);
    await killBefore(STAGING, 'boot-blue');
    await takeOver();

    expect((await ended(asked)).failure).toBeNull();
    expect((await slipway.get(staging, '/web/login')).status).toBe(200);
    expect(await snapshots()).toMatchObject([{ kind: 'sanitised', reason: 'refresh' }]);
  });

  it('the next refresh leaves the former staging to its visitors until the new one is there', async () => {
    const left = visit();
    await gates.before(STAGING, 'restore-snapshot');
    const asked = await ask('/staging/refresh', { renew: true });
    const before = (await slipway.names()).filter((name) => /_copy_/.test(name)).length;
    await killInside(
      STAGING,
      async () => (await slipway.names()).filter((name) => /_copy_/.test(name)).length > before,
    );
    await gates.before(STAGING, 'take-over-database');
    await takeOver();
    await killBefore(STAGING, 'take-over-database');
    await gates.before(STAGING, 'drop-old-database');
    await takeOver();
    await killBefore(STAGING, 'drop-old-database');
    await takeOver();

    expect((await ended(asked)).failure).toBeNull();
    expect(await left()).toEqual([]);
    expect(await exists(/staging_(?:next|prev)|probe/)).toBe(false);
  });

  it('a backup and its restore over staging do so, too', async () => {
    const left = visit();
    await gates.before(PRODUCES, 'prune-snapshots');
    const backup = await ask('/snapshots', { kind: 'raw' });
    await killBefore(PRODUCES, 'prune-snapshots');
    await takeOver();
    expect((await ended(backup)).failure).toBeNull();
    const [raw] = (await snapshots()).filter(({ kind }) => kind === 'raw');

    await gates.before(STAGING, 'restore-snapshot');
    const restored = await ask(`/snapshots/${raw?.id}/restore`, { to: 'staging' });
    await killInside(STAGING, () => exists(/^odoo_staging_next$/));
    await gates.before(STAGING, 'remove-landing');
    await takeOver();
    await killBefore(STAGING, 'remove-landing');
    await takeOver();

    expect((await ended(restored)).failure).toBeNull();
    expect(await left()).toEqual([]);
  });

  it('and a second run, that nobody kills, finds nothing in its way and leaves nothing of the first ones', async () => {
    const left = visit();
    expect((await ended(await ask('/staging/refresh', {}))).failure).toBeNull();
    expect(await left()).toEqual([]);
    for (const { id } of await snapshots())
      expect(await slipway.api<SnapshotVerdict>('POST', `/projects/shop/snapshots/${id}/verify`)).toMatchObject({
        ok: true,
        damages: [],
      });
    expect(unfinished()).toEqual([]);
    // The template of a former snapshot goes when somebody looks for such.
    await expect.poll(possessions, { timeout: 90_000, interval: 1000 }).toEqual(POSSESSIONS);
    expect(await slipway.api('POST', '/evidence/verify')).toMatchObject({ ok: true });
  });
});
