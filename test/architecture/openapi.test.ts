import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROUTES } from '@slipway/contracts/api';
import { openApiDocument } from '@slipway/contracts/openapi';
import { afterAll, beforeAll, expect, test } from 'vitest';

const LINTER = join(import.meta.dirname, '../../node_modules/@redocly/cli/bin/cli.js');
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-openapi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** How many errors and warnings the recommended rules find, and which. Nothing is asked of the network. */
const lint = async (document: object): Promise<{ readonly totals: unknown; readonly rules: readonly string[] }> => {
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { stdout } = await run(
    process.execPath,
    [LINTER, 'lint', file, '--extends', 'recommended', '--format', 'json'],
    {
      ...{ env, cwd: folder, maxBuffer: 64 * 2 ** 20 },
    },
  ).catch((error: { stdout: string }) => error);
  const { totals, problems } = JSON.parse(stdout) as { totals: unknown; problems: { ruleId: string }[] };
  return { totals, rules: problems.map(({ ruleId }) => ruleId) };
};

test('the OpenAPI document passes the linter without an error and without a warning', async () => {
  expect(await lint(openApiDocument())).toEqual({ totals: { errors: 0, warnings: 0, ignored: 0 }, rules: [] });
});

test('the linter finds what is wrong with a document', async () => {
  const document = openApiDocument() as { paths: Record<string, Record<string, { operationId?: string }>> };
  const status = document.paths['/api/v1/status']?.['get'];
  if (status !== undefined) status.operationId = 'health';

  expect((await lint(document)).rules).toContain('operation-operationId-unique');
});

test('every route is one operation, with what its row says', () => {
  const { paths, components } = openApiDocument() as {
    paths: Record<
      string,
      Record<
        string,
        {
          operationId: string;
          tags: string[];
          requestBody?: unknown;
          parameters: { in?: string; description?: string }[];
        }
      >
    >;
    components: { schemas: Record<string, unknown> };
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );

  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(ROUTES).sort());
  for (const { operationId, path, method, tags, requestBody, parameters } of operations) {
    const row = ROUTES[operationId as keyof typeof ROUTES];
    expect([method.toUpperCase(), path.replace(/\{(\w+)\}/g, ':$1')]).toEqual([row.method, row.path]);
    expect(tags).toHaveLength(1);
    expect(requestBody !== undefined, operationId).toBe('body' in row);
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath).toHaveLength(row.path.split(':').length - 1);
    expect(inPath.every(({ description = '' }) => description.length > 10)).toBe(true);
  }
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(['PreviewView', 'RunView', 'BuildView', 'Problem', 'LogLine']),
  );
});
