/** What packages/smoke believes about Odoo, asked of a real Odoo 19, and of a real browser. Long, because all of it shares one installation. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { smokeSection } from '@slipway/contracts/smoke-config';
import type { SmokeReport } from '@slipway/contracts/smoke-views';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Outcome, runSlipway } from '../../packages/cli/src/testing/run-slipway.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openPostgres } from '../../packages/server/src/drivers/databases/postgres/index.ts';
import { openFilestores } from '../../packages/server/src/drivers/filestores/index.ts';
import { httpProbe } from '../../packages/server/src/drivers/shared/http-probe.ts';
import {
  access,
  addressOf,
  folderOf,
  instanceOf,
  MB,
  never,
  open,
  quiet,
  slot,
  world,
} from '../../packages/server/src/drivers/targets/docker/test-target.contract.ts';
import { odooConfig, serveArguments } from '../../packages/server/src/odoo/process.ts';
import type { OdooProcess } from '../../packages/server/src/ports/workload.ts';
import { smokeSlot } from '../../packages/server/src/steps/smoke-slot.ts';
import type { StepContext } from '../../packages/server/src/steps/step.ts';

const DATABASE = 'odoo_smoke';
const WELL = 'shop/smoke';
/** The same database, open to strangers and with workers. */
const OPEN = 'shop/smoke-open';
const ODOO = { series: '19.0', database: DATABASE };

const target = open('smoke');
const databases = openPostgres({ url: new Secret(world.adminUrl), instance: instanceOf('smoke'), access });
const filestores = openFilestores(join(folderOf('smoke'), 'filestores'));
let cwd: string;
let key: string;

const processOf = async (
  workers: number,
  change: (config: string) => string,
): Promise<Omit<OdooProcess, 'command'>> => {
  const config = odooConfig({
    ...ODOO,
    databaseHost: '/run/slipway-pg',
    databasePort: world.socketPort,
    role: DATABASE,
    password: new Secret('a-long-password'),
    masterPassword: new Secret('another-long-password'),
    addonsPath: [],
    dataFolder: '/var/lib/odoo',
    workers,
    memoryBytes: 2048 * MB,
    httpPort: 8069,
    websocketPort: 8072,
    silent: true,
  });
  return {
    ...quiet,
    limits: { memoryBytes: 2048 * MB, cpus: 2 },
    config: new Secret(change(config.reveal())),
    mounts: [
      { from: await filestores.ensure(WELL), to: '/var/lib/odoo', readOnly: false },
      { from: world.socketFolder, to: '/run/slipway-pg', readOnly: true },
    ],
  };
};
const plain = (config: string): string => config;

const job = async (name: string, command: readonly string[], input: string | null): Promise<string[]> => {
  const lines: string[] = [];
  const spec = { ...(await processOf(0, plain)), command, environment: WELL, name, timeoutSeconds: 600, input };
  const ended = await target.runJob(spec, (line) => lines.push(line), never);
  expect(ended.exitCode, lines.slice(-10).join('\n')).toBe(0);
  return lines;
};

const boot = async (
  environment: string,
  process: Omit<OdooProcess, 'command'>,
  websocketPort: number,
): Promise<void> => {
  await target.boot({ ...slot(environment, { ...process, command: serveArguments(ODOO) }), websocketPort });
  const answers = async (): Promise<void> => {
    expect((await fetch(`${await addressOf(target, environment)}/web/login`)).status).toBe(200);
  };
  await vi.waitFor(answers, { timeout: 120_000, interval: 200 });
};

const KEY_SCRIPT = `key = env['res.users.apikeys'].with_user(2)._generate('rpc', 'smoke', None)
env.cr.commit()
print('key=' + key)
`;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'slipway-smoke-'));
  await databases.ensureRole(DATABASE, new Secret('a-long-password'), WELL);
  await databases.create(DATABASE, DATABASE, WELL);
  const config = ['--config', '/etc/slipway/odoo.conf', '-d', DATABASE];
  await job(
    'install',
    [...config, '-i', 'base,web,mail', '--stop-after-init', '--without-demo=all', '--no-http'],
    null,
  );
  const lines = await job('key', ['shell', ...config, '--no-http'], KEY_SCRIPT);
  key =
    lines
      .find((line) => line.includes('key='))
      ?.replace(/^.*key=/, '')
      .trim() ?? '';
  await boot(WELL, await processOf(0, plain), 8069);
});

afterAll(async () => {
  await databases.query(DATABASE, [
    { text: "update ir_module_module set state = 'installed' where name = 'mail'", parameters: [] },
  ]);
  for (const environment of [WELL, OPEN]) await target.remove({ environment, slot: 'blue' });
  await databases.drop(DATABASE);
  await databases.dropRole(DATABASE);
  await filestores.remove(WELL);
  await databases.end();
  await rm(cwd, { recursive: true, force: true });
});

/** The step's ports as the server has them; the copy's own administrator has the password that Odoo gave it. */
const step = async (environment: string, more: { expectedModules?: string[] } = {}) => {
  const kept = new Map<string, string>();
  const secrets = { get: async () => new Secret('none'), ensure: async () => new Secret('admin') };
  const context = {
    ports: { workload: target, databases, probe: httpProbe, secrets },
    signal: never,
    log: () => undefined,
    keep: async (path: string, content: string) => void kept.set(path, content),
    now: () => Date.now(),
  } as unknown as StepContext;
  const asked = {
    ...ODOO,
    project: 'shop',
    environment,
    stage: 'staging',
    slot: 'blue',
    url: 'https://staging.example.com',
    sha: 'head',
    // Other tests keep the machine busy, and this is none of how fast Odoo is. Debian's Odoo lacks a file of mail's, and says so when
    // the browser asks for the client's scripts.
    checks: smokeSection.parse({
      thresholds: { p95_ms: 20_000, log_errors: 5 },
      paths: [{ path: '/web/version', text: '19.0' }],
    }),
    expectedModules: ['mail'],
    ...more,
  } as const;
  const outcome = await smokeSlot
    .run({ ...asked, expectedModules: [...asked.expectedModules] }, context)
    .catch((error: unknown) => error);
  return { outcome, report: JSON.parse(kept.get('smoke/report.json') ?? '{}') as SmokeReport };
};
const stateOf = (report: SmokeReport, check: string): string => {
  const found = report.results.find((result) => result.check === check);
  return `${found?.state}: ${found?.measured}`;
};

const slipway = async (environment: string, ...words: string[]): Promise<Outcome> =>
  runSlipway(['smoke', await addressOf(target, environment), '--login', 'admin', ...words], {
    cwd,
    variables: { SLIPWAY_SMOKE_PASSWORD: 'admin', SLIPWAY_SMOKE_API_KEY: key },
  });

describe('an Odoo that is well', () => {
  it('passes every check on its private address, in the name of the address that people will use', async () => {
    const { outcome, report } = await step(WELL);

    expect(
      report.results.filter(({ state }) => state !== 'pass').map(({ check, measured }) => `${check}: ${measured}`),
    ).toEqual(['api: no API key was given']);
    expect(outcome).toMatchObject({ note: '12 checks passed, 1 skipped', receipt: { failed: [] } });
    expect(stateOf(report, 'log-in')).toContain(`admin is user 2 of ${DATABASE}`);
    expect(stateOf(report, 'log-errors')).toMatch(/^pass: 0 in the last \d+ lines$/);
    expect(report.url).toBe('https://staging.example.com/');
  });

  it('passes from outside, with an API key and with a browser that logs in and opens a menu', async () => {
    await writeFile(
      join(cwd, 'slipway.yaml'),
      "version: 1\nname: shop\nodoo: { series: '19.0' }\nsmoke: { thresholds: { p95_ms: 20000 } }\n",
    );
    const { code, stdout } = await slipway(WELL, '--database', DATABASE, '--browser', '--json');
    const report = JSON.parse(stdout) as SmokeReport;

    expect(report.results.filter(({ state }) => state !== 'pass').map(({ check }) => check)).toEqual(['log-errors']);
    expect(code).toBe(0);
    expect(stateOf(report, 'api')).toContain('pass: 200, user 2');
    expect(stateOf(report, 'browser')).toMatch(/^pass: logged in, opened \w+/);
    expect(stdout).not.toContain(key);
  });

  it('is told from the Odoo of another database, which it does not serve', async () => {
    const { code, stdout } = await slipway(WELL, '--database', 'another', '--json');

    expect((JSON.parse(stdout) as SmokeReport).failed).toEqual(['login-page', 'log-in', 'api']);
    expect(code).toBe(3);
  });
});

describe('an Odoo that is not', () => {
  it('fails for a module that an update left behind, and for one that is missing', async () => {
    const upgrade = "update ir_module_module set state = 'to upgrade' where name = 'mail'";
    await databases.query(DATABASE, [{ text: upgrade, parameters: [] }]);
    const unfinished = await step(WELL);
    await databases.query(DATABASE, [{ text: upgrade.replace('to upgrade', 'installed'), parameters: [] }]);
    const missing = await step(WELL, { expectedModules: ['shop_order'] });

    expect(unfinished.outcome).toMatchObject({
      code: 'smoke-failed',
      facts: { checks: 'modules', failed: 'modules (unfinished: mail (to upgrade))' },
    });
    expect(missing.outcome).toMatchObject({ facts: { failed: 'modules (not installed: shop_order)' } });
  });

  it('fails for the list of databases that strangers see, and for a websocket that is led to the wrong port', async () => {
    const config = (text: string): string => text.replace('list_db = False', 'list_db = True');
    await boot(OPEN, await processOf(2, config), 8072);
    const inside = await step(OPEN);
    const outside = await slipway(OPEN, '--json');
    const report = JSON.parse(outside.stdout) as SmokeReport;

    expect(stateOf(inside.report, 'websocket')).toContain('pass: 101');
    expect(inside.outcome).toMatchObject({ facts: { checks: 'database-selector' } });
    expect(report.failed).toEqual(['database-selector', 'websocket']);
    expect(outside.code).toBe(2);
    expect(report.results.find(({ check }) => check === 'websocket')?.fix).toContain('gevent_port');
  });
});
