import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerWorld } from '../../../../../../test/setup/docker-world.ts';
import { describeImageBuilder } from '../../../ports/image-builder.contract.ts';
import type { ImageRequest } from '../../../ports/image-builder.ts';
import { resolveImage } from '../../images/resolve-base.ts';
import { dockerAt } from '../../shared/docker-engine.ts';
import { openDockerBuilder } from './index.ts';

const world = dockerWorld();
const docker = dockerAt(world.socket);
const never = new AbortController().signal;
const instance = `build-${process.pid}`;
const builder = openDockerBuilder({
  socket: world.socket,
  instance,
  resolveBase: (reference) => resolveImage(world.socket, reference, []),
});
const COMMITTED = new Date('2026-03-04T05:06:07Z');

let checkout: string;
const put = async (path: string, text: string): Promise<void> => {
  await mkdir(join(checkout, path, '..'), { recursive: true });
  await writeFile(join(checkout, path), text);
  await utimes(join(checkout, path), COMMITTED, COMMITTED);
};

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  await put('addons/demo/__manifest__.py', "{'name': 'Demo'}");
  await put('addons/demo/static/big.js', 'x'.repeat(2 * 1024 * 1024));
  await put('addons/.git/config', 'not for the image');
  await put('extra/other/__manifest__.py', '{}');
  await put('requirements.txt', 'slipway-no-such-package==1\n');
  await symlink('demo', join(checkout, 'addons/link'));
});
afterAll(async () => {
  await rm(checkout, { recursive: true, force: true });
  const images = await docker.listImages({ filters: { label: [`slipway.instance=${instance}`] } });
  for (const image of images)
    await docker
      .getImage(image.Id)
      .remove({ force: true })
      .catch(() => undefined);
  expect(await docker.listContainers({ all: true, filters: { label: [`slipway.instance=${instance}`] } })).toEqual([]);
});

describeImageBuilder('Docker', async () => ({
  builder,
  base: world.odooImage,
  folder: '/usr/lib/python3/dist-packages/odoo/addons',
  entry: 'base',
  file: 'data/neutralize.sql',
  word: 'UPDATE ir_mail_server',
  checkout,
  close: async () => undefined,
}));

/** Images without a name: what a build that failed would leave. */
const unnamed = async (): Promise<string[]> =>
  (await docker.listImages({ filters: { dangling: ['true'] } })).map((image) => image.Id).sort();

describe('an image of a commit', () => {
  const request = async (name: string, change: Partial<ImageRequest> = {}): Promise<ImageRequest> => ({
    project: 'built',
    sha: name.repeat(40).slice(0, 40),
    base: await builder.base(world.odooImage),
    packages: [],
    checkout,
    requirements: [],
    addons: ['addons', 'extra'],
    lockHash: `${process.pid}${name}`.padEnd(64, '0'),
    contentHash: `${process.pid}${name}`.padEnd(64, '0'),
    ...change,
  });
  const look = async (reference: string, script: string): Promise<string[]> => {
    const container = await docker.createContainer({
      Image: reference,
      Entrypoint: ['python3', '-c', script],
      Labels: { 'slipway.instance': instance },
      HostConfig: { NetworkMode: 'none' },
      Tty: true,
    });
    try {
      await container.start();
      await container.wait();
      const log = (await container.logs({ stdout: true, stderr: true })) as Buffer;
      return log.toString('utf8').trim().split(/\r?\n/);
    } finally {
      await container.remove({ force: true });
    }
  };

  it('holds the addons at their place, with git’s times, readable and not writable for Odoo', async () => {
    const { reference } = await builder.build(await request('e'), () => undefined, never);

    const lines = await look(
      reference,
      `import os
m='/mnt/slipway/addons/demo/__manifest__.py'
s=os.stat(m); print(int(s.st_mtime), s.st_uid, os.getuid()!=0, os.access(m, os.R_OK), os.access(m, os.W_OK), os.access('/mnt/slipway/addons', os.W_OK))
print(sorted(os.listdir('/mnt/slipway')), sorted(os.listdir('/mnt/slipway/addons')))
print(os.path.getsize('/mnt/slipway/addons/demo/static/big.js'), os.readlink('/mnt/slipway/addons/link'))`,
    );

    expect(lines).toEqual([
      `${COMMITTED.getTime() / 1000} 0 True True False False`,
      "['addons', 'extra'] ['demo', 'link']",
      `${2 * 1024 * 1024} demo`,
    ]);
  });

  it('says where it came from', async () => {
    const asked = await request('e');
    const { reference } = await builder.build(asked, () => undefined, never);
    const { Config } = await docker.getImage(reference).inspect();

    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.revision': asked.sha,
      'org.opencontainers.image.base.digest': asked.base.digest,
      'slipway.instance': instance,
      'slipway.content': asked.contentHash,
    });
    expect(Config.User).toBe('odoo');
  });

  it('says what is wrong with a checkout that cannot be read, and leaves no container', async () => {
    const asked = await request('3', { addons: ['no-such-folder'] });

    await expect(builder.build(asked, () => undefined, never)).rejects.toThrow(/no-such-folder/);
    expect(await docker.listContainers({ all: true, filters: { label: [`slipway.instance=${instance}`] } })).toEqual(
      [],
    );
  });

  it('leaves nothing when it is told to stop in the middle', async () => {
    const before = await unnamed();
    const abort = new AbortController();
    const reason = new Error('superseded');
    const asked = await request('1', { packages: ['tree'] });

    const building = builder.build(
      asked,
      (_, line) => line.includes('Running in') && abort.abort(reason),
      abort.signal,
    );

    await expect(building).rejects.toBe(reason);
    // Others build on the same engine; what is theirs gets its name, or goes.
    const left = async () => (await unnamed()).filter((id) => !before.includes(id));
    await expect.poll(left, { timeout: 300_000, interval: 500 }).toEqual([]);
  });

  it('adds system packages once, without the lists of all there are', async () => {
    const asked = await request('2', { packages: ['tree'] });
    const { reference } = await builder.build(asked, () => undefined, never);
    const again: string[] = [];
    await builder.build({ ...asked, contentHash: `${asked.contentHash}x` }, (_, line) => again.push(line), never);

    expect(
      await look(
        reference,
        "import os; print(os.path.exists('/usr/bin/tree'), os.listdir('/var/lib/apt/lists'), os.getuid() != 0)",
      ),
    ).toEqual(['True [] True']);
    expect(again.join('\n')).not.toContain('apt-get');
  });

  it('blames the repository, with the last lines, when a system package does not exist', async () => {
    const before = await unnamed();
    const lines: string[] = [];
    const building = builder.build(
      await request('f', { packages: ['slipway-no-such-package'] }),
      (_, line) => lines.push(line),
      never,
    );

    const failure = await building.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: expect.stringMatching(/^image-build-(failed|interrupted)$/) });
    expect(lines.length).toBeGreaterThan(0);
    expect(await builder.exists(`slipway/built:sha-${'f'.repeat(40)}`)).toBe(false);
    expect(await unnamed()).toEqual(before);
  });

  it('says that Docker does not answer', async () => {
    const nowhere = openDockerBuilder({
      socket: '/nonexistent/docker.sock',
      instance,
      resolveBase: async (name) => name,
    });

    await expect(nowhere.exists('x')).rejects.toMatchObject({ code: 'docker-unreachable' });
    await expect(nowhere.base('x')).rejects.toMatchObject({ code: 'docker-unreachable' });
  });
});
