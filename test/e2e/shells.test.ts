import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { DoctorView } from '@slipway/contracts/doctor-views';
import type { EnvironmentDetails } from '@slipway/contracts/environment-views';
import type { ConnectView, GlassView, ShellOpened, ShellView } from '@slipway/contracts/shell-views';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { onServer } from '../setup/database.ts';
import { openProductionStand, PRODUCTION, type ProductionStand } from './production-stand.ts';

const ENVIRONMENT = '/environments/shop%2Fproduction';
const GLASS = '/projects/shop/production/break-glass';
const REASON = 'An invoice cannot be posted since noon';

/** Shells and logins of a real Odoo and a real PostgreSQL. Production, because that asks for most. */
describe('break-glass on production', () => {
  let stand: ProductionStand;
  let glass: GlassView;

  beforeAll(async () => {
    stand = await openProductionStand({
      edit: (config) =>
        config.replace('stages:', 'stages:\n  production: {target: docker, branch: production, drain: 5s}'),
    });
    const opened = await stand.ended(await stand.slipway.api('POST', '/projects/shop/production', {}), 600);
    expect(opened.failure).toBeNull();
  });
  afterAll(() => stand?.close());

  const api = <T>(method: string, path: string, body?: unknown): Promise<T> => stand.slipway.api<T>(method, path, body);
  const run = async (body: object, input?: string) => {
    const { id } = await api<ShellOpened>('POST', `${ENVIRONMENT}/shells`, { terminal: false, ...body });
    const token = readFileSync(join(stand.slipway.data, 'token'), 'utf8').trim();
    const { SLIPWAY_API_LISTEN } = stand.slipway.environment();
    const socket = new WebSocket(`ws://${SLIPWAY_API_LISTEN}/api/v1/shells/${id}/attach`, {
      headers: { authorization: `Bearer ${token}` },
    });
    let shown = '';
    let exit: { code: number | null; why: string } | null = null;
    socket.on('message', (data, binary) => {
      if (binary) shown += String(data);
      else exit = JSON.parse(String(data)).exit;
    });
    socket.once('open', () => {
      if (input !== undefined) socket.send(Buffer.from(input));
      socket.send(JSON.stringify({ eof: true }));
    });
    await new Promise((resolve, reject) => socket.once('close', resolve).once('error', reject));
    return { id, shown, exit: exit as { code: number | null; why: string } | null };
  };
  /** Roles and containers of shells and logins. */
  const traces = async (): Promise<string[]> => {
    const roles = await onServer(stand.slipway.databaseUrl(), (client) =>
      client.query(`select rolname from pg_roles where rolname like '%_shl_%'`),
    );
    const label = ['--filter', 'label=slipway.shell', '--filter', `label=slipway.instance=${stand.slipway.instance}`];
    const containers = execFileSync('docker', ['ps', '-aq', ...label], { encoding: 'utf8' });
    return [...roles.rows.map(({ rolname }) => String(rolname)), ...containers.split('\n').filter((id) => id !== '')];
  };
  const psql = (sql: string) => run({ kind: 'psql', command: ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', sql] });

  it('is told of as it is: sizes, modules, memory; and its machine is well', async () => {
    const { database, files, modules, containers, ...found } = await api<EnvironmentDetails>(
      'GET',
      `${ENVIRONMENT}/details`,
    );

    expect(found).toMatchObject({ environment: 'shop/production', state: 'live', asleep: false, series: '19.0' });
    // An Odoo with nothing in it is some 10 MB.
    expect(database.known?.bytes).toBeGreaterThan(5_000_000);
    expect(files.known?.bytes).toBeGreaterThan(10_000);
    expect(modules.known?.find(({ name }) => name === 'base')).toMatchObject({
      ...{ version: expect.stringMatching(/^19\.0\./), own: false },
    });
    expect(modules.known?.find(({ name }) => name === 'shop_order')).toMatchObject({ own: true });
    const serving = containers.known?.find(({ serves }) => serves);
    expect(serving?.memoryBytes).toBeGreaterThan(50_000_000);
    expect(serving?.memoryBytes).toBeLessThan(serving?.memoryLimitBytes ?? 0);
    expect(serving?.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(containers.known?.map(({ slot, running }) => [slot, running])).toContainEqual(['cron', true]);

    const { findings } = await api<DoctorView>('GET', '/doctor');
    const states = new Map(findings.map(({ check, state }) => [check, state]));
    for (const check of ['postgresql', 'clock', 'docker', 'edge', 'names', 'certificate', 'walls'])
      expect([check, states.get(check)]).toEqual([check, 'ok']);
  });

  it('reads, and cannot write whatever it sets', async () => {
    await expect(psql('select 1')).rejects.toThrow(/glass-needed/);
    glass = await api<GlassView>('POST', GLASS, { reason: REASON, minutes: 60 });

    expect(await psql('select login from res_users where id = 2')).toMatchObject({
      shown: 'admin\n',
      exit: { code: 0 },
    });
    for (const sql of [
      `insert into res_partner (name) values ('x')`,
      `set default_transaction_read_only = off; insert into res_partner (name) values ('x')`,
      `begin read write; update res_users set active = active`,
      'create table mine ()',
      'create temp table mine ()',
      'set role odoo_production',
      `copy (select 1) to program 'true'`,
      `select nextval('res_partner_id_seq')`,
    ]) {
      const tried = await psql(sql);
      expect(tried.exit?.code, sql).not.toBe(0);
      expect(tried.shown, sql).toMatch(/permission denied|must be|read-only/);
    }
    const other = await psql(`\\c slipway_${stand.slipway.instance}_control`);
    expect(other.shown).toMatch(/permission denied|does not have CONNECT/);
    await expect.poll(traces, { timeout: 20_000 }).toEqual([]);
  });

  it('takes large objects that somebody made with it away, too', async () => {
    const made = await run({ kind: 'psql' }, 'set default_transaction_read_only = off; select lo_create(4711);\n');
    expect(made.shown).toContain('4711');
    const left = await onServer(stand.slipway.databaseUrl('odoo_production'), (client) =>
      client.query('select from pg_largeobject_metadata where oid = 4711'),
    );
    expect(left.rowCount).toBe(0);
    await expect.poll(traces, { timeout: 20_000 }).toEqual([]);
  });

  it('looks at the files of Odoo, and has neither its password nor a way to write them', async () => {
    const script =
      'id -u; ls -d /var/lib/odoo/filestore/odoo_production; touch /var/lib/odoo/mine; cat /etc/slipway/odoo.conf; psql -Atc "select 2 + 3"';
    const { shown, exit } = await run({ command: ['sh', '-c', script] });

    expect(shown).not.toMatch(/^0$|db_password/m);
    expect(shown).toContain('/var/lib/odoo/filestore/odoo_production\n');
    expect(shown).toMatch(/touch: .*Read-only file system/);
    expect(shown).toMatch(/odoo\.conf: No such file/);
    expect(shown).toMatch(/^5$/m);
    expect(exit?.code).toBe(0);
  });

  it('needs `write` for what writes, and then logs a browser in, once, until it is closed', async () => {
    await expect(api('POST', `${ENVIRONMENT}/connect`, {})).rejects.toThrow(/glass-needed/);
    await expect(run({ kind: 'odoo' })).rejects.toThrow(/glass-needed/);
    const write = await api<GlassView>('POST', GLASS, { reason: REASON, write: true });

    const made = await run(
      { kind: 'odoo' },
      `u = env['res.users'].with_context(no_reset_password=True).create({'name': 'Joel', 'login': 'joel', 'group_ids': [(6, 0, [env.ref('base.group_portal').id])]})\nenv.cr.commit()\nprint('made', u.login, u.share)\n`,
    );
    expect(made.shown).toContain('made joel True');
    expect(made.exit?.code).toBe(0);

    const cookies = new Map<string, string>();
    for (const user of ['admin', 'joel']) {
      const { url } = await api<ConnectView>('POST', `${ENVIRONMENT}/connect`, { user });
      const first = await get(url);
      expect(first.status).toBe(303);
      expect(first.cookie).toMatch(/^session_id=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/);
      expect((await get(url)).status).toBe(410);
      cookies.set(user, first.cookie.split(';')[0] ?? '');
      expect((await who(cookies.get(user))).username).toBe(user);
    }
    await api('DELETE', `${GLASS}/${write.id}`);
    expect((await who(cookies.get('admin'))).username).not.toBe('admin');
    expect(await traces()).toEqual([]);
  });

  it('ends for a shell that is open when it is closed, and for one whose control plane was killed', async () => {
    const sleeping = run({ command: ['sleep', '600'] });
    await expect.poll(traces, { timeout: 30_000 }).toHaveLength(2);
    await api('DELETE', `${GLASS}/${glass.id}`);
    expect((await sleeping).exit).toEqual({ code: null, why: 'its break-glass is over' });
    await expect.poll(traces, { timeout: 20_000 }).toEqual([]);

    await api('POST', GLASS, { reason: REASON });
    const cut = run({ command: ['sleep', '600'] });
    await expect.poll(traces, { timeout: 30_000 }).toHaveLength(2);
    await stand.slipway.kill();
    expect((await cut).exit).toBeNull();
    await stand.slipway.start();
    await expect.poll(traces, { timeout: 60_000, interval: 1000 }).toEqual([]);
    const [last] = await api<ShellView[]>('GET', '/shells?limit=1');
    expect(last).toMatchObject({ why: 'whoever held it is gone', readOnly: true });
    expect((await stand.slipway.get(PRODUCTION, '/web/login')).status).toBe(200);
  });

  const at = (path: string, options: object = {}): Promise<{ status: number; cookie: string; text: string }> =>
    new Promise((resolve, reject) => {
      const [, port] = String(stand.slipway.environment()['SLIPWAY_EDGE_LISTEN']).split(':');
      const headers = { host: 'production.localhost', 'content-type': 'application/json' };
      const asked = request({ host: '127.0.0.1', port, path, headers, ...options }, (answer) => {
        let text = '';
        answer.on('data', (piece) => {
          text += String(piece);
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, cookie: answer.headers['set-cookie']?.[0] ?? '', text }),
        );
      });
      asked.on('error', reject);
      asked.end('method' in options ? '{"jsonrpc":"2.0","params":{}}' : undefined);
    });
  const get = (url: string) => at(`${new URL(url).pathname}${new URL(url).search}`);
  const who = async (cookie = ''): Promise<{ username?: string }> => {
    const headers = { host: 'production.localhost', 'content-type': 'application/json', cookie };
    const { text } = await at('/web/session/get_session_info', { method: 'POST', headers });
    return JSON.parse(text).result ?? {};
  };
});
