import type { Readable } from 'node:stream';
import type { PreviewView } from '@slipway/contracts/views';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerAt } from '../../packages/server/src/drivers/shared/docker-engine.ts';
import { type GithubBehindPrism, startGithubBehindPrism } from '../fakes/github/behind-prism.ts';
import { dockerWorld } from '../setup/docker-world.ts';
import { Installation } from './installation.ts';

const { socket, odooImage } = dockerWorld();
const docker = dockerAt(socket);
const IMAGE = `slipway-test/registry-odoo:${process.pid}`;

/**
 * What Docker's official image of Odoo adds to the package, as its Dockerfile shows (https://github.com/odoo/docker, 19.0): a script as entry
 * point, volumes, variables of its own, a settings file that names no database, a user with another number. The script fails here:
 * whoever runs Odoo through it passes the database's password on the command line.
 */
const DOCKERFILE = `FROM ${odooImage}
USER root
COPY entrypoint.sh /entrypoint.sh
RUN usermod -u 12321 odoo && groupmod -g 12322 odoo && mkdir -p /mnt/extra-addons /etc/odoo /var/lib/odoo \\
 && chown -R odoo:odoo /mnt/extra-addons /etc/odoo /var/lib/odoo \\
 && printf '[options]\\naddons_path = /mnt/extra-addons\\ndata_dir = /var/lib/odoo\\n' > /etc/odoo/odoo.conf
ENV ODOO_RC=/etc/odoo/odoo.conf LANG=C.UTF-8
VOLUME ["/var/lib/odoo", "/mnt/extra-addons"]
EXPOSE 8069 8071 8072
USER odoo
ENTRYPOINT ["/entrypoint.sh"]
CMD ["odoo"]
`;

const buildImage = async (): Promise<void> => {
  const context = pack();
  context.entry({ name: 'Dockerfile' }, DOCKERFILE);
  context.entry({ name: 'entrypoint.sh', mode: 0o755 }, '#!/bin/sh\necho "run through the script" >&2\nexit 64\n');
  context.finalize();
  const stream = (await docker.buildImage(context as unknown as NodeJS.ReadableStream, { t: IMAGE })) as Readable;
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
  );
};

const volumes = async (): Promise<readonly string[]> => (await docker.listVolumes()).Volumes.map(({ Name }) => Name);

describe('an image in the shape of the official one', () => {
  let github: GithubBehindPrism;
  let slipway: Installation;
  let before: readonly string[];

  beforeAll(async () => {
    github = await startGithubBehindPrism();
    github.fake.tokens.set('ghp_test', 'slipway-bot');
    github.fake.permissions.set('acme/shop ada', 'write');
    await buildImage();
    before = await volumes();
    slipway = new Installation(github.url);
    await slipway.prepare((config) => config.replace("series: '19.0'", `series: '19.0'\n  image: ${IMAGE}`));
    await slipway.start();
    await slipway.api('POST', '/projects', { folder: slipway.shop });
  });
  afterAll(async () => {
    await slipway?.remove();
    await github?.close();
    await docker.getImage(IMAGE).remove({ force: true });
  });

  it('serves a preview, without its script, and leaves no volume behind', async () => {
    const sha = slipway.commit('greeting', 'Greet', {
      'addons/shop_order/views/hello.xml': ['Welcome to the shop', 'Good morning'],
    });
    await slipway.deliver('pull_request', { action: 'opened', number: 5, branch: 'greeting', sha });
    const live: PreviewView = await slipway.until(5, (view) => view.state === 'live' || view.state === 'failed');
    expect(live).toMatchObject({ state: 'live' });
    const said = live.verdict === 'green' ? [] : await slipway.odooLog(live.run ?? '');
    expect(said).toEqual([]);
    expect((await slipway.get(live, '/web/login')).status).toBe(200);
    expect((await slipway.get(live, '/shop/hello')).text).toContain('Good morning');

    await slipway.deliver('pull_request', { action: 'closed', number: 5, branch: 'greeting', sha });
    await slipway.until(5, (view) => view.state === 'closed', 60);
    expect(await slipway.possessions(5)).toEqual([]);
    expect((await volumes()).filter((name) => !before.includes(name))).toEqual([]);
  });
});
