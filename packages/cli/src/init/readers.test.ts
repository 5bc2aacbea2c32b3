import { describe, expect, it } from 'vitest';
import { seriesOfImage } from './guess-series.ts';
import { readAppSpec } from './read-app-spec.ts';
import { readCompose } from './read-compose.ts';
import { readDevcontainer } from './read-devcontainer.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { readEnvExample } from './read-env-example.ts';
import { readGitmodules } from './read-gitmodules.ts';
import { isOdooConf, readOdooConf } from './read-odoo-conf.ts';

const names = (variables: readonly { readonly name: string }[]) => variables.map(({ name }) => name);

describe('a compose file', () => {
  it('is read with anchors, both forms of volumes and of the environment', () => {
    const found = readCompose(
      'deploy/compose.prod.yaml',
      `x: &x { image: "registry.example.com/shop/odoo:19.0-7" }
services:
  web:
    <<: *x
    entrypoint: [odoo, "--addons-path", "/mnt/a,/mnt/b"]
    environment: ["REPORT_URL=http://reports", "API_TOKEN=abc", "PASSED_ON", "lower=1", "PASSWORD=odoo"]
    volumes: ["../addons:/mnt/a:ro", { source: ./b, target: /mnt/b }, "data:/var/lib/odoo", "/etc/x:/etc/x", "../../out:/mnt/c"]
`,
    );

    expect(found).toMatchObject({
      images: ['registry.example.com/shop/odoo:19.0-7'],
      addonsPath: ['/mnt/a', '/mnt/b'],
      mounts: [
        { folder: 'addons', inside: '/mnt/a' },
        { folder: 'deploy/b', inside: '/mnt/b' },
      ],
      doubts: [],
    });
    expect(found.variables).toEqual([
      {
        name: 'REPORT_URL',
        default: 'http://reports',
        required: false,
        secret: false,
        source: 'file',
        stages: ['production'],
      },
      { name: 'API_TOKEN', required: false, secret: true, source: 'secret-store', stages: ['production'] },
      { name: 'PASSED_ON', required: false, secret: false, source: 'file', stages: ['production'] },
    ]);
  });

  it('tells what it takes from the environment, and whether it must', () => {
    const { variables } = readCompose(
      'compose.yaml',
      'services: { odoo: { image: "odoo:${TAG:-19.0}", labels: ["$BARE", "${MUST:?no}", "${MAY:+x}", "$${NOT}", "${EMPTY-}"] } } # ${COMMENT}',
    );

    expect(variables.map(({ name, default: value, required }) => [name, value, required])).toEqual([
      ['TAG', '19.0', false],
      ['BARE', undefined, true],
      ['MUST', undefined, true],
      ['MAY', undefined, false],
      ['EMPTY', undefined, false],
    ]);
  });

  it('never takes over a value that may be a secret', () => {
    const { variables } = readCompose(
      'compose.yaml',
      `services:
  odoo:
    image: odoo:19.0
    environment:
      DB_PASSWORD: planted
      STRIPE_KEY: planted
      WAREHOUSE: postgresql://user:planted@host/db
      FINGERPRINT: 8f14e45fceea167a5a36dedd4bea2543
      PICTURE: \${DB_PASS:-planted}
`,
    );

    expect(JSON.stringify(variables)).not.toMatch(/planted|8f14e45f/);
    expect(names(variables)).toContain('DB_PASS');
  });

  it('takes no database for Odoo because of its name, and an image of ones own by the name of the service', () => {
    const { images } = readCompose(
      'compose.yaml',
      'services: { odoo-db: { image: "postgres:17" }, odoo: { image: "registry.example.com/shop:7" }, erp_proxy: { image: x } }',
    );

    expect(images).toEqual(['registry.example.com/shop:7']);
  });

  it('without Odoo in it, or that is no YAML, is a doubt', () => {
    expect(readCompose('compose.yaml', 'services: { db: { image: postgres } }').doubts).toEqual([
      'compose.yaml has no service that looks like Odoo.',
    ]);
    for (const text of ['', 'services: [', 'just text', '%'])
      expect(readCompose('compose.yaml', text).doubts).toEqual(['compose.yaml cannot be read as YAML.']);
  });
});

describe('an odoo.conf', () => {
  it('gives its addons path over several lines, and nothing else', () => {
    const text =
      '[options]\n; addons_path = old\nadmin_passwd = planted\naddons_path = /mnt/a,\n\t/mnt/b ,\n  # note\n  /mnt/c\nworkers = 2\n';

    const found = readOdooConf('odoo.conf', text);
    expect(found.addonsPath).toEqual(['/mnt/a', '/mnt/b', '/mnt/c']);
    expect(JSON.stringify(found)).not.toContain('planted');
  });

  it('is known by its name', () => {
    expect(['odoo.conf', 'config/odoo-prod.conf', '.odoorc', 'nginx.conf', 'odoo.conf.md'].map(isOdooConf)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('a Dockerfile', () => {
  it('gives base, packages over several lines, and what it copies', () => {
    const found = readDockerfile(
      'docker/Dockerfile',
      `ARG V=19.0
FROM node:24 AS assets
FROM --platform=linux/amd64 registry.example.com/odoo:\${V} AS base
RUN apt-get update && \\
    # comment
    apt-get install -y --no-install-recommends wkhtmltopdf=0.12 \\
      libpq-dev $EXTRA && rm -rf /var/lib/apt/lists/*
RUN pip3 install --no-cache-dir -r /tmp/r.txt
RUN --mount=type=cache,target=/x DEBIAN_FRONTEND=noninteractive sudo apt-get -y install fonts-noto; python3 -m pip install x
COPY --chown=odoo addons vendor /mnt/
COPY --from=assets /x /y
COPY ["req.txt", "/tmp/"]
`,
    );

    expect(found).toMatchObject({
      images: ['registry.example.com/odoo:19.0'],
      packages: ['wkhtmltopdf', 'libpq-dev', 'fonts-noto'],
      mounts: [
        { folder: 'docker/addons', inside: '/mnt' },
        { folder: 'docker/vendor', inside: '/mnt' },
        { folder: 'docker/req.txt', inside: '/tmp' },
      ],
      doubts: [],
    });
  });

  it('takes no stage of its own for an image', () => {
    expect(readDockerfile('Dockerfile', 'FROM odoo:18.0 AS odoo-base\nFROM odoo-base\nUSER odoo\n').images).toEqual([
      'odoo:18.0',
    ]);
  });

  it('that does more is a doubt, with its lines; one that is not of Odoo says nothing', () => {
    expect(readDockerfile('Dockerfile', 'FROM odoo:19.0\nRUN curl x | sh\nRUN rm x && make\n').doubts[0]).toContain(
      '(line 2, 3)',
    );
    expect(readDockerfile('Dockerfile', 'FROM node:24\nRUN make\n')).toMatchObject({ images: [], doubts: [] });
  });
});

describe('an app spec', () => {
  it('gives stage, branch, address and variables; a secret without its value', () => {
    const found = readAppSpec(
      '.do/app.yaml',
      `spec:
  name: shop
  domains: [{ domain: ERP.example.com }]
  envs: [{ key: GLOBAL, value: a }]
  services:
    - { name: api }
    - name: odoo
      gitlab: { branch: "19.0" }
      image: { registry_type: DOCR, repository: shop/odoo, tag: "19.0-3" }
      run_command: odoo --addons-path=/mnt/a
      envs: [{ key: K, type: SECRET, value: planted }, { key: HOST_OF_DB, value: "\${db.HOSTNAME}" }]
`,
    );

    expect(found).toMatchObject({
      images: ['shop/odoo:19.0-3'],
      addonsPath: ['/mnt/a'],
      stages: [{ stage: 'production', branch: '19.0', url: 'https://erp.example.com' }],
      doubts: [],
    });
    expect(names(found.variables)).toEqual(['GLOBAL', 'K', 'HOST_OF_DB']);
    expect(JSON.stringify(found)).not.toContain('planted');
  });

  it('with several services is read where one looks like Odoo', () => {
    expect(
      readAppSpec('.do/app.yaml', 'services: [{ name: site, image: { repository: site } }, { name: api }]'),
    ).toMatchObject({
      images: [],
      stages: [],
      doubts: ['.do/app.yaml has no service that looks like Odoo.'],
    });
  });

  it('of staging is known by its name, and an address that is not there is a doubt', () => {
    expect(readAppSpec('.do/staging.yaml', 'services: [{ name: web }]')).toMatchObject({
      stages: [{ stage: 'staging' }],
      doubts: ['.do/staging.yaml names no domain, so the address of staging is not known.'],
    });
  });
});

describe('the tag of an image', () => {
  it('names a series only where it is one of Odoo', () => {
    const images = [
      'odoo:19',
      'odoo:19.0',
      'odoo:19.0-20260101',
      'x.example.com:5000/shop/odoo-shop:v18.0',
      'odoo:17.3',
      'odoo:2026',
      'odoo',
      'postgres:17',
      'x.example.com/shop:12',
    ];

    expect(images.map(seriesOfImage)).toEqual([
      '19.0',
      '19.0',
      '19.0',
      '18.0',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the others', () => {
  it('devcontainer.json is read with comments and trailing commas', () => {
    const found = readDevcontainer(
      '.devcontainer/devcontainer.json',
      '{ "image": "odoo:19.0", /* x */ "remoteEnv": { "TOKEN_X": "planted", "MODE": "dev", "PATH": "x", }, // y\n "mounts": [{ "source": "${localWorkspaceFolder}", "target": "/mnt/a" }, "source=x,target=/y"] }',
    );

    expect(found).toMatchObject({ images: ['odoo:19.0'], mounts: [{ folder: '.', inside: '/mnt/a' }] });
    expect(names(found.variables)).toEqual(['TOKEN_X', 'MODE']);
    expect(JSON.stringify(found)).not.toContain('planted');
  });

  it('.gitmodules gives branches, and a doubt for what is not checked out', () => {
    const text =
      '[submodule "a"]\n  path = vendor/a\n  branch = 19.0\n[submodule "b"]\n  path = ../out\n[submodule "c"]\n  path = c\n';

    expect(readGitmodules('.gitmodules', text, (path) => path === 'c')).toMatchObject({
      branches: ['19.0'],
      doubts: ['The submodule vendor/a is not checked out: run `git submodule update --init`, then this again.'],
    });
  });

  it('.env.example gives names and plain values', () => {
    const { variables } = readEnvExample(
      '.env.example',
      "A=1\nexport B='x y' \n# C=1\nDB_PASSWORD=planted\nlower=1\nE=x # note\nF=\n",
    );

    expect(variables.map(({ name, default: value }) => [name, value])).toEqual([
      ['A', '1'],
      ['B', 'x y'],
      ['DB_PASSWORD', undefined],
      ['E', 'x'],
      ['F', undefined],
    ]);
  });
});
