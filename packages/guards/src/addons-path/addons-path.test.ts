import { parseProjectConfig } from '@slipway/contracts/config-file';
import { describe, expect, it } from 'vitest';
import { treeOf } from '../memory-tree.ts';
import { addonsPath } from './index.ts';
import { RULES } from './rules.ts';

const FILES: Readonly<Record<string, string>> = {
  'slipway.yaml': "version: 1\nname: shop\nodoo:\n  series: '19.0'\n  addons:\n    - addons\n    - vendor/oca\n",
  'addons/shop/__manifest__.py': '{}',
  'vendor/oca/web/web_a/__manifest__.py': '{}',
  'vendor/oca/sale/sale_a/__manifest__.py': '{}',
  'other/extra/__manifest__.py': '{}',
  'docs/readme.md': '',
  'docker-compose.yml': `services:
  odoo:
    image: odoo:19.0
    command: odoo --addons-path=/usr/lib/python3/dist-packages/odoo/addons,/mnt/own,/mnt/oca/sale,/mnt/oca/web
    volumes:
      - ./addons:/mnt/own:ro
      - { type: bind, source: ./vendor/oca, target: /mnt/oca }
  db:
    image: postgres
`,
  'compose.ci.yaml': `services:
  odoo:
    # --addons-path=/nowhere
    command: ["odoo", "--addons-path", "addons,vendor/oca/web,vendor/oca/sale"]
`,
  '.devcontainer/devcontainer.json': `{
  // where the code is
  "workspaceFolder": "/workspaces/shop",
  "containerEnv": {
    "ADDONS_PATH": "/workspaces/shop/addons,\${containerWorkspaceFolder}/vendor/oca/web,/workspaces/shop/vendor/oca/sale",
  },
}
`,
  '.do/app.yaml': `services:
  - name: odoo
    run_command: odoo --addons-path=/app/addons,/app/vendor/oca/web,/app/vendor/oca/sale
    envs:
      - key: ADDONS_PATH
        scope: RUN_TIME
        value: "/app/addons,/app/vendor/oca/web,/app/vendor/oca/sale"
`,
  'config/odoo.conf': `[options]
addons_path = /opt/odoo/addons,
    addons,
    # vendor
    vendor/oca/web,vendor/oca/sale
admin_passwd = x
`,
  Dockerfile: `FROM odoo:19.0
COPY --chown=odoo addons /mnt/a
COPY vendor/oca/ /mnt/b
ENV ADDONS_PATH=/mnt/a,/mnt/b/web,/mnt/b/sale
CMD ["odoo", "--addons-path", "/mnt/a,/mnt/b/web,/mnt/b/sale"]
`,
  'addons/shop/tests/odoo.conf': '[options]\naddons_path = other\n',
};

const found = async (files: Readonly<Record<string, string>>): Promise<string[]> => {
  const tree = treeOf(files);
  const parsed = parseProjectConfig((await tree.text('slipway.yaml')) ?? '');
  const config = parsed.ok ? { value: parsed.config, file: 'slipway.yaml' } : null;
  const all: string[] = [];
  for await (const { rule, file, line, column, message } of addonsPath.check({ tree, config, today: '2026-01-01' }))
    all.push(`${rule} ${file}:${line}:${column} ${message}`);
  return all;
};
const change = (file: string, from: string, to: string): Record<string, string> => {
  const text = FILES[file] ?? '';
  expect(text).toContain(from);
  return { ...FILES, [file]: text.replace(from, to) };
};

const WHOLE = 'slipway.yaml has addons, vendor/oca';
const PLANTED: readonly (readonly [
  rule: string,
  place: string,
  says: string,
  file: string,
  from: string,
  to: string,
])[] = [
  [
    'missing',
    'docker-compose.yml:4:76',
    `the addons path lacks vendor/oca/web: ${WHOLE}`,
    'docker-compose.yml',
    ',/mnt/oca/web',
    '',
  ],
  [
    'missing',
    'compose.ci.yaml:4:41',
    `the addons path lacks addons: ${WHOLE}`,
    'compose.ci.yaml',
    'addons,vendor',
    'vendor',
  ],
  [
    'extra',
    '.devcontainer/devcontainer.json:5:21',
    `the addons path has other: ${WHOLE}`,
    '.devcontainer/devcontainer.json',
    '"/workspaces/shop/addons',
    '"/workspaces/shop/other,/workspaces/shop/addons',
  ],
  [
    'order',
    '.do/app.yaml:3:57',
    `addons comes too late: ${WHOLE}`,
    '.do/app.yaml',
    '/app/addons,/app/vendor/oca/web',
    '/app/vendor/oca/web,/app/addons',
  ],
  [
    'order',
    '.do/app.yaml:7:37',
    `addons comes too late: ${WHOLE}`,
    '.do/app.yaml',
    '"/app/addons,/app/vendor/oca/web',
    '"/app/vendor/oca/web,/app/addons',
  ],
  [
    'missing',
    'config/odoo.conf:3:5',
    `the addons path lacks vendor/oca/sale: ${WHOLE}`,
    'config/odoo.conf',
    ',vendor/oca/sale',
    '',
  ],
  [
    'missing',
    'Dockerfile:4:17',
    `the addons path lacks vendor/oca/sale: ${WHOLE}`,
    'Dockerfile',
    '/mnt/b/sale\n',
    '\n',
  ],
  [
    'no-modules',
    'config/odoo.conf:3:5',
    'docs (docs) holds no module',
    'config/odoo.conf',
    '    addons,',
    '    docs,addons,',
  ],
  [
    'no-modules',
    'Dockerfile:5:50',
    '/mnt/b/sal (vendor/oca/sal) is not in the repository',
    'Dockerfile',
    '/mnt/b/web,/mnt/b/sale"',
    '/mnt/b/web,/mnt/b/sal,/mnt/b/sale"',
  ],
  [
    'no-modules',
    'slipway.yaml:8:7',
    'docs holds no module',
    'slipway.yaml',
    '    - vendor/oca\n',
    '    - vendor/oca\n    - docs\n',
  ],
];

describe('the guard of the addons path', () => {
  it('finds nothing where all say the same, each in its own way', async () => {
    expect(await found(FILES)).toEqual([]);
  });

  it.each(PLANTED)('%s is found at %s (%s), and nothing else is', async (rule, place, says, file, from, to) => {
    expect(await found(change(file, from, to))).toEqual([`addons-path/${rule} ${place} ${says}`]);
  });

  it('has a planted fault for every rule', () => {
    expect(RULES.map(({ id }) => id).sort()).toEqual(
      [...new Set(PLANTED.map(([rule]) => `addons-path/${rule}`))].sort(),
    );
  });

  it('compares the places with the first of them when there is no slipway.yaml', async () => {
    const { 'slipway.yaml': _, ...rest } = change('Dockerfile', ',/mnt/b/sale"', '"');

    expect(await found(rest)).toEqual([
      'addons-path/missing Dockerfile:5:32 the addons path lacks vendor/oca/sale: .devcontainer/devcontainer.json has addons, vendor/oca/web, vendor/oca/sale',
      'addons-path/order docker-compose.yml:4:99 vendor/oca/web comes too late: .devcontainer/devcontainer.json has addons, vendor/oca/web, vendor/oca/sale',
    ]);
  });

  it('knows the binds of a service from the block that it takes over, and from the file that is overridden', async () => {
    const block = `x-odoo: &odoo
  image: odoo:19.0
  volumes: [./addons:/mnt/own, ./vendor/oca:/mnt/oca]
services:
  shop:
    <<: *odoo
    command: odoo --addons-path=/mnt/own,/mnt/oca/web
`;
    const override = 'services:\n  odoo:\n    command: odoo --addons-path=/mnt/oca/web,/mnt/oca/sale\n';

    expect(await found({ ...FILES, 'compose.block.yaml': block, 'docker-compose.override.yml': override })).toEqual([
      `addons-path/missing compose.block.yaml:7:33 the addons path lacks vendor/oca/sale: ${WHOLE}`,
      `addons-path/missing docker-compose.override.yml:3:33 the addons path lacks addons: ${WHOLE}`,
    ]);
  });

  it('says nothing of a path that it cannot place', async () => {
    expect(await found(change('compose.ci.yaml', 'addons,vendor', '/mnt/extra-addons,$MORE,vendor'))).toEqual([]);
  });
});
