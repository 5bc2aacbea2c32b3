/** What this folder believes about Odoo, asked of a real Odoo 19 on a real PostgreSQL. Long, because all of it shares one installation. */
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { oneByOne, type SqlSession } from '../ports/sql-databases.ts';
import { assetsScript } from './assets.ts';
import { coreModules } from './core-modules.ts';
import { judgeLog, type LogJudgement } from './log-verdict.ts';
import { makeIdentity } from './neutralise/identity.ts';
import { neutralise } from './neutralise/neutralise.ts';
import { odooConfig, serveArguments, shellArguments, updateArguments } from './process.ts';
import { judgeReadiness, readinessQuery } from './readiness.ts';
import { seriesFacts } from './series.ts';

const ODOO_IMAGES = ['slipway/odoo:19.0', 'odoo:19.0', 'scratch/odoo:19'];
const POSTGRES_IMAGES = ['slipway/postgres:17', 'postgres:17', 'scratch/pg:17'];
const SERIES = '19.0';
const EXAMPLE = join(import.meta.dirname, '../../../../examples/shop/addons');
const SHOP = ['shop_order', 'shop_loyalty'];

const docker = new Docker();
let folder: string;
let postgres: Docker.Container;
let image: string;
const started: Docker.Container[] = [];

const firstPresent = async (references: readonly string[]): Promise<string> => {
  const present = new Set((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []));
  const found = references.find((reference) => present.has(reference));
  if (found === undefined) throw new Error(`none of these images is here: ${references.join(', ')}`);
  return found;
};

const startPostgres = async (): Promise<void> => {
  const bin = '/usr/lib/postgresql/17/bin';
  const initialise = `${bin}/initdb -D /tmp/db -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null`;
  const serve = `exec ${bin}/postgres -D /tmp/db -h '' -k /sockets -c fsync=off -c full_page_writes=off`;
  postgres = await docker.createContainer({
    Image: await firstPresent(POSTGRES_IMAGES),
    User: 'postgres',
    Entrypoint: ['sh', '-c', `${initialise} && ${serve}`],
    HostConfig: { NetworkMode: 'none', Binds: [`${folder}/sockets:/sockets`] },
  });
  started.push(postgres);
  await postgres.start();
  await vi.waitFor(() => sql('postgres', 'select 1'), { timeout: 20_000, interval: 100 });
  await sql('postgres', "create role odoo_test login password 'x'");
};

const sql = async (database: string, statement: string, parameters: readonly unknown[] = []) => {
  const client = new pg.Client({ host: `${folder}/sockets`, user: 'postgres', database });
  await client.connect();
  try {
    return (await client.query(statement, [...parameters])).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

const copyDatabase = async (from: string, to: string): Promise<void> => {
  await sql('postgres', `create database ${to} template ${from} owner odoo_test`);
  const files = (database: string): string => join(folder, 'data/filestore', database);
  if (from !== 'template0') await cp(files(from), files(to), { recursive: true, preserveTimestamps: true });
  if (from !== 'template0') await openUp(files(to));
};
/** Odoo runs as another user than this test. */
const openUp = async (path: string): Promise<void> => {
  await chmod(path, 0o777);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of entries) await chmod(join(entry.parentPath, entry.name), 0o777);
};

const createOdoo = async (
  database: string,
  command: readonly string[],
  options: { addons: string; serve: boolean },
) => {
  const config = odooConfig({
    series: SERIES,
    database,
    databaseHost: '/sockets',
    databasePort: 5432,
    role: 'odoo_test',
    password: new Secret('x%s'),
    masterPassword: new Secret('never-used'),
    addonsPath: ['/mnt/slipway/addons'],
    dataFolder: '/data',
    workers: 0,
    memoryBytes: 2 ** 30,
    httpPort: 8069,
    websocketPort: 8072,
    silent: true,
  });
  await mkdir(join(folder, 'conf', database), { recursive: true });
  await writeFile(join(folder, 'conf', database, 'odoo.conf'), config.reveal());
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['odoo'],
    Cmd: [...command],
    OpenStdin: true,
    StdinOnce: true,
    ExposedPorts: { '8069/tcp': {} },
    HostConfig: {
      NetworkMode: options.serve ? 'bridge' : 'none',
      PortBindings: { '8069/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      Binds: [
        `${folder}/sockets:/sockets`,
        `${folder}/data:/data`,
        `${folder}/conf/${database}:/etc/slipway:ro`,
        `${options.addons}:/mnt/slipway/addons:ro`,
      ],
    },
  });
  started.push(container);
  return container;
};

const runOdoo = async (
  database: string,
  command: readonly string[],
  options: { addons?: string; input?: string } = {},
) => {
  const container = await createOdoo(database, command, { addons: options.addons ?? EXAMPLE, serve: false });
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.on('end', () => output.end());
  await container.start();
  stream.end(options.input ?? '');
  const [log, { StatusCode }] = await Promise.all([text(output), container.wait() as Promise<{ StatusCode: number }>]);
  await container.remove();
  return { lines: log.split('\n'), exitCode: StatusCode };
};

const update = async (
  database: string,
  change: { install?: string[]; update?: string[]; testTags?: string },
  addons?: string,
): Promise<LogJudgement & { lines: string[] }> => {
  const { install = [], update: updated = [], testTags = null } = change;
  const command = updateArguments({ series: SERIES, database, install, update: updated, testTags, demo: false });
  const { lines, exitCode } = await runOdoo(database, command, addons === undefined ? {} : { addons });
  return { ...judgeLog(lines, exitCode), lines };
};

/** The example with one change in one file. */
const changedExample = async (name: string, path: string, from: string, to: string): Promise<string> => {
  const addons = join(folder, name);
  await cp(EXAMPLE, addons, { recursive: true });
  const before = await readFile(join(addons, path), 'utf8');
  expect(before).toContain(from);
  await writeFile(join(addons, path), before.replace(from, to));
  return addons;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-odoo-'));
  await chmod(folder, 0o755);
  for (const name of ['sockets', 'data']) {
    await mkdir(join(folder, name));
    await chmod(join(folder, name), 0o777);
  }
  image = await firstPresent(ODOO_IMAGES);
  await startPostgres();
  await copyDatabase('template0', 'base_only');
});

afterAll(async () => {
  for (const container of started.reverse()) await container.remove({ force: true, v: true }).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

test('an empty Odoo installs without a warning, and its asset bundles are made ahead', async () => {
  const installed = await update('base_only', { install: ['base', 'web'] });
  const assets = await runOdoo('base_only', shellArguments({ database: 'base_only' }), { input: assetsScript });

  expect(installed).toMatchObject({ verdict: 'green', installed: true, warnings: [], errors: [] });
  expect(assets).toMatchObject({ exitCode: 0 });
  expect(assets.lines).toContain('slipway: 6 asset bundles made');
  expect(assets.lines.join('\n')).toContain('Generating a new asset bundle');
});

test('the modules of the image are known', async () => {
  const listing = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/ls', '-1', '/usr/lib/python3/dist-packages/odoo/addons'],
  });
  started.push(listing);
  await listing.start();
  await listing.wait();
  const names = (await listing.logs({ stdout: true }))
    .toString()
    .split('\n')
    .map((line) => line.replace(/^[^\w]*/, ''));

  expect(coreModules(names, image)).toContain('sale');
});

test('the example installs green, with its tests', async () => {
  await copyDatabase('base_only', 'shop');
  const judgement = await update('shop', { install: SHOP, testTags: '/shop_order,/shop_loyalty' });

  expect(judgement).toMatchObject({ verdict: 'green', failingTests: [], warnings: [], errors: [] });
  expect(judgement.tests?.run).toBeGreaterThan(0);
});

test('updating one module updates its dependants without naming them', async () => {
  const { lines, verdict } = await update('shop', { update: ['shop_order'] });

  expect(verdict).toBe('green');
  expect(lines.join('\n')).toMatch(/Module shop_loyalty loaded in/);
});

test('a failing test is red and named; the modules are installed all the same', async () => {
  await copyDatabase('base_only', 'failing');
  const addons = await changedExample('failing', 'shop_order/tests/test_shop_order.py', '7.5', '8.5');

  expect(await update('failing', { install: SHOP, testTags: '/shop_order' }, addons)).toMatchObject({
    verdict: 'red',
    installed: true,
    failingTests: ['/shop_order:TestShopOrder.test_total_is_quantity_times_price'],
  });
});

test('a broken view is red, with the module and the cause', async () => {
  await copyDatabase('base_only', 'broken');
  const addons = await changedExample(
    'broken',
    'shop_order/views/shop_order_views.xml',
    'name="quantity"',
    'name="quantiti"',
  );
  const judgement = await update('broken', { install: SHOP }, addons);

  expect(judgement).toMatchObject({ verdict: 'red', installed: false, failedModule: 'shop_order' });
  expect(judgement.errors[0]).toContain('Field "quantiti" does not exist');
});

test('a prepared copy serves: ready, own password, no known one, warm assets, no mail, no crons', async () => {
  await copyDatabase('shop', 'preview');
  await prepare('preview');
  await prepare('preview');
  const container = await createOdoo('preview', serveArguments({ database: 'preview' }), {
    addons: EXAMPLE,
    serve: true,
  });
  await container.start();
  const port = (await container.inspect()).NetworkSettings.Ports['8069/tcp']?.[0]?.HostPort;
  const site = `http://127.0.0.1:${port}`;
  await expect.poll(() => readiness('preview', site), { timeout: 30_000, interval: 250 }).toEqual({ kind: 'ready' });

  expect(await (await fetch(`${site}/shop/hello`)).text()).toContain('Welcome to the shop');
  expect(await login(site, 'admin', 'admin')).toBe(200);
  expect(await login(site, 'admin', 'own-passw0rd')).toBe(303);
  const pages = [await fetch(`${site}/web/login`), await openWebClient(site)];
  const bundles = (await Promise.all(pages.map((page) => page.text()))).join('').match(/\/web\/assets\/[^"]+/g) ?? [];
  expect(bundles).toHaveLength(6);
  for (const bundle of bundles) expect((await fetch(site + bundle)).status).toBe(200);
  const log = (await container.logs({ stdout: true, stderr: true })).toString();
  expect(log).not.toMatch(/Generating a new asset bundle|WARNING|ERROR/);
  expect(await sql('preview', 'select smtp_host from ir_mail_server where active')).toEqual([
    { smtp_host: 'mail.slipway.internal' },
  ]);
  expect(await sql('preview', 'select count(*)::int from ir_cron where active')).toEqual([{ count: 1 }]);
});

const prepare = async (database: string): Promise<void> => {
  const identity = await makeIdentity({
    url: 'http://pr-1.localhost',
    adminPassword: new Secret('own-passw0rd'),
    databaseUuid: new Secret('uuid'),
    databaseSecret: new Secret('secret'),
    parameters: {},
  });
  const run: SqlSession['run'] = async ({ text, parameters }) => {
    const rows = await sql(database, text, parameters);
    return { rows, count: rows.length };
  };
  const session: SqlSession = {
    run,
    runAll: oneByOne(run),
    script: async (text) => void (await sql(database, text)),
  };
  await neutralise(session, { database, occasion: 'arrival', identity, own: null });
};

const readiness = async (database: string, site: string) => {
  const get = async (path: string) =>
    fetch(site + path, { redirect: 'manual' }).then(
      ({ status }) => ({ status }),
      () => ({ error: 'no answer' }),
    );
  const { healthPath, loginPath } = seriesFacts(SERIES);
  const [health, loginPage] = [await get(healthPath), await get(loginPath)];
  const installed = await sql(database, readinessQuery.text);
  return judgeReadiness({ health, login: loginPage, installed, repositoryModules: SHOP, expectedModules: SHOP });
};

/** 303: logged in; 200: the form again. */
const postLogin = async (site: string, user: string, password: string): Promise<Response> => {
  const page = await fetch(`${site}/web/login`);
  const token = /name="csrf_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const body = new URLSearchParams({ csrf_token: token, login: user, password });
  return fetch(`${site}/web/login`, { method: 'POST', body, headers: { cookie: cookiesOf(page) }, redirect: 'manual' });
};
const cookiesOf = (page: Response): string =>
  page.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
const login = async (site: string, user: string, password: string): Promise<number> =>
  (await postLogin(site, user, password)).status;
const openWebClient = async (site: string): Promise<Response> =>
  fetch(`${site}/odoo`, { headers: { cookie: cookiesOf(await postLogin(site, 'admin', 'own-passw0rd')) } });
