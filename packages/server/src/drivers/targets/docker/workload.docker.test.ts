import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { describeWorkload } from '../../../ports/workload.contract.ts';
import type { OdooProcess, SlotSpec } from '../../../ports/workload.ts';
import { openPostgres } from '../../databases/postgres/index.ts';
import { openFilestores } from '../../filestores/index.ts';
import { dockerAt } from '../../shared/docker-engine.ts';
import { openDockerTarget } from './index.ts';

const world = inject('docker');
const docker = dockerAt(world.socket);
const access = { host: '127.0.0.1', port: world.socketPort, socketFolder: world.socketFolder };
const never = new AbortController().signal;
const MB = 1024 * 1024;

const open = (instance: string, database = access) =>
  openDockerTarget({ socket: world.socket, instance, dataFolder: join(world.dataFolder, instance), database });

const quiet: Omit<OdooProcess, 'command'> = {
  image: world.odooImage,
  variables: {},
  secrets: {},
  config: new Secret('[options]\n'),
  mounts: [],
  limits: { memoryBytes: 256 * MB, cpus: 1 },
  labels: {},
};

/** The image's program is `odoo`; a small image with Python as its program stands in where Odoo itself is not the matter. */
const pythonImage = `slipway-test/python:${process.pid}`;
const python = (script: string): OdooProcess => ({ ...quiet, image: pythonImage, command: ['-u', '-c', script] });
const serverScript = (port: number): string =>
  `import http.server,signal,sys
signal.signal(signal.SIGTERM, lambda *a: sys.exit(0))
s=http.server.ThreadingHTTPServer(('', ${port}), http.server.SimpleHTTPRequestHandler)
print('ready'); s.serve_forever()`;

beforeAll(async () => {
  const container = await docker.createContainer({ Image: world.odooImage });
  await container.commit({ repo: 'slipway-test/python', tag: String(process.pid), changes: 'ENTRYPOINT ["python3"]' });
  await container.remove();
});
afterAll(async () => {
  await docker.getImage(pythonImage).remove({ force: true });
});

describeWorkload('Docker', async () => ({
  workload: open('contract'),
  server: (port) => python(serverScript(port)),
  job: (lines, exitCode) => python(`import sys; [print(x) for x in ${JSON.stringify(lines)}]; sys.exit(${exitCode})`),
  endless: () => python("import time; print('started'); time.sleep(3600)"),
  close: async () => undefined,
}));

const slot = (environment: string, process: OdooProcess): SlotSpec => ({
  ...process,
  environment,
  slot: 'blue',
  httpPort: 8069,
  websocketPort: 8069,
});
const addressOf = async (target: ReturnType<typeof open>, environment: string): Promise<string> => {
  const state = await target.state({ environment, slot: 'blue' });
  if (state.kind !== 'running') throw new Error(`slot is ${state.kind}`);
  return `http://${state.upstream.host}:${state.upstream.port}`;
};
const runPython = async (target: ReturnType<typeof open>, environment: string, script: string): Promise<string[]> => {
  const lines: string[] = [];
  const job = { ...python(script), environment, name: 'look', timeoutSeconds: 60, input: null };
  await target.runJob(job, (line) => lines.push(line), never);
  return lines;
};

describe('the walls around a container', () => {
  const target = open('walls');
  beforeAll(async () => {
    for (const environment of ['shop/pr-1', 'shop/pr-2'])
      await target.boot(slot(environment, python(serverScript(8069))));
  });
  afterAll(async () => {
    for (const environment of ['shop/pr-1', 'shop/pr-2']) await target.remove({ environment, slot: 'blue' });
    expect(await target.owned()).toEqual([]);
  });
  const reach = (host: string, port: number): string =>
    `import socket
s=socket.socket(); s.settimeout(3)
try:
  s.connect(('${host}', ${port})); print('reached')
except Exception as e: print('kept out')`;

  it('lets the host reach it', async () => {
    const address = await addressOf(target, 'shop/pr-1');

    await expect.poll(async () => (await fetch(address).catch(() => null))?.status, { timeout: 10_000 }).toBe(200);
  });

  it('does not let another environment reach it', async () => {
    const { hostname } = new URL(await addressOf(target, 'shop/pr-1'));

    expect(await runPython(target, 'shop/pr-1', reach(hostname, 8069))).toEqual(['reached']);
    expect(await runPython(target, 'shop/pr-2', reach(hostname, 8069))).toEqual(['kept out']);
  });

  it('does not let it reach what listens on the host’s loopback, nor the world', async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { hostname } = new URL(await addressOf(target, 'shop/pr-1'));
    const gateway = hostname.replace(/\.\d+$/, '.1');

    for (const host of ['127.0.0.1', gateway])
      expect(await runPython(target, 'shop/pr-1', reach(host, port))).toEqual(['kept out']);
    expect(await runPython(target, 'shop/pr-1', reach('192.0.2.1', 80))).toEqual(['kept out']);
    server.close();
  });

  it('runs without root, without capabilities and without a writable system', async () => {
    const lines = await runPython(
      target,
      'shop/pr-1',
      `import os
print(os.getuid() != 0, os.getgid() != 0)
print([l.split()[1] for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapBnd', 'NoNewPrivs'))])
try: open('/usr/x', 'w')
except OSError as e: print(e.errno)
open('/tmp/x', 'w'); print('tmp')`,
    );

    expect(lines).toEqual(['True True', "['0000000000000000', '0000000000000000', '1']", '30', 'tmp']);
  });

  it('hands over odoo.conf to the container’s user alone, and secrets in no label and on no command line', async () => {
    const secret = new Secret('very-secret');
    await target.boot({ ...slot('shop/pr-3', python(serverScript(8069))), config: secret, secrets: { TOKEN: secret } });
    const lines = await runPython(
      target,
      'shop/pr-3',
      "import os; s=os.stat('/etc/slipway/odoo.conf'); print(oct(s.st_mode)[-3:], s.st_uid==os.getuid())",
    );
    const info = await docker.getContainer('slipway-walls-shop-pr-3-blue').inspect();

    expect(lines).toEqual(['400 True']);
    expect(JSON.stringify([info.Config.Labels, info.Config.Cmd, info.Config.Entrypoint, info.Args])).not.toContain(
      'very-secret',
    );
    await target.remove({ environment: 'shop/pr-3', slot: 'blue' });
    const folders = await readdir(join(world.dataFolder, 'walls', 'containers'));
    expect(folders.filter((name) => name.includes('pr-3'))).toEqual([]);
  });

  it('refuses an image that runs as root', async () => {
    const rootImage = `slipway-test/root:${process.pid}`;
    const container = await docker.createContainer({ Image: world.odooImage });
    await container.commit({ repo: 'slipway-test/root', tag: String(process.pid), changes: 'USER root' });
    await container.remove();

    await expect(target.boot({ ...slot('shop/pr-4', python('1')), image: rootImage })).rejects.toMatchObject({
      code: 'odoo-boot-failed',
    });
    await docker.getImage(rootImage).remove({ force: true });
    await target.remove({ environment: 'shop/pr-4', slot: 'blue' });
  });

  it('keeps environments apart whose names look alike', async () => {
    await target.boot(slot('a/b-c', python(serverScript(8069))));

    expect(await target.state({ environment: 'a-b/c', slot: 'blue' })).toEqual({ kind: 'absent' });
    await target.remove({ environment: 'a/b-c', slot: 'blue' });
  });
});

describe('limits and failures', () => {
  const target = open('limits');
  afterAll(async () => {
    expect(await target.owned()).toEqual([]);
  });

  it('tells that a job used too much memory', async () => {
    const job = {
      ...python("x = bytearray(900*1024*1024); print('survived')"),
      environment: 'shop/pr-1',
      name: 'big',
      timeoutSeconds: 60,
      input: null,
    };

    const result = await target.runJob(job, () => undefined, never);

    expect(result).toMatchObject({ outOfMemory: true });
    expect(result.exitCode).not.toBe(0);
  });

  it('gives a job its input and closes it', async () => {
    const lines: string[] = [];
    const job = {
      ...python('import sys; print(sys.stdin.read().upper())'),
      environment: 'shop/pr-1',
      name: 'in',
      timeoutSeconds: 60,
      input: 'hello',
    };
    await target.runJob(job, (line) => lines.push(line), never);

    expect(lines).toContain('HELLO');
  });

  it('removes the job that a crashed control plane left', async () => {
    const left = await docker.createContainer({
      Image: pythonImage,
      name: 'slipway-limits-shop-pr-1-job-again',
      Cmd: ['-c', 'import time; time.sleep(3600)'],
      Labels: { 'slipway.instance': 'limits', 'slipway.environment': 'shop/pr-1' },
      HostConfig: { NetworkMode: 'none' },
    });
    await left.start();
    const job = {
      ...python("print('fresh')"),
      environment: 'shop/pr-1',
      name: 'again',
      timeoutSeconds: 60,
      input: null,
    };
    const lines: string[] = [];

    await target.runJob(job, (line) => lines.push(line), never);

    expect(lines).toEqual(['fresh']);
  });

  it('says that an image is missing', async () => {
    await expect(
      target.boot(slot('shop/pr-1', { ...python('1'), image: 'slipway-test/none:1' })),
    ).rejects.toMatchObject({
      code: 'base-image-missing',
    });
    await target.remove({ environment: 'shop/pr-1', slot: 'blue' });
  });

  it('says that Docker does not answer', async () => {
    const nowhere = openDockerTarget({
      socket: '/nonexistent/docker.sock',
      instance: 'x',
      dataFolder: world.dataFolder,
      database: access,
    });

    await expect(nowhere.state({ environment: 'shop/pr-1', slot: 'blue' })).rejects.toMatchObject({
      code: 'docker-unreachable',
    });
    await expect(nowhere.owned()).rejects.toMatchObject({ code: 'docker-unreachable' });
  });
});

describe('a real Odoo', () => {
  it('installs, serves, sleeps, wakes and leaves no trace', async () => {
    const target = open('real');
    const databases = openPostgres({ url: new Secret(world.adminUrl), instance: 'real', access });
    const filestores = openFilestores(join(world.dataFolder, 'real', 'filestores'));
    const environment = 'shop/pr-1';
    const password = new Secret('a-long-password');
    await databases.ensureRole('odoo_pr_1', password, environment);
    await databases.create('odoo_pr_1', 'odoo_pr_1', environment);
    const data = await filestores.ensure(environment);
    const odoo: Omit<OdooProcess, 'command'> = {
      ...quiet,
      limits: { memoryBytes: 1024 * MB, cpus: 2 },
      config: new Secret(
        [
          '[options]',
          'db_host = /run/slipway-pg',
          `db_port = ${world.socketPort}`,
          'db_user = odoo_pr_1',
          `db_password = ${password.reveal()}`,
          'db_name = odoo_pr_1',
          'data_dir = /var/lib/odoo',
          'workers = 0',
          'max_cron_threads = 0',
          'list_db = False',
          '',
        ].join('\n'),
      ),
      mounts: [
        { from: data, to: '/var/lib/odoo', readOnly: false },
        { from: world.socketFolder, to: '/run/slipway-pg', readOnly: true },
      ],
    };
    const config = ['--config', '/etc/slipway/odoo.conf', '-d', 'odoo_pr_1'];
    const lines: string[] = [];

    const installed = await target.runJob(
      {
        ...odoo,
        command: [...config, '-i', 'base', '--stop-after-init', '--without-demo=all', '--no-http'],
        environment,
        name: 'install',
        timeoutSeconds: 600,
        input: null,
      },
      (line) => lines.push(line),
      never,
    );
    expect(installed, lines.slice(-10).join('\n')).toEqual({ exitCode: 0, outOfMemory: false });
    expect(lines.some((line) => line.includes('Modules loaded.'))).toBe(true);

    await target.boot({ ...slot(environment, { ...odoo, command: config }) });
    const login = async (): Promise<number | undefined> =>
      (await fetch(`${await addressOf(target, environment)}/web/login`).catch(() => null))?.status;
    await expect.poll(login, { timeout: 60_000, interval: 200 }).toBe(200);
    await target.stop({ environment, slot: 'blue' }, 15);
    await target.start({ environment, slot: 'blue' });
    await expect.poll(login, { timeout: 60_000, interval: 200 }).toBe(200);
    const health = await fetch(`${await addressOf(target, environment)}/web/health?db_server_status=true`);
    expect(health.status).toBe(200);

    await target.remove({ environment, slot: 'blue' });
    await databases.drop('odoo_pr_1');
    await databases.dropRole('odoo_pr_1');
    await filestores.remove(environment);
    expect([await target.owned(), await databases.owned(), await filestores.owned()]).toEqual([[], [], []]);
    await databases.end();
    await expect(stat(data)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
