/** A client that is generated from the document compiles, and runs what the command line's smoke path does. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openApiDocument } from '@slipway/contracts/openapi';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ApiSite, OPERATOR_TOKEN, openApiSite } from './api-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = 'smoke-path.ts';
const run = promisify(execFile);

let shop: Shop;
let api: ApiSite;
let folder: string;
beforeAll(async () => {
  shop = await makeShop();
  api = await openApiSite(inject('postgresUrl'), shop);
  folder = await mkdtemp(join(tmpdir(), 'slipway-client-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(folder, 'slipway-api.d.ts'),
    astToString(await openapiTS(openApiDocument() as unknown as OpenAPI3)),
  );
  await cp(join(ROOT, 'test/fixtures/client', `${PROGRAM}.txt`), join(folder, PROGRAM));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(async () => {
  await api?.close();
  await shop?.remove();
  await rm(folder, { recursive: true, force: true });
});

const compile = (file: string) =>
  run(process.execPath, [
    ...[join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--exactOptionalPropertyTypes'],
    ...['--noUncheckedIndexedAccess', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'],
    ...['--allowImportingTsExtensions', '--erasableSyntaxOnly', join(folder, file)],
  ]).then(
    () => 'compiles',
    (error: { stdout: string }) => error.stdout,
  );

test('compiles, and what the document does not have does not', async () => {
  await writeFile(
    join(folder, 'wrong.ts'),
    `import type { paths } from './slipway-api.d.ts';
export const missing: paths['/api/v1/none'] | null = null;
export const wrong: paths['/api/v1/projects/{project}/previews']['post']['requestBody']['content']['application/json'] = { number: 'one', ref: 'main' };
`,
  );

  expect(await compile(PROGRAM)).toBe('compiles');
  expect(await compile('wrong.ts')).toMatch(/'\/api\/v1\/none'[\s\S]*Type 'string' is not assignable to type 'number'/);
});

test('looks, opens a preview, waits for its run, reads its log, closes it', async () => {
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  let done = false;
  const working = (async () => {
    while (!done) await Promise.all([api.plane.drain(), new Promise((resolve) => setTimeout(resolve, 20))]);
  })();
  const { stdout } = await run(process.execPath, [join(folder, PROGRAM), url, OPERATOR_TOKEN]).finally(() => {
    done = true;
  });
  await working;

  expect(JSON.parse(stdout)).toEqual({
    ...{ projects: ['shop'], before: 0, once: true, run: 'succeeded', after: 1, lines: true },
    ...{ preview: { state: 'live', sha: 40, user: 'admin' }, refused: 'run-unknown', closed: 'succeeded' },
  });
});
