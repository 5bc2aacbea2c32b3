import { parseProjectConfig } from '@slipway/contracts/config-file';
import { describe, expect, it } from 'vitest';
import { findingsOf, places } from '../testing/findings-of.ts';
import { images } from './index.ts';

const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG SERIES=19.0
FROM python:3.12-slim AS wheels
RUN pip wheel -r requirements.txt \\
  && true

FROM odoo:\${SERIES} AS base
FROM base
USER root
COPY --from=wheels /w /w
USER odoo
HEALTHCHECK CMD curl -fsS http://localhost:8069/web/health
`;
const COMPOSE = `services:
  odoo:
    build: .
    image: shop
  db:
    image: postgres:17@sha256:0000000000000000000000000000000000000000000000000000000000000000
    healthcheck: { test: [CMD, pg_isready] }
  cache:
    image: \${CACHE_IMAGE}
    user: "1000"
    healthcheck: { test: redis-cli ping }
  migrate:
    image: registry.example.org:5000/shop/odoo:1.2
    restart: "no"
  ours:
    image: slipway/odoo
    healthcheck: { test: "true" }
`;
const CLEAN = {
  Dockerfile: DOCKERFILE,
  'docker-compose.yml': COMPOSE,
  'docker-compose.override.yml': 'services:\n  odoo:\n    ports: ["8069:8069"]\n',
  '.devcontainer/Dockerfile': 'FROM odoo:19.0\nUSER root\n',
};

const planted: readonly (readonly [string, keyof typeof CLEAN, string, string, string])[] = [
  ['a base without a tag', 'Dockerfile', 'python:3.12-slim', 'python', 'tag-missing 3:6'],
  ['a base that is the latest', 'Dockerfile', 'odoo:${SERIES}', 'odoo:latest', 'tag-latest 7:6'],
  ['a base that is the latest by its ARG', 'Dockerfile', 'SERIES=19.0', 'SERIES=latest', 'tag-latest 7:6'],
  ['an image that ends as root', 'Dockerfile', 'USER odoo', 'USER 0:0', 'root-user 11:6'],
  [
    'an image that begins as root and stays so',
    'Dockerfile',
    DOCKERFILE.slice(DOCKERFILE.indexOf('FROM odoo')),
    'HEALTHCHECK CMD true\n',
    'root-user 3:6',
  ],
  ['an image without a health check', 'Dockerfile', 'HEALTHCHECK CMD', 'RUN', 'health-check-missing 7:6'],
  [
    'an image whose health check is switched off',
    'Dockerfile',
    'HEALTHCHECK CMD',
    'HEALTHCHECK NONE #',
    'health-check-missing 7:6',
  ],
  ['a service without a tag', 'docker-compose.yml', 'odoo:1.2', 'odoo', 'tag-missing 13:12'],
  ['a service that is the latest', 'docker-compose.yml', 'odoo:1.2', 'odoo:latest', 'tag-latest 13:12'],
  ['a service that runs as root', 'docker-compose.yml', '"1000"', 'root', 'root-user 10:11'],
  [
    'a service without a health check',
    'docker-compose.yml',
    '    healthcheck: { test: redis-cli ping }\n',
    '',
    'health-check-missing 8:3',
  ],
];

describe('images', () => {
  it('says nothing where nothing is wrong', async () => {
    expect(places(await findingsOf(images, CLEAN))).toEqual([]);
  });

  for (const [what, file, from, to, where] of planted)
    it(`finds ${what}`, async () => {
      expect(CLEAN[file]).toContain(from);
      const [rule, place] = where.split(' ');
      const found = places(await findingsOf(images, { ...CLEAN, [file]: CLEAN[file].replace(from, to) }));
      const expected = `images/${rule} ${file}:${place}`;

      // Without its image's health check the service that is built from it has none either.
      const builds = rule === 'health-check-missing' && file === 'Dockerfile';
      expect(found).toEqual(builds ? [expected, 'images/health-check-missing docker-compose.yml:2:3'] : [expected]);
    });

  it('finds the image of slipway.yaml', async () => {
    const text = "version: 1\nname: shop\nodoo:\n  series: '19.0'\n  image: odoo:latest\n";
    const parsed = parseProjectConfig(text);
    if (!parsed.ok) throw new Error('not valid');
    const found = await findingsOf(
      images,
      { 'slipway.yaml': text },
      { config: { value: parsed.config, file: 'slipway.yaml' } },
    );

    expect(places(found)).toEqual(['images/tag-latest slipway.yaml:5:10']);
  });

  it.each([
    ['nothing', ''],
    ['no FROM', 'RUN x\nUSER root\n'],
    ['binary words', '\u0001\u0002FROM \u0003'],
    ['a stage that starts from itself', 'FROM a AS a\nFROM b AS a\nFROM a AS b\n'],
    ['many lines that go on', `FROM odoo:19.0\nRUN ${'a \\\n'.repeat(20_000)}`],
    ['variables in variables', `FROM ${'${a-'.repeat(50_000)}\n`],
    ['many stages', 'FROM a:1 AS a\n'.repeat(3_000)],
  ])('takes a Dockerfile of %s', async (_, text) => {
    const start = performance.now();
    await findingsOf(images, {
      Dockerfile: text,
      'compose.yaml': `services: [1]\n`,
      'a/compose.yml': 'services: { a: 1, b: { build: ../../../x } }',
    });

    expect(performance.now() - start).toBeLessThan(3000);
  });
});
