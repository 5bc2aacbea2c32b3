import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunView } from '@slipway/contracts/views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadClient } from '../../bench/deploy/load-client.ts';
import { onServer } from '../setup/database.ts';
import { type Gates, openGates } from './gates.ts';
import type { Installation } from './installation.ts';
import { expectFailed, expectOne, unnoticed } from './production-at-rest.ts';
import { arrange, booksOf, keepBooks, type Mishap, releaseOf } from './production-mishaps.ts';
import { openProductionStand, PRODUCTION, type ProductionStand } from './production-stand.ts';
import { fillWithFiles, free, smallDisks } from './small-disks.ts';

const ENVIRONMENT = 'shop/production';
const FORMER = { says: 'Welcome to the shop', database: 'odoo_production' };
const NEW = { says: 'Welcome to the new shop', database: 'odoo_production_b' };
const UPDATED = /Production is being updated.* at about/;
const docker = (...words: string[]): string => execFileSync('docker', words, { encoding: 'utf8' }).trim();

/** What is asked of other tests is off: of this one it would only cost time. */
const OFF = ['tests', 'guards', 'security', 'neutralisation', 'drift', 'backup', 'rehearsal', 'invariants'];
const edit = (config: string): string => `${config
  .replace(
    'stages:',
    `stages:
  production: {target: docker, branch: production, drain: 1s, backup: false, update_timeout: 5m, install: [shop_order]}
  staging: {refresh: never, tests: false}`,
  )
  .replace('smoke: {', 'smoke: {paths: [{path: /shop/hello}], ')}
invariants: [{name: order-totals, sql: 'select sum(total) from shop_order'}]
promotion: {gates: {${OFF.map((gate) => `${gate}: 'off'`).join(', ')}}}
notify: {channels: {nobody: {kind: webhook}}}
`;

type Begun = { readonly run: string };

/** test/chaos dies at every boundary with containers in memory; these are the places where it hurts, with real ones. One release for all. */
describe('a production that is deployed to', () => {
  let stand: ProductionStand;
  let slipway: Installation;
  let gates: Gates;
  let person: LoadClient;
  let sha: string;
  const disks = smallDisks();

  beforeAll(async () => {
    stand = await openProductionStand({
      edit,
      before: (installation) => {
        installation.beforeFolderGoes = disks.remove;
        disks.mount(join(installation.data, 'filestores'), 300, ',nr_inodes=6000');
      },
    });
    slipway = stand.slipway;
    await stand.succeeded(slipway.api('POST', '/projects/shop/production', {}));
    keepBooks(slipway);
    sha = releaseOf(slipway, { from: FORMER.says, to: NEW.says });
    await stand.succeeded(slipway.api('POST', '/projects/shop/snapshots', { kind: 'sanitised' }));
    await stand.succeeded(slipway.api('POST', '/projects/shop/staging/refresh', {}));
    gates = await openGates(control());
    const { login } = await stand.view();
    const url = slipway.edgeUrl('production.localhost');
    person = new LoadClient({ url, key: '', login: 'admin', password: login?.password ?? '' });
    await person.open();
  });
  afterAll(async () => {
    disks.freeAll();
    await person?.close();
    await gates?.close().catch(() => undefined);
    try {
      await stand?.close();
    } finally {
      disks.remove();
    }
  });

  const control = (): string => slipway.databaseUrl(`slipway_${slipway.instance}_control`);
  const container = (name: string): string => `slipway-${slipway.instance}-shop.production-${name}`;
  const books = (of = FORMER) => booksOf(slipway.databaseUrl(of.database));
  const otherThan = async (): Promise<'blue' | 'green'> => ((await stand.view()).slot === 'blue' ? 'green' : 'blue');
  const go = async (): Promise<Begun> => {
    const { id } = await stand.approved(sha);
    return slipway.api('POST', `/projects/shop/promotions/${id}/go`, {});
  };
  const rollback = (): Promise<Begun> => slipway.api('POST', '/projects/shop/production/rollback', { confirm: true });
  const failed = (work: () => Promise<RunView>) => expectFailed(stand, person, { ...FORMER, work });
  const withMishap = async <T>(mishap: Mishap, work: () => Promise<T>): Promise<T> => {
    const url = slipway.databaseUrl(FORMER.database);
    await arrange(url, mishap);
    return work().finally(() => arrange(url, null));
  };
  /** A deployment to which something is done right before a step. */
  const stopsAt = async (step: string, work: () => unknown): Promise<RunView> => {
    await gates.before(ENVIRONMENT, step);
    const begun = await go();
    await gates.reached(ENVIRONMENT);
    await work();
    await gates.open(ENVIRONMENT);
    return stand.ended(begun);
  };
  /** The control plane dies before each of these steps; another one takes the run over, and need not wait for the lease. */
  const diesBefore = async (
    steps: Readonly<Record<string, () => unknown>>,
    ask: () => Promise<Begun>,
  ): Promise<RunView> => {
    let begun: Begun | null = null;
    for (const [step, look] of Object.entries(steps)) {
      await gates.before(ENVIRONMENT, step);
      if (begun === null) begun = await ask();
      else await slipway.start();
      await gates.reached(ENVIRONMENT);
      await slipway.kill();
      await look();
      await gates.clear();
      await onServer(control(), (client) =>
        client.query(`update ops.runs set lease_until = 'epoch' where state = 'running'`),
      );
    }
    await slipway.start();
    if (begun === null) throw new Error('nowhere to die');
    return stand.ended(begun);
  };
  const updating = async (): Promise<void> => {
    const found = (): string => docker('ps', '-q', '--filter', `name=^${container('job-update')}$`);
    await expect.poll(found, { timeout: 120_000, interval: 50 }).not.toBe('');
    // By then it is in the database.
    await pause(1500);
  };
  const noCron = (): void => expect(stand.crons()).toEqual([]);

  it.each([
    ['migration raises', 'raises', /^update-modules$/, 'odoo-install-failed', /order 4711 has no customer/],
    ['migration hangs', 'hangs', /^update-modules$/, 'step-timeout', /longer than \d+ s and was stopped/],
    ['migration changes amounts', 'changes amounts', /^compare-figures$/, 'invariants-broken', /order-totals/],
    ['page answers 500', 'answers 500', /^smoke-/, 'smoke-failed', /shop\/hello/],
  ] as const)(
    'with a release whose %s is as it was, to the byte, and people know why',
    async (_, mishap, step, code, why) => {
      const look = () => slipway.get(PRODUCTION, '/shop/hello');
      const told = await failed(() => withMishap(mishap, () => unnoticed(look, async () => stand.ended(await go()))));
      expect(told).toMatchObject({ step: expect.stringMatching(step), code, message: expect.stringMatching(why) });
    },
  );

  it('is as it was when the new version dies before it is asked anything', async () => {
    const next = await otherThan();
    const told = await failed(() => stopsAt(`smoke-${next}`, () => docker('kill', container(next))));
    expect(told).toMatchObject({ step: `smoke-${next}` });
  });

  it('says until when while nobody reads, because the old version died; and has it back when the deployment fails', async () => {
    const live = (await stand.view()).slot;
    const told = await failed(() =>
      withMishap('raises', () =>
        stopsAt('update-modules', async () => {
          // Odoo makes a bundle of assets when it is first asked for, and stores it.
          const asked = await slipway.get(PRODUCTION, '/web/assets/abc/web.report_assets_pdf.min.css');
          const bundle = /\/web\/assets\/\w+\/web\.report_assets_pdf\.min\.css/.exec(asked.text)?.[0] ?? '';
          expect(await slipway.get(PRODUCTION, bundle)).toMatchObject({
            status: 503,
            text: expect.stringMatching(UPDATED),
          });
          docker('kill', container(String(live)));
          expect(await slipway.get(PRODUCTION, '/odoo')).toMatchObject({
            status: 503,
            text: expect.stringMatching(UPDATED),
          });
        }),
      ),
    );
    expect(told).toMatchObject({ code: 'odoo-install-failed' });
  });

  it('is as it was when the disk of its attachments is full', async () => {
    const filestores = join(slipway.data, 'filestores');
    const told = await failed(() =>
      stopsAt('copy-filestore', () => fillWithFiles(filestores)).finally(() => free(filestores)),
    );
    expect(told).toMatchObject({ code: 'disk-full', step: 'copy-filestore' });
  });

  it('is deployed to as if nothing had been by control planes that die three times', async () => {
    const before = await books();
    const run = await diesBefore(
      {
        'copy-database': noCron,
        [`route-to-${await otherThan()}`]: noCron,
        'start-cron': async () => {
          noCron();
          expect(await stand.hello()).toContain(NEW.says);
        },
      },
      go,
    );
    expect(run.failure).toBeNull();
    await expectOne(stand, person, NEW);
    expect(await books()).toEqual(before);
    expect(await books(NEW)).toMatchObject({ res_partner: before['res_partner'], shop_order: before['shop_order'] });
  });

  it('is brought back by a control plane that dies when the database is closed, and people are not sent back yet', async () => {
    const before = await books();
    const run = await diesBefore({ 'move-sessions': noCron }, rollback);
    expect(run.failure).toBeNull();
    await expectOne(stand, person, FORMER);
    expect(await books()).toEqual(before);
  });

  it('survives PostgreSQL, which dies while it is copied and while modules are updated', async () => {
    const before = await books();
    const postgres = `slipway-${slipway.instance}-postgres`;
    await gates.before(ENVIRONMENT, 'copy-database');
    const begun = await go();
    await gates.reached(ENVIRONMENT);
    const opened = gates.open(ENVIRONMENT).catch(() => undefined);
    docker('kill', postgres);
    await opened;
    await updating();
    docker('kill', postgres);
    const run = await stand.ended(begun);
    gates = await openGates(control());
    if (run.state === 'failed') await expectOne(stand, person, FORMER);
    else {
      await expectOne(stand, person, NEW);
      await stand.succeeded(rollback());
      await expectOne(stand, person, FORMER);
    }
    expect(await books()).toEqual(before);
  });
});
