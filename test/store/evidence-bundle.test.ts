/** A release with everything that it can rest on: what the bundle takes, what it says, and what it does not invent. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { bundleManifest, bundleSummary } from '@slipway/contracts/bundle-views';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openZip } from '../../packages/cli/src/evidence/read-zip.ts';
import { verifyBundle } from '../../packages/cli/src/evidence/verify-bundle.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { bundleEvidence } from '../../packages/server/src/flows/bundle-evidence.ts';
import { addRun, type EvidenceSite, openEvidenceSite } from './evidence-site.ts';

const SHA = 'a'.repeat(40);
const AT = '2026-11-21T05:00:00.000Z';

let site: EvidenceSite;
let folder: string;
beforeEach(async () => {
  site = await openEvidenceSite();
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
});
afterEach(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

const promotion = {
  facts: {
    release: { sha: SHA, build: 'bld_1', image: 'shop:a', imageDigest: 'sha256:1', lockHash: 'l', contentHash: 'c' },
    commits: [{ sha: SHA, author: 'Ada', email: 'ada@example.com', subject: '<script>alert(1)</script>', at: AT }],
    approvals: [{ who: 'Grace', email: null, sha: SHA, decision: 'approved', reason: 'looks "good" & safe', at: AT }],
    emergency: null,
    rehearsal: {
      sha: SHA,
      productionSha: null,
      succeeded: true,
      snapshot: 'snap_9',
      snapshotTakenAt: AT,
      at: AT,
      seconds: 12,
      forecast: 'about 4 min read-only, 3 modules, no lock > 2 s',
    },
    backup: { id: 'snap_1', takenAt: AT },
    smoke: { failed: [], at: AT },
    invariants: { broken: ['Receivables were 10, are 9'], at: AT },
    tests: 'green',
  },
  gates: [{ gate: 'approval', state: 'pass', why: 'Grace approved', fix: null }],
};

/** run_1: staging, run_2: backup, run_3: rehearsal, run_4: an older staging of another commit; run_5: production. */
const release = async (facts: object = { promotion }) => {
  await addRun(site.pool, 'run_4');
  await addRun(site.pool, 'run_5');
  await site.fill(['run_4', 'run_1', 'run_2', 'run_3', 'run_5']);
  const set = (run: string, kind: string, sha: string | null, more: object = {}) =>
    site.pool.query(
      `update ops.runs set kind = $2, sha = $3, facts = $4, state = 'succeeded', lease_until = null, finished_at = now() where id = $1`,
      [run, kind, sha, more],
    );
  await set('run_1', 'deploy-staging', SHA);
  await set('run_2', 'create-snapshot', null, { snapshot: 'snap_1' });
  await set('run_3', 'rehearse-release', SHA);
  await set('run_4', 'deploy-staging', 'b'.repeat(40));
  await set('run_5', 'deploy-production', SHA, facts);
  await site.pool.query(`update ops.environments set stage = 'production' where id = 'shop/pr-5'`);
  await site.pool.query(
    `insert into ops.deployments (id, environment, run, git_sha, status, rollback_sha, actor, migrations_run, health_results)
     values ('dep_1', 'shop/pr-5', 'run_5', $1, 'succeeded', $2, 'ada', $3, $4)`,
    [
      SHA,
      'b'.repeat(40),
      JSON.stringify([{ module: 'shop', versionBefore: '1.0', versionAfter: '1.1', milliseconds: 3 }]),
      JSON.stringify([{ note: 'ready after 3 s, with hunter2' }]),
    ],
  );
};

const bytesOf = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray());
const make = async (id: string) => {
  const signing = { key: await site.openKey(), tipFile: site.tipFile };
  const from = {
    db: site.pool,
    evidenceFolder: site.folder,
    evidenceSigning: signing,
    instance: 'test',
    knownSecrets: async () => [new Secret('hunter2')],
  };
  const file = join(folder, 'release.zip');
  await writeFile(file, await bytesOf((await bundleEvidence(from, id, 'ada')).content));
  await using zip = await openZip(file);
  const texts = new Map<string, string>();
  for (const entry of zip.entries) texts.set(entry.path, (await bytesOf(entry.open())).toString());
  return {
    verdict: await verifyBundle(file, null),
    paths: [...texts.keys()],
    manifest: bundleManifest.parse(JSON.parse(texts.get('manifest.json') ?? '')),
    summary: bundleSummary.parse(JSON.parse(texts.get('summary.json') ?? '')),
    page: texts.get('summary.html') ?? '',
  };
};

describe('the bundle of a release', () => {
  test('holds the evidence of the run and of all that it rests on, by the id of the deployment too', async () => {
    await release();

    const { verdict, manifest, paths, summary } = await make('dep_1');

    expect(verdict).toMatchObject({ ok: true, run: 'run_5', problems: [] });
    expect(manifest.runs.map(({ run, role }) => [run, role])).toEqual([
      ['run_5', 'subject'],
      ['run_1', 'staging'],
      ['run_3', 'rehearsal'],
      ['run_2', 'backup'],
    ]);
    for (const run of ['run_1', 'run_2', 'run_3', 'run_5'])
      expect(paths.filter((path) => path.includes(run)).map((path) => path.split('/').slice(2).join('/'))).toEqual([
        'build/image.log',
        'build/report.json',
        'manifest.json',
        expect.stringMatching(/^head-\d\.json$/),
      ]);
    expect(paths.some((path) => path.includes('run_4'))).toBe(false);
    expect(summary).toMatchObject({
      run: { id: 'run_5', deployment: 'dep_1', stage: 'production', outcome: 'succeeded' },
      release: { sha: SHA, build: 'bld_1', imageDigest: 'sha256:1', tests: 'green' },
      gates: promotion.gates,
      rehearsal: { run: 'run_3', snapshot: 'snap_9', forecast: 'about 4 min read-only, 3 modules, no lock > 2 s' },
      backup: { id: 'snap_1', run: 'run_2', takenAt: AT },
      rollback: { sha: 'b'.repeat(40) },
      migrations: [{ module: 'shop', from: '1.0', to: '1.1' }],
      health: ['ready after 3 s, with [secret]'],
    });
    const audit = await site.pool.query(`select who, target from ops.audit_log where what = 'evidence.bundle'`);
    expect(audit.rows).toEqual([{ who: 'ada', target: 'shop/pr-5' }]);
  });

  test('has a page on which nothing that people wrote is more than text, and which loads and runs nothing', async () => {
    await release();

    const { page } = await make('run_5');

    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('looks &quot;good&quot; &amp; safe');
    expect(page).toContain('Receivables were 10, are 9');
    expect(page).toContain('about 4 min read-only, 3 modules, no lock &gt; 2 s');
    expect(page).not.toMatch(/<script|\bon\w+=|\bsrc=|href=|@import|url\(/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('says of what is not known, or not understood, that it is no part of this release', async () => {
    await release({ promotion: { facts: { commits: 'many', backup: { id: 7 }, rehearsal: { sha: SHA } }, gates: {} } });

    const { verdict, summary, page } = await make('run_5');

    expect(verdict.ok).toBe(true);
    expect(summary).toMatchObject({ gates: null, approvals: null, backup: null, rehearsal: null, smoke: null });
    expect(summary.release).toMatchObject({ commits: null, build: null, image: null });
    expect(page.match(/not part of this release/g)?.length).toBeGreaterThan(10);
  });

  test('takes the promotion from its table', async () => {
    await release({});
    await site.pool.query(
      `insert into ops.promotions (id, project, environment, release, requested_by, facts, gates, run, expires_at)
       values ('prom_1', 'shop', 'shop/pr-5', '{}', 'ada', $1, $2, 'run_5', now() + interval '1 day')`,
      [promotion.facts, JSON.stringify(promotion.gates)],
    );

    const { summary } = await make('run_5');

    expect(summary.gates).toEqual(promotion.gates);
    expect(summary.approvals).toEqual(promotion.facts.approvals);
  });
});

describe('a bundle is not made', () => {
  test('of a run whose newest entries no head covers, or whose rows were altered', async () => {
    await release();
    await site.tamper(`delete from ops.evidence_heads where run = 'run_2'`);
    await expect(make('run_5')).rejects.toMatchObject({ code: 'evidence-unsealed', facts: { run: 'run_2' } });

    await site.tamper(`update ops.artifacts set bytes = bytes + 1 where run = 'run_5'`);
    await expect(make('run_5')).rejects.toMatchObject({
      code: 'evidence-altered',
      facts: { reason: 'its database row was altered' },
    });
  });

  test('where a signed head was altered in the folder', async () => {
    await release();
    const { rows } = await site.pool.query(`select path from ops.evidence_heads where run = 'run_1'`);
    await writeFile(join(site.folder, rows[0].path), '{}');

    await expect(make('run_5')).rejects.toMatchObject({ code: 'evidence-altered', facts: { file: rows[0].path } });
  });
});

test('A key that was replaced since is in the bundle, so that its heads are checked with it', async () => {
  await release();
  const before = (await site.openKey()).id;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(site.keyFile, `${pem}${await readFile(site.keyFile, 'utf8')}`);

  const { verdict, paths } = await make('run_5');

  expect(verdict.ok).toBe(true);
  expect(paths).toContain(`keys/${before}.pem`);
});
