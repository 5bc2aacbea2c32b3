/** Repositories as people have them, small: what `init`, `contract` and `ci init` are tried on. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from './init-case.ts';

const bare = async (repository: Repository): Promise<void> => {
  await repository.module('shop_order');
  await repository.module('shop_stock');
  await repository.write('requirements.txt', 'requests\n');
};

const compose = async (repository: Repository): Promise<void> => {
  await repository.module('addons/shop_order');
  await repository.module('vendor/web_thing');
  await repository.write(
    'docker-compose.yml',
    `x-mail: &mail
  SMTP_HOST: mail.example.com
  SMTP_PASSWORD: \${SMTP_PASSWORD:?say it in .env}
services:
  odoo:
    build: .
    command: odoo --addons-path=/mnt/vendor,/mnt/extra-addons
    environment:
      <<: *mail
      HOST: db
      REPORT_URL: "http://reports:8080"
    volumes:
      - ./addons:/mnt/extra-addons
      - { type: bind, source: ./vendor, target: /mnt/vendor }
      - data:/var/lib/odoo
  db:
    image: postgres:\${POSTGRES_VERSION:-17}
    environment: { POSTGRES_PASSWORD: "\${POSTGRES_PASSWORD}" }
volumes: { data: {} }
`,
  );
  await repository.write('docker-compose.override.yml', 'services:\n  odoo:\n    ports: ["8069:8069"]\n');
  await repository.write(
    'Dockerfile',
    `ARG ODOO=19.0
FROM odoo:\${ODOO}
USER root
RUN apt-get update \\
 # for the labels
 && apt-get install -y --no-install-recommends libpq-dev python3-barcode=1.0 \\
 && rm -rf /var/lib/apt/lists/*
COPY reqs/requirements-odoo.txt /tmp/
RUN pip install -r /tmp/requirements-odoo.txt
USER odoo
`,
  );
  await repository.write('reqs/requirements-odoo.txt', 'python-barcode\n');
  await repository.write('reqs/requirements-dev.txt', 'pytest\n');
};

const appSpec = async (repository: Repository): Promise<void> => {
  await repository.module('addons/shop_order', '18.0.1.0.0');
  const spec = (name: string, branch: string, domain: string) => `name: ${name}
region: fra
domains:
  - { domain: www.example.com, type: ALIAS }
  - { domain: ${domain}, type: PRIMARY }
services:
  - name: odoo
    github: { repo: example/shop, branch: ${branch}, deploy_on_push: false }
    dockerfile_path: Dockerfile
    envs:
      - { key: PGHOST, value: "\${db.HOSTNAME}" }
      - { key: OCR_KEY, type: SECRET, value: "EV[1:aaaa:bbbb]" }
      - { key: REPORT_LANGUAGE, value: de_DE }
      - { key: SMTP_HOST, value: mail.example.com }
      - { key: SMTP_PASSWORD, type: SECRET, value: "EV[1:aaaa:cccc]" }
`;
  await repository.write('.do/app.yaml', spec('shop', 'main', 'erp.example.com'));
  await repository.write('.do/app-staging.yaml', spec('shop-staging', 'staging', 'staging.example.com'));
  await repository.write('Dockerfile', 'FROM odoo:18.0\nCOPY addons /mnt/extra-addons\n');
};

const devcontainer = async (repository: Repository): Promise<void> => {
  await repository.module('src/addons/shop_order');
  await repository.write(
    '.devcontainer/devcontainer.json',
    `{
  // the editor's own
  "image": "odoo:19.0",
  "containerEnv": { "SHOP_MODE": "development", },
  /* where the modules are */
  "mounts": ["source=\${localWorkspaceFolder}/src/addons,target=/mnt/extra-addons,type=bind"],
}
`,
  );
  await repository.write(
    'config/odoo.conf',
    '[options]\nadmin_passwd = planted-password\naddons_path = /mnt/extra-addons\n',
  );
};

const oca = async (repository: Repository): Promise<void> => {
  for (const name of ['web_thing', 'web_other']) {
    await repository.module(name, '17.0.1.0.0');
    const folder = join(repository.cwd, 'setup', name, 'odoo/addons');
    await mkdir(folder, { recursive: true });
    await symlink(`../../../../${name}`, join(folder, name));
    await repository.write(`setup/${name}/setup.py`, 'import setuptools\n');
  }
  await repository.write('.gitmodules', '[submodule "x"]\n\tpath = vendor/server-tools\n\tbranch = 17.0\n');
};

export const REPOSITORIES = { bare, compose, 'app spec': appSpec, devcontainer, OCA: oca } as const;
