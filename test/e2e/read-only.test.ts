/** What the edge and `odoo/close-to-writes.ts` believe of a closed database, asked of a real Odoo 19. One installation for all of it. */
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LoadClient } from '../../bench/deploy/load-client.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { HOST, openEdge, type TestEdge } from '../../packages/server/src/drivers/edge/router/testing/edge-kit.ts';
import { closeToWrites, openToWrites } from '../../packages/server/src/odoo/close-to-writes.ts';
import { odooConfig, serveArguments, shellArguments, updateArguments } from '../../packages/server/src/odoo/process.ts';
import { dockerWorld } from '../setup/docker-world.ts';

const ROLE = 'read_only_shop';
const DATABASE = 'read_only_shop';
const PASSWORD = 'only-for-this-test';

const given = dockerWorld();
const docker = new Docker({ socketPath: given.socket });
const started: Docker.Container[] = [];
let folder: string;
let edge: TestEdge;
let client: LoadClient;
let direct: LoadClient;
/** A server action. */
let writingAction: number;
let upstream: { host: string; port: number; websocketPort: number };

const sql = async (database: string, statement: string): Promise<Record<string, unknown>[]> => {
  const url = new URL(given.adminUrl);
  url.pathname = `/${database}`;
  const connection = new pg.Client({ connectionString: url.toString() });
  await connection.connect();
  try {
    return (await connection.query(statement)).rows as Record<string, unknown>[];
  } finally {
    await connection.end();
  }
};

const createOdoo = async (words: readonly string[], serve: boolean): Promise<Docker.Container> => {
  const container = await docker.createContainer({
    Image: given.odooImage,
    Entrypoint: ['odoo'],
    Cmd: [...words],
    OpenStdin: true,
    StdinOnce: true,
    ExposedPorts: { '8069/tcp': {} },
    HostConfig: {
      NetworkMode: serve ? 'bridge' : 'none',
      PortBindings: { '8069/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      Binds: [`${given.socketFolder}:/sockets`, `${folder}/data:/data`, `${folder}/conf:/etc/slipway:ro`],
    },
  });
  started.push(container);
  return container;
};

const runOdoo = async (words: readonly string[], input = ''): Promise<string> => {
  const container = await createOdoo(words, false);
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.on('end', () => output.end());
  await container.start();
  stream.end(input);
  return text(output);
};

const serveOdoo = async (): Promise<number> => {
  const container = await createOdoo(serveArguments({ database: DATABASE }), true);
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const port = Number(NetworkSettings.Ports['8069/tcp']?.[0]?.HostPort);
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/web/login`)).status).toBe(200), {
    timeout: 60_000,
    interval: 500,
  });
  return port;
};

const MAKE_KEY = `
import datetime
user = env.ref('base.user_admin')
user.tz = 'UTC'
env['ir.config_parameter'].sudo().set_param('web.base.url.freeze', 'True')
until = datetime.datetime.now() + datetime.timedelta(days=1)
print('KEY=' + env['res.users.apikeys'].with_user(user)._generate('rpc', 'load', until))
model = env['ir.model']._get('res.partner')
action = env['ir.actions.server'].create({'name': 'Writes', 'model_id': model.id, 'state': 'code', 'code': "env['res.partner'].create({'name': 'x'})"})
print('ACTION=%s' % action.id)
env.cr.commit()
`;

beforeAll(async () => {
  folder = await mkdtemp(join(given.dataFolder, 'read-only-'));
  await chmod(folder, 0o755);
  for (const name of ['data', 'conf']) await mkdir(join(folder, name));
  await chmod(join(folder, 'data'), 0o777);
  const config = odooConfig({
    ...{ series: '19.0', database: DATABASE, databaseHost: '/sockets', databasePort: given.socketPort, role: ROLE },
    ...{
      password: new Secret(PASSWORD),
      masterPassword: new Secret('never-used'),
      addonsPath: [],
      dataFolder: '/data',
    },
    ...{ workers: 0, memoryBytes: 2 ** 30, httpPort: 8069, websocketPort: 8072, silent: true },
  });
  await writeFile(join(folder, 'conf/odoo.conf'), config.reveal());
  await sql('postgres', `create role ${ROLE} login password '${PASSWORD}'`);
  await sql('postgres', `create database ${DATABASE} template template0 owner ${ROLE}`);
  const install = {
    series: '19.0',
    database: DATABASE,
    install: ['contacts'],
    update: [],
    testTags: null,
    demo: false,
  };
  await runOdoo(updateArguments(install));
  const made = await runOdoo(shellArguments({ database: DATABASE }), MAKE_KEY);
  const key = /KEY=(\w+)/.exec(made)?.[1] ?? '';
  writingAction = Number(/ACTION=(\d+)/.exec(made)?.[1]);
  const port = await serveOdoo();
  upstream = { host: '127.0.0.1', port, websocketPort: port };
  edge = await openEdge();
  edge.route(HOST, { kind: 'serve', upstream });
  const person = { key, login: 'admin', password: 'admin' };
  client = new LoadClient({ url: `http://${HOST}:${edge.port}`, ...person });
  direct = new LoadClient({ url: `http://127.0.0.1:${port}`, ...person });
  await client.open();
  await direct.open();
});

afterAll(async () => {
  await client?.close();
  await direct?.close();
  await edge?.close();
  for (const container of started.reverse()) await container.remove({ force: true, v: true }).catch(() => undefined);
  await sql('postgres', `drop database if exists ${DATABASE} with (force)`);
  await sql('postgres', `drop role if exists ${ROLE}`);
});

const readOnly = (minutes = 4): void => {
  const times = { since: new Date().toISOString(), until: new Date(Date.now() + minutes * 60_000).toISOString() };
  edge.route(HOST, { kind: 'read-only', upstream, ...times });
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  client.send({
    ...{ path, method: 'POST' as const, body: typeof body === 'string' ? body : JSON.stringify(body) },
    headers: { 'content-type': 'application/json', cookie: client.cookie, ...headers },
  });
const call = (method: string, ...args: unknown[]) => ({
  ...{ jsonrpc: '2.0', id: 1, method: 'call' },
  params: { model: 'res.partner', method, args, kwargs: {} },
});
const partners = async (): Promise<unknown> => (await sql(DATABASE, 'select count(*) from res_partner'))[0]?.count;

test('Odoo 19 writes although its database says that transactions are read-only: that setting closes nothing', async () => {
  await sql('postgres', `alter database ${DATABASE} set default_transaction_read_only = on`);
  const odoo = new LoadClient({
    url: `http://127.0.0.1:${await serveOdoo()}`,
    key: '',
    login: 'admin',
    password: 'admin',
  });
  await odoo.open();
  const before = await partners();

  const reply = await odoo.send({
    ...{
      path: '/web/dataset/call_kw/res.partner/create',
      method: 'POST',
      body: JSON.stringify(call('create', { name: 'x' })),
    },
    headers: { 'content-type': 'application/json', cookie: odoo.cookie },
  });

  expect(reply.text).toContain('"result"');
  await sql('postgres', `alter database ${DATABASE} reset default_transaction_read_only`);
  expect(await partners()).not.toBe(before);
  await odoo.close();
  await started.pop()?.remove({ force: true, v: true });
});

test('a closed database goes on serving everything that reads, also logins, while an Odoo runs on it; the edge refuses the rest', async () => {
  const begun = performance.now();
  await sql(DATABASE, `begin; ${closeToWrites(ROLE)} commit`);
  const closedIn = performance.now() - begun;
  readOnly();
  const before = await partners();

  expect(await direct.ask('create', 'by no edge'), 'the database itself refuses').toMatchObject({ outcome: 'failed' });
  for (const kind of ['page', 'read-rpc', 'read-json2', 'login'] as const)
    expect({ kind, ...(await client.ask(kind, '')) }).toEqual({ kind, outcome: 'ok' });
  expect(await client.ask('create', 'refused')).toEqual({ outcome: 'refused' });
  const stranger = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  const read = await post('/web/dataset/call_kw/res.partner/search_count', call('search_count', []), stranger);
  expect(read.text, 'the first request of a session by another browser').toContain('"result"');

  expect(await partners()).toBe(before);
  expect(closedIn).toBeLessThan(10_000);
});

test('what is refused gets the form of its error from the edge, and so does what turns out to write', async () => {
  const write = await post('/web/dataset/call_kw/res.partner/web_save', call('web_save', [1], {}));
  const lie = await post('/web/dataset/call_kw/res.partner/web_read', call('create', { name: 'by a path that lies' }));
  const button = await post('/web/action/run', {
    ...{ jsonrpc: '2.0', id: 1, method: 'call' },
    params: { action_id: writingAction, context: { active_model: 'res.partner', active_id: 1 } },
  });

  for (const reply of [write, lie, button]) {
    expect(reply.status, reply.text.slice(0, 600)).toBe(503);
    const { error } = JSON.parse(reply.text);
    expect(error.data).toMatchObject({ name: 'odoo.exceptions.UserError' });
    expect(error.data.message).toMatch(
      /^Production is being updated\. Reading works; saving will be possible again at about \d\d:\d\d /,
    );
  }
});

test('programs that speak XML-RPC read, and are told why they cannot write', async () => {
  const call2 = (method: string, last: string): string => {
    const values = [
      '<string>read_only_shop</string>',
      '<int>2</int>',
      '<string>admin</string>',
      '<string>res.partner</string>',
    ];
    const all = [...values, `<string>${method}</string>`, `<array><data><value>${last}</value></data></array>`];
    const params = all.map((value) => `<param>\n<value>${value}</value></param>`).join('\n');
    return `<?xml version='1.0'?>\n<methodCall>\n<methodName>execute_kw</methodName>\n<params>\n${params}\n</params>\n</methodCall>\n`;
  };
  const xml = { 'content-type': 'text/xml' };

  const read = await post('/xmlrpc/2/object', call2('search_count', '<array><data></data></array>'), xml);
  const write = await post('/xmlrpc/2/object', call2('create', '<struct></struct>'), xml);

  expect(read).toMatchObject({ status: 200 });
  expect(read.text).toMatch(/<int>\d+<\/int>/);
  expect(write).toMatchObject({ status: 503 });
  expect(write.text).toContain('<name>faultString</name><value><string>Production is being updated.');
});

test('once it is open again, everything is as before', async () => {
  await sql(DATABASE, `begin; ${openToWrites(ROLE)} commit`);
  edge.route(HOST, { kind: 'serve', upstream });

  const answer = await client.ask('create', 'afterwards');

  expect(answer).toMatchObject({ outcome: 'ok', stored: { name: 'afterwards' } });
  const lines = edge.logs.filter(({ msg }) => msg === 'a read-only time is over');
  expect(lines).toMatchObject([{ reads: 7, refused: 5 }]);
});
