import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { dockerWorld } from '../../../../../test/setup/docker-world.ts';
import { startRegistry } from '../../../../../test/setup/registry.ts';
import { dockerAt } from '../shared/docker-engine.ts';
import { imagePresent, makeImage } from './make-image.ts';
import { odooRecipe } from './recipes.ts';
import { resolveImage } from './resolve-base.ts';

const world = dockerWorld();
const docker = dockerAt(world.socket);
const configured = `slipway-test/configured:${process.pid}`;
const absent = '127.0.0.1:9/no/such:image';

const ended = (stream: Readable): Promise<void> =>
  new Promise((resolve, reject) => docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())));

afterAll(async () => {
  await docker.getImage(configured).remove();
});

describe('the base image of a project', () => {
  it('is the one that was asked for, when it is on this machine', async () => {
    await docker.getImage(world.odooImage).tag({ repo: 'slipway-test/configured', tag: String(process.pid) });

    expect(await resolveImage(world.socket, configured, [world.odooImage])).toBe(configured);
  });

  it('is an alternative that is here, before anything is pulled', async () => {
    expect(await resolveImage(world.socket, absent, [world.odooImage])).toBe(world.odooImage);
  });

  it('is missing, and the failure names it, when no registry has it', async () => {
    await expect(resolveImage(world.socket, absent, [])).rejects.toMatchObject({
      code: 'base-image-missing',
      facts: { image: absent },
    });
  });

  it('is brought from a registry that has it', async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const [repo, tag] = [`${registry.address}/odoo`, '19.0'];
    const wanted = `${repo}:${tag}`;
    const root = pack();
    root.entry({ name: 'etc/odoo' }, 'a file');
    root.finalize();
    const send = docker.importImage.bind(docker) as unknown as (file: Readable, options: object) => Promise<Readable>;
    await ended(await send(Readable.from(root), { repo, tag }));
    await ended((await docker.getImage(wanted).push({ authconfig: {} })) as Readable);
    await docker.getImage(wanted).remove();
    onTestFinished(async () => void (await docker.getImage(wanted).remove()));

    expect(await imagePresent(world.socket, wanted)).toBe(false);
    expect(await resolveImage(world.socket, wanted, [])).toBe(wanted);
    expect(await imagePresent(world.socket, wanted)).toBe(true);
    await expect(resolveImage(world.socket, `${repo}:20.0`, [])).rejects.toMatchObject({ code: 'base-image-missing' });
  });

  it('is not called missing when it is Docker that does not answer', async () => {
    await expect(resolveImage('/nonexistent/docker.sock', absent, [])).rejects.toMatchObject({
      code: 'docker-unreachable',
    });
    await expect(imagePresent('/nonexistent/docker.sock', absent)).rejects.toMatchObject({
      code: 'docker-unreachable',
    });
  });
});

describe('making an image', () => {
  it('does nothing when it is there', async () => {
    const said: string[] = [];

    expect(await makeImage({ socket: world.socket, recipe: odooRecipe('19.0'), log: (line) => said.push(line) })).toBe(
      'present',
    );
    expect(said).toEqual([]);
  });
});
