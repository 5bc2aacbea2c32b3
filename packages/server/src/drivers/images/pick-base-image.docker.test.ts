import { afterAll, describe, expect, inject, it } from 'vitest';
import { dockerAt } from '../shared/docker-engine.ts';
import { pickBaseImage } from './pick-base-image.ts';
import { makeOdooImage } from './recipes.ts';

const world = inject('docker');
const docker = dockerAt(world.socket);
const signal = new AbortController().signal;
const quiet = (): void => undefined;
const configured = `slipway-test/configured:${process.pid}`;

describe('pickBaseImage', () => {
  afterAll(() => docker.getImage(configured).remove().catch(quiet));

  it('uses the configured image when it is on this machine', async () => {
    await docker.getImage(world.odooImage).tag({ repo: 'slipway-test/configured', tag: String(process.pid) });

    expect(await pickBaseImage({ docker, configured, series: '19.0', signal })).toBe(configured);
  });

  it('says which image is missing, in the registry’s words', async () => {
    const name = '127.0.0.1:9/no/such:image';

    await expect(pickBaseImage({ docker, configured: name, series: '19.0', signal })).rejects.toMatchObject({
      code: 'base-image-missing',
      facts: { image: name },
    });
  });

  it('says that Docker does not answer when it does not', async () => {
    const nowhere = dockerAt('/nonexistent/docker.sock');

    await expect(pickBaseImage({ docker: nowhere, configured: null, series: '19.0', signal })).rejects.toMatchObject({
      code: 'docker-unreachable',
    });
  });
});

describe('makeOdooImage', () => {
  it('does nothing when the image is there', async () => {
    const made = await makeOdooImage({ docker, series: '19.0', name: world.odooImage, log: quiet, signal });

    expect(made).toEqual({ name: world.odooImage, made: false });
  });

  it('names the series that Debian has when asked for another', async () => {
    const asked = makeOdooImage({ docker, series: '17.0', name: 'slipway-test/none:17', log: quiet, signal });

    await expect(asked).rejects.toMatchObject({ code: 'kind-unknown', facts: { known: '19.0, 14.0' } });
  });
});
