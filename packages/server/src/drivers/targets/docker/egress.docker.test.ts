import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlotSpec } from '../../../ports/workload.ts';
import { raiseWalls } from '../../egress/firewall/index.ts';
import { openTestGateway } from '../../egress/test-gateway.contract.ts';
import {
  addressOf,
  docker,
  folderOf,
  inSlot as inSlotOf,
  instanceOf,
  makePythonImage,
  open,
  python,
  pythonImage,
  removeVariant,
  runPython,
  serverScript,
  slot,
  type Target,
} from './test-target.contract.ts';

const NAME = 'egress';
const inSlot = (environment: string, script: string): Promise<string[]> => inSlotOf(environment, script, NAME);
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let target: Target;
/** On all addresses of this machine, as a control plane, an edge or sshd may be set up. */
const listening = createServer((_, response) => response.end('reached'));
const database = createTcpServer((socket) => socket.end('database'));
let port = 0;

const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port;
const boot = (environment: string, more: Partial<SlotSpec> = {}) =>
  target.boot({ ...slot(environment, python(serverScript(8069))), ...more });
const gatewayOf = async (environment: string): Promise<string> => {
  const info = await docker.getNetwork(`slipway-${instanceOf(NAME)}-${environment.replace('/', '.')}-walled`).inspect();
  return info.IPAM?.Config?.[0]?.['Gateway'] ?? '';
};

beforeAll(async () => {
  await makePythonImage();
  await new Promise<void>((resolve) => listening.listen(0, '0.0.0.0', resolve));
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
  port = portOf(listening);
  gateway = await openTestGateway({
    folder: folderOf(NAME),
    instance: instanceOf(NAME),
    database: { host: '127.0.0.1', port: portOf(database) },
  });
  target = open(NAME, gateway.gateway, { host: 'db.example.com', port: 5432, socketFolder: null });
  await boot('shop/pr-1', { outside: [`127.0.0.1:${port}`, `localhost:${port}`] });
  await boot('shop/pr-2');
});
afterAll(async () => {
  for (const environment of ['shop/pr-1', 'shop/pr-2']) await target.remove({ environment, slot: 'blue' });
  expect(await target.owned()).toEqual([]);
  await gateway.close();
  listening.close();
  database.close();
  await removeVariant(pythonImage);
});

const REACH = `import socket
def reach(host, port):
  s = socket.socket(); s.settimeout(4)
  try: s.connect((host, port)); return 'reached'
  except Exception as e: return type(e).__name__
`;
const reach = (...places: (readonly [string, number])[]): string =>
  `${REACH}${places.map(([host, at]) => `print(reach('${host}', ${at}))`).join('\n')}`;

describe('from inside a walled container', () => {
  it('nothing of this machine is reached but the gateway: not by the bridge’s address, nor by any other', async () => {
    const here = await gatewayOf('shop/pr-1');
    const elsewhere = [await gatewayOf('shop/pr-2'), '172.17.0.1', '192.0.2.2', '127.0.0.1'];

    expect(await inSlot('shop/pr-1', reach([here, 1025], [here, 3128], [here, 53], [here, 5432]))).toEqual(
      Array(4).fill('reached'),
    );
    const places = [here, ...elsewhere].map((host) => [host, port] as const);
    expect(await inSlot('shop/pr-1', reach(...places))).toEqual(Array(5).fill('ConnectionRefusedError'));
    // The other environment's doors, by an address that this one has no business with.
    const [other = ''] = elsewhere;
    expect(await inSlot('shop/pr-1', reach([other, 1025], [other, 3128], [other, 53], [other, 5432]))).toEqual(
      Array(4).fill('ConnectionRefusedError'),
    );
  });

  it('neither the world nor the other environment is reached, and code that tries is told so at once', async () => {
    const { hostname } = new URL(await addressOf(target, 'shop/pr-2'));
    const started = performance.now();

    const answers = await inSlot('shop/pr-1', reach(['192.0.2.1', 80], ['1.1.1.1', 443], [hostname, 8069]));

    expect(answers).toEqual(Array(3).fill('ConnectionRefusedError'));
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('no port that Docker publishes for another container is reached', async () => {
    const published = await docker.createContainer({
      Image: pythonImage,
      Cmd: ['-c', serverScript(8069)],
      Labels: { 'slipway.test': String(process.pid) },
      ExposedPorts: { '8069/tcp': {} },
      HostConfig: { PortBindings: { '8069/tcp': [{ HostIp: '0.0.0.0', HostPort: '0' }] } },
    });
    try {
      await published.start();
      const { NetworkSettings } = await published.inspect();
      const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
      const at = Number(NetworkSettings.Ports['8069/tcp']?.[0]?.HostPort);
      await expect.poll(async () => (await fetch(`http://127.0.0.1:${at}`).catch(() => null))?.status).toBe(200);

      const here = await gatewayOf('shop/pr-1');
      const answers = await inSlot('shop/pr-1', reach([here, at], ['172.17.0.1', at], [address, 8069]));
      expect(answers.length).toBe(3);
      expect(answers).not.toContain('reached');
    } finally {
      await published.remove({ force: true });
    }
  });

  it('UDP and IPv6 lead nowhere either', async () => {
    const lines = await inSlot(
      'shop/pr-1',
      `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1)
s.connect(('8.8.8.8', 53))
try: s.send(b'x' * 40); s.recv(10); print('reached')
except Exception as e: print('kept out')
print(sum(1 for line in open('/proc/net/if_inet6') if not line.rstrip().endswith('lo')))`,
    );
    expect(lines).toEqual(['kept out', '0']);
  });

  it('a made-up name does not exist, is asked of nobody, and is written down', async () => {
    const lines = await inSlot(
      'shop/pr-1',
      `import socket
try: print(socket.getaddrinfo('c2VjcmV0.made-up.example', 80))
except socket.gaierror as e: print(e.errno == socket.EAI_NONAME)`,
    );

    expect(lines).toEqual(['True']);
    await expect
      .poll(() => gateway.attempts, { timeout: 5000 })
      .toContainEqual(
        expect.objectContaining({
          environment: 'shop/pr-1',
          kind: 'dns',
          host: 'c2vjcmv0.made-up.example',
          outcome: 'refused',
        }),
      );
  });

  it('Docker’s own resolver, which would ask the host’s name server, is not used', async () => {
    const lines = await inSlot('shop/pr-1', `print(open('/etc/resolv.conf').read().splitlines()[0])`);
    expect(lines).toEqual([`nameserver ${await gatewayOf('shop/pr-1')}`]);
  });
});

describe('the proxy', () => {
  const fetchBy = (url: string): string => `import urllib.request, urllib.error
try: print(urllib.request.urlopen('${url}', timeout=5).read().decode())
except urllib.error.HTTPError as e: print(e.code)
except Exception as e: print(type(e).__name__)`;

  it('leads to what the environment’s list has, without Odoo being told: by the variables that programs heed', async () => {
    // `localhost` goes past a proxy by custom; another name for it does not.
    const script = `import os; os.environ['no_proxy'] = os.environ['NO_PROXY'] = ''\n${fetchBy(`http://localhost:${port}/`)}`;

    expect(await inSlot('shop/pr-1', script)).toEqual(['reached']);
    await expect
      .poll(() => gateway.attempts, { timeout: 5000 })
      .toContainEqual(
        expect.objectContaining({
          environment: 'shop/pr-1',
          kind: 'http',
          host: 'localhost',
          port,
          outcome: 'allowed',
        }),
      );
  });

  it('refuses everything else, and what another environment may reach', async () => {
    expect(await inSlot('shop/pr-2', fetchBy(`http://127.0.0.2:${port}/`))).toEqual(['403']);
    expect(await inSlot('shop/pr-1', fetchBy('https://api.stripe.com/v1/charges'))).toEqual(['URLError']);
    await expect
      .poll(() => gateway.attempts, { timeout: 5000 })
      .toContainEqual(
        expect.objectContaining({
          environment: 'shop/pr-1',
          kind: 'connect',
          host: 'api.stripe.com',
          port: 443,
          outcome: 'refused',
        }),
      );
  });
});

const SEND = (subject: string): string => `import smtplib
from email.message import EmailMessage
m = EmailMessage(); m['Subject'] = '${subject}'; m['From'] = 'shop@example.com'; m['To'] = 'customer@example.com'; m.set_content('hello')
with smtplib.SMTP('mail.slipway.internal', 1025, timeout=5) as s: s.login('u', 'p') if False else None; print(s.send_message(m))`;

describe('mails', () => {
  it('are caught, and known by the network that they came from', async () => {
    for (const environment of ['shop/pr-1', 'shop/pr-2']) await inSlot(environment, SEND(`from ${environment}`));

    expect(gateway.mails.map(({ environment, subject }) => [environment, subject])).toEqual([
      ['shop/pr-1', 'from shop/pr-1'],
      ['shop/pr-2', 'from shop/pr-2'],
    ]);
  });

  it('are caught again after a restart of the gateway, and without one of the container', async () => {
    await gateway.stop();
    expect((await inSlot('shop/pr-1', SEND('lost'))).at(-1)).toContain('ConnectionRefusedError');
    await gateway.start();

    expect(await inSlot('shop/pr-1', SEND('after the restart'))).toEqual(['{}']);
    expect(gateway.mails.at(-1)).toMatchObject({ environment: 'shop/pr-1', subject: 'after the restart' });
  });

  it('are caught from a job that is to stand behind the door, though its database has a socket', async () => {
    const bySocket = open(NAME, gateway.gateway);
    expect(await runPython(bySocket, 'shop/pr-2', SEND('by a job'), { connected: true })).toEqual(['{}']);
    expect(gateway.mails.at(-1)).toMatchObject({ environment: 'shop/pr-2', subject: 'by a job' });
  });
});

describe('the way to a database outside', () => {
  it('is the gateway, under the database’s own name, for slots and jobs', async () => {
    const script = `import socket
s = socket.create_connection(('db.example.com', 5432), 5); print(s.recv(100).decode())`;

    expect(await inSlot('shop/pr-1', script)).toEqual(['database']);
    expect(await runPython(target, 'shop/pr-1', script)).toEqual(['database']);
  });
});

describe('networks', () => {
  it('are made anew, and the container with them, when somebody removed one under a sleeping slot', async () => {
    const environment = 'shop/pr-3';
    await boot(environment);
    await target.stop({ environment, slot: 'blue' }, 1);
    await docker.getNetwork(`slipway-${instanceOf(NAME)}-shop.pr-3-walled`).remove();
    await boot(environment);

    expect(await inSlot(environment, SEND('woken'))).toEqual(['{}']);
    expect(gateway.mails.at(-1)).toMatchObject({ environment, subject: 'woken' });
    await target.remove({ environment, slot: 'blue' });
  });

  it('are open for production only: it has its own way out, and no door', async () => {
    const environment = 'shop/production';
    await boot(environment, { outside: 'anything' });
    const lines = await inSlot(environment, `import os; print([k for k in os.environ if 'proxy' in k.lower()])`);
    const { Containers, Internal } = await docker
      .getNetwork(`slipway-${instanceOf(NAME)}-shop.production-open`)
      .inspect();

    expect([lines, Internal, Object.keys(Containers ?? {}).length]).toEqual([['[]'], false, 1]);
    // Another way to a door: over the host, from a network that the door is not for.
    const here = await gatewayOf('shop/pr-1');
    const asked = `import socket
s = socket.create_connection(('${here}', 3128), 5); s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
try: print(s.recv(100))
except ConnectionError: print(b'')`;
    expect(await inSlot(environment, asked)).toEqual(["b''"]);
    await target.remove({ environment, slot: 'blue' });
  });

  it('do not open a slot when the gateway cannot open its door', async () => {
    await gateway.stop();
    await expect(boot('shop/pr-4')).rejects.toMatchObject({ code: 'gateway-unreachable' });
    await gateway.start();
    await target.runJob(
      { ...python('print(1)'), environment: 'shop/pr-4', name: 'x', timeoutSeconds: 60, input: null },
      () => undefined,
      new AbortController().signal,
    );
  });

  it('keep their walls when somebody flushed the rules', async () => {
    const walls = { instance: instanceOf(NAME), relay: true };
    const here = await gatewayOf('shop/pr-1');
    const { runCommand } = await import('../../shared/run-command.ts');
    const { bridgePrefix } = await import('../../shared/bridge-name.ts');
    const jump = [
      '-D',
      'INPUT',
      '-i',
      `${bridgePrefix(walls.instance)}+`,
      '-j',
      `SLIPWAY-${bridgePrefix(walls.instance).toUpperCase()}`,
    ];
    expect((await runCommand('iptables', ['-w', ...jump])).exitCode).toBe(0);
    expect(await inSlot('shop/pr-1', reach([here, port]))).toEqual(['reached']);

    await raiseWalls(walls);

    expect(await inSlot('shop/pr-1', reach([here, port]))).toEqual(['ConnectionRefusedError']);
    const count = async (): Promise<number> =>
      (await runCommand('iptables', ['-w', '-S'])).stdout
        .split('\n')
        .filter((line) => line.includes(bridgePrefix(walls.instance))).length;
    const before = await count();
    await raiseWalls(walls);
    expect(await count()).toBe(before);
  });
});
