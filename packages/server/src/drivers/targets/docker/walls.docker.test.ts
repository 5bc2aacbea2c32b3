import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import {
  addressOf,
  docker,
  folderOf,
  inSlot,
  instanceOf,
  makePythonImage,
  makeVariant,
  open,
  python,
  pythonImage,
  removeVariant,
  runPython,
  serverScript,
  slot,
} from './test-target.contract.ts';

beforeAll(makePythonImage);
afterAll(async () => {
  await removeVariant(pythonImage);
});

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

    expect(await inSlot('shop/pr-1', reach(hostname, 8069))).toEqual(['reached']);
    expect(await inSlot('shop/pr-2', reach(hostname, 8069))).toEqual(['kept out']);
  });

  it('does not let it reach what listens on the host’s loopback, nor the world', async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { hostname } = new URL(await addressOf(target, 'shop/pr-1'));
    const gateway = hostname.replace(/\.\d+$/, '.1');

    for (const host of ['127.0.0.1', gateway])
      expect(await inSlot('shop/pr-1', reach(host, port))).toEqual(['kept out']);
    expect(await inSlot('shop/pr-1', reach('192.0.2.1', 80))).toEqual(['kept out']);
    server.close();
  });

  it('gives a job no network at all, only its own loopback', async () => {
    const names = await runPython(target, 'shop/pr-1', 'import socket; print([n for _, n in socket.if_nameindex()])');

    expect(names).toEqual(["['lo']"]);
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
    const info = await docker.getContainer(`slipway-${instanceOf('walls')}-shop.pr-3-blue`).inspect();

    expect(lines).toEqual(['400 True']);
    expect(JSON.stringify([info.Config.Labels, info.Config.Cmd, info.Config.Entrypoint, info.Args])).not.toContain(
      'very-secret',
    );
    await target.remove({ environment: 'shop/pr-3', slot: 'blue' });
    const folders = await readdir(join(folderOf('walls'), 'containers'));
    expect(folders.filter((name) => name.includes('pr-3'))).toEqual([]);
  });

  it('refuses an image that runs as root', async () => {
    const rootImage = `slipway-test/root:${process.pid}`;
    await makeVariant(rootImage, 'USER root');

    await expect(target.boot({ ...slot('shop/pr-4', python('1')), image: rootImage })).rejects.toMatchObject({
      code: 'odoo-boot-failed',
    });
    await removeVariant(rootImage);
    await target.remove({ environment: 'shop/pr-4', slot: 'blue' });
  });

  it('keeps the network of a sleeping slot when the other slot goes', async () => {
    const environment = 'shop/pr-5';
    await target.boot(slot(environment, python(serverScript(8069))));
    await target.boot({ ...slot(environment, python(serverScript(8069))), slot: 'green' });
    await target.stop({ environment, slot: 'blue' }, 1);
    await target.remove({ environment, slot: 'green' });
    await runPython(target, environment, 'print(1)');

    await target.start({ environment, slot: 'blue' });

    expect(await target.state({ environment, slot: 'blue' })).toMatchObject({ kind: 'running' });
    await target.remove({ environment, slot: 'blue' });
  });

  it('keeps environments apart whose names look alike', async () => {
    await target.boot(slot('a/b-c', python(serverScript(8069))));

    expect(await target.state({ environment: 'a-b/c', slot: 'blue' })).toEqual({ kind: 'absent' });
    await target.remove({ environment: 'a/b-c', slot: 'blue' });
  });
});
