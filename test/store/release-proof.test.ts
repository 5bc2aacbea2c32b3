/** What is known of a commit that staging runs. */
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openPool, query } from '../../packages/server/src/store/queryable.ts';
import {
  builtRelease,
  driftOf,
  neutralisationOf,
  securityOf,
  testVerdictOf,
} from '../../packages/server/src/store/release-proof.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

const SHA = 'a'.repeat(40);
let database: FreshDatabase;
let db: Pool;
let made = 0;
beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  db = openPool(database.url);
  await query(
    db,
    `insert into ops.projects (id, name, config, source, database_prefix) values ('shop', 'shop', '{}', '{}', '')`,
  );
  for (const name of ['staging', 'production', 'pr-1'])
    await query(
      db,
      `insert into ops.environments (id, project, stage, name, head_sha, database, role, host)
       values ('shop/' || $1, 'shop', case when $1 = 'pr-1' then 'preview' else $1 end, $1, '', $1, $1, $1)`,
      [name],
    );
});
afterEach(async () => {
  await db?.end();
  await database?.drop();
});

const run = async (name = 'staging', sha = SHA): Promise<string> => {
  made += 1;
  await query(
    db,
    `insert into ops.runs (id, project, environment, kind, sha, state, requested_by)
     values ($1, 'shop', 'shop/' || $2, 'deploy-staging', $3, 'succeeded', 'ada')`,
    [`run_${made}`, name, sha],
  );
  return `run_${made}`;
};
const build = async (verdict: string | null, ran: number | null, digest = 'sha256:1', name = 'staging') => {
  const id = await run(name);
  const report = JSON.stringify({ tests: ran === null ? null : { run: ran, failed: 0 } });
  await query(
    db,
    `insert into ops.builds (id, project, run, git_sha, lock_hash, state, image_tag, image_sha256, test_verdict, test_report)
     values ('b_' || $1, 'shop', $1, $2, 'l', 'built', 'slipway/shop:x', $3, $4, $5)`,
    [id, SHA, digest, verdict, report],
  );
};
const step = async (kind: string, given: { input?: object; receipt?: object; failure?: object }, name = 'staging') => {
  const { input = {}, receipt = null, failure = null } = given;
  await query(
    db,
    `insert into ops.steps (run, index, name, kind, state, input, receipt, failure, finished_at)
     values ($1, 0, $2, $2, $3, $4, $5, $6, clock_timestamp())`,
    [
      await run(name),
      kind,
      failure === null ? 'done' : 'failed',
      JSON.stringify(input),
      receipt && JSON.stringify(receipt),
      failure && JSON.stringify(failure),
    ],
  );
};

describe('the verdict of the tests', () => {
  const verdict = () => testVerdictOf(db, 'shop/staging', SHA);

  test('is not known without a build, nor from a build elsewhere', async () => {
    await build('green', 12, 'sha256:1', 'pr-1');

    expect(await verdict()).toBeNull();
  });

  test.each([
    [
      'the newest with tests counts',
      [
        ['red', 4],
        ['green', 4],
      ],
      'green',
    ],
    [
      'a later run without tests takes a red back no more',
      [
        ['red', 4],
        ['green', null],
      ],
      'red',
    ],
    [
      'a later run without tests may make it worse',
      [
        ['green', 4],
        ['red', null],
      ],
      'red',
    ],
    [
      'without any tests the newest counts',
      [
        ['red', null],
        ['yellow', 0],
      ],
      'yellow',
    ],
  ] as const)('%s', async (_, builds, wanted) => {
    for (const [said, ran] of builds) await build(said, ran);

    expect(await verdict()).toBe(wanted);
  });
});

test('A release is the newest build of the commit for that environment, in the image that it serves', async () => {
  await build('green', 1, 'sha256:1');
  await build('green', 1, 'sha256:2');
  await build('green', 1, 'sha256:3', 'pr-1');

  expect(await builtRelease(db, 'shop/staging', { sha: SHA, image: 'slipway/shop:x' })).toMatchObject({
    sha: SHA,
    imageDigest: 'sha256:2',
    contentHash: '',
  });
  expect(await builtRelease(db, 'shop/staging', { sha: SHA, image: 'another' })).toBeNull();
});

test('Staging is neutralised as it was found last; a step that ended otherwise says nothing', async () => {
  expect(await neutralisationOf(db, 'shop/staging')).toBeNull();
  await step('validate-database', { receipt: { ok: true } });
  await step('validate-database', { failure: { code: 'step-timeout', facts: {} } });
  expect(await neutralisationOf(db, 'shop/staging')).toMatchObject({ valid: true, problems: [] });
  await step('validate-database', { failure: { code: 'not-neutralised', facts: { failed: 'mail (a)' } } });
  expect(await neutralisationOf(db, 'shop/staging')).toMatchObject({ valid: false, problems: ['mail (a)'] });
});

test('Production has drifted as the newest sanitised snapshot found it', async () => {
  const [sanitised, raw] = [{ input: { kind: 'sanitised' } }, { input: { kind: 'raw' }, receipt: {} }];
  await step('write-snapshot', raw, 'production');
  expect(await driftOf(db, 'shop')).toBeNull();
  const failure = { code: 'schema-drift', facts: { columns: 'a.b, c.d' } };
  await step('write-snapshot', { ...sanitised, failure }, 'production');
  await step('write-snapshot', raw, 'production');
  expect(await driftOf(db, 'shop')).toMatchObject({ columns: ['a.b', 'c.d'] });
  await step('write-snapshot', { ...sanitised, receipt: {} }, 'production');
  expect(await driftOf(db, 'shop')).toMatchObject({ columns: [] });
});

test('Secrets are known of a commit only where the guards got through it', async () => {
  const guards = (secrets: number) => [
    { id: 'secrets', errors: secrets },
    { id: 'manifests', errors: 0 },
  ];
  await step('check-repository', { receipt: { unfinished: 'too slow', guards: guards(0) } });
  await step('check-repository', { receipt: { unfinished: null, guards: [] } });
  expect(await securityOf(db, 'shop', SHA)).toBeNull();
  await step('check-repository', { receipt: { unfinished: null, guards: guards(2) } }, 'pr-1');
  expect(await securityOf(db, 'shop', SHA)).toMatchObject({ secrets: 2, manifests: 0 });
  expect(await securityOf(db, 'shop', 'b'.repeat(40))).toBeNull();
});
