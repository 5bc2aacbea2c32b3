/** The demo's second half: a production with invented customers, and a staging that is made from it without one of their names. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvironmentView, RunView, SnapshotView } from '@slipway/contracts/views';
import pg from 'pg';
import { type DemoServer, Refused } from './demo-server.ts';

const ODOO = 'slipway/odoo:19.0';
const DATABASE = 'shop_production';
const ADDONS = join(import.meta.dirname, '../examples/shop/addons');
const LIMIT_SECONDS = 900;

/** Twenty people nobody has ever met, with addresses, telephones and something to say; and a mail server with a password. */
const CUSTOMERS = `
first = ['Hilde', 'Oskar', 'Mireille', 'Tomasz', 'Ingrid']
last = ['Vandersmissen', 'Kowalczyk', 'Lindqvist', 'Montefiore']
for i in range(20):
    name = '%s %s' % (first[i % 5], last[i // 5])
    env['res.partner'].create({
        'name': name, 'email': '%s@kunde-%d.test' % (name.lower().replace(' ', '.'), i), 'phone': '+32 470 11 %02d %02d' % (i, i + 3),
        'street': '%d Oude Molenweg' % (i + 5), 'city': 'Leuven', 'comment': '<p>Call %s after <b>four</b>.</p>' % name})
env['ir.mail_server'].create({'name': 'production', 'smtp_host': 'smtp.shop.test', 'smtp_user': 'shop', 'smtp_pass': 'a-real-password'})
env.cr.commit()
`;

interface Demo {
  readonly server: DemoServer;
  readonly data: string;
  readonly project: string;
  readonly say: (text: string) => void;
}

export const productionFiles = (data: string): string => join(data, 'production');

/** For slipway.yaml: where production is, and that there is a staging. */
export const withStaging = (data: string) => (yaml: string) =>
  yaml.replace(
    'stages:\n',
    `stages:\n  production:\n    filestore: ${JSON.stringify(join(productionFiles(data), 'filestore', DATABASE))}\n  staging:\n    refresh: never\n`,
  );

const read = (data: string, name: string): string => readFileSync(join(data, 'postgres', name), 'utf8').trim();

/** Installed once; it stands for the production that a user has somewhere. */
const makeProduction = async ({ server, data, say }: Demo): Promise<string> => {
  const passwordFile = join(data, 'production.password');
  const made = join(data, 'production.made');
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  const password = readFileSync(passwordFile, 'utf8').trim();
  const address = `postgresql://${DATABASE}:${password}@127.0.0.1:${read(data, 'port')}/${DATABASE}`;
  if (existsSync(made)) return address;
  say('a production is made: Odoo with a shop and twenty invented customers');
  await emptyDatabase(data, password);
  const files = productionFiles(data);
  mkdirSync(files, { recursive: true });
  // Odoo's user in the container writes here, as production's own would.
  chmodSync(files, 0o777);
  const odoo = (words: readonly string[], input = ''): void => {
    const host = `slipway-${server.instance}-postgres`;
    const call = ['run', '--rm', '-i', '--network', host, '-v', `${files}:/files`, '-v', `${ADDONS}:/addons:ro`, ODOO];
    const database = ['--db_host', host, '-r', DATABASE, '-w', password, '-d', DATABASE, '--data-dir', '/files'];
    const addons = [
      '--addons-path',
      '/usr/lib/python3/dist-packages/odoo/addons,/addons',
      '--no-http',
      '--log-level=warn',
    ];
    const [verb = [], rest = words] = words[0] === 'shell' ? [['shell'], words.slice(1)] : [];
    execFileSync('docker', [...call, ...verb, ...database, ...addons, ...rest], {
      input,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  };
  odoo(['--stop-after-init', '--max-cron-threads=0', '-i', 'contacts,sale_management,shop_order']);
  odoo(['shell'], CUSTOMERS);
  writeFileSync(made, `${new Date().toISOString()}\n`);
  return address;
};

const emptyDatabase = async (data: string, password: string): Promise<void> => {
  const url = `postgresql://postgres:${encodeURIComponent(read(data, 'password'))}@127.0.0.1:${read(data, 'port')}/postgres`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`drop database if exists ${DATABASE} with (force)`);
    await client.query(`drop role if exists ${DATABASE}`);
    await client.query(`create role ${DATABASE} login createdb password ${pg.escapeLiteral(password)}`);
    await client.query(`create database ${DATABASE} owner ${DATABASE}`);
  } finally {
    await client.end();
  }
};

/** Follows a run to its end, saying each step. */
const follow = async ({ server, say }: Demo, id: string): Promise<RunView> => {
  const until = Date.now() + LIMIT_SECONDS * 1000;
  let last = '';
  while (Date.now() < until) {
    const run = await server.run(id);
    const step = run.steps.find(({ state }) => state === 'running')?.name ?? run.state;
    if (step !== last) say(`${run.kind}: ${step}`);
    last = step;
    if (run.finishedAt !== null) {
      if (run.state !== 'succeeded')
        throw new Refused(`${run.kind}: ${run.failure?.message ?? run.state}`, run.failure?.hint ?? '');
      return run;
    }
    await sleep(200);
  }
  throw new Refused(`${id} has not ended after ${LIMIT_SECONDS} s.`, 'slipway run list shows what it does.');
};

const evidence = async ({ server }: Demo, run: string, path: string): Promise<string> =>
  (await server.call<{ text: string }>('GET', `/evidence/${run}/file?path=${encodeURIComponent(path)}`)).text;

const COVERAGE_LINES = 6;

/** Refreshed once; the second time it is only shown. */
export const showStaging = async (demo: Demo): Promise<string> => {
  const { server, project, say } = demo;
  const address = await makeProduction(demo);
  await server.call('PUT', `/projects/${project}/secrets/production/DATABASE_URL`, { value: address });
  const environments = await server.call<EnvironmentView[]>('GET', '/environments');
  const known = environments.find(({ name }) => name === `${project}/staging`);
  if (known?.state === 'live') say('staging was refreshed before');
  else await refresh(demo);
  const staging = await server.call<EnvironmentView>(
    'GET',
    `/environments/${encodeURIComponent(`${project}/staging`)}`,
  );
  const [snapshot] = await server.call<SnapshotView[]>('GET', `/projects/${project}/snapshots?kind=sanitised`);
  const login = await server.visit(new URL(staging.url ?? '').host, '/web/login');
  if (login.status !== 200) throw new Refused(`staging's /web/login answers ${login.status || login.text}.`);
  say(`${staging.url}/web/login → 200`);
  return `${staging.url}/web/login   (sanitised snapshot ${snapshot?.id ?? ''}, ${snapshot?.rows ?? 0} rows)\n           ${staging.login?.user} / ${staging.login?.password}`;
};

const refresh = async (demo: Demo): Promise<void> => {
  const { server, project } = demo;
  const snapshot = await server.call<{ run: string }>('POST', `/projects/${project}/snapshots`, { kind: 'sanitised' });
  await follow(demo, snapshot.run);
  const coverage = await evidence(demo, snapshot.run, 'data/coverage.txt');
  console.log(
    coverage
      .split('\n')
      .slice(0, COVERAGE_LINES)
      .map((line) => `           ${line}`)
      .join('\n'),
  );
  const asked = await server.call<{ run: string }>('POST', `/projects/${project}/staging/refresh`, {});
  await follow(demo, asked.run);
  const probes = JSON.parse(await evidence(demo, asked.run, 'neutralisation/probes.json')) as {
    readonly tried: Readonly<Record<string, number>>;
    readonly left: readonly string[];
  };
  const tried = Object.entries(probes.tried).map(([kind, count]) => `${count} ${kind}`);
  demo.say(`probes: Odoo tried to get out (${tried.join(', ')}); ${probes.left.length} got out`);
};
