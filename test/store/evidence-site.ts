import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { inject } from 'vitest';
import { systemClock } from '../../packages/server/src/domain/clock.ts';
import type { Secret } from '../../packages/server/src/domain/secret.ts';
import { openEvidence } from '../../packages/server/src/evidence/evidence.ts';
import type { EvidenceSigning } from '../../packages/server/src/evidence/heads.ts';
import { Redactor } from '../../packages/server/src/evidence/redactor.ts';
import { openSigningKey } from '../../packages/server/src/evidence/signing-key.ts';
import { verifyEvidence } from '../../packages/server/src/evidence/verify.ts';
import { freshDatabase, testPool } from '../setup/database.ts';

const STARTED = new Date('2026-11-21T05:00:00.000Z');
export const folderOf = (run: string): string => `2026-11-21T05-00-00Z-${run}`;
const RUNS = ['run_1', 'run_2', 'run_3'];

/** A data folder and a database with three runs that are at work. */
export const openEvidenceSite = async () => {
  const database = await freshDatabase(inject('postgresUrl'));
  const pool = testPool(database.url, 8);
  const data = await mkdtemp(join(tmpdir(), 'slipway-evidence-'));
  const folder = join(data, 'evidence');
  const keyFile = join(data, 'evidence.key');
  const openKey = (signedWith: string | null = null) => openSigningKey({ file: keyFile, folder, signedWith });
  let signing: EvidenceSigning = { key: await openKey(), tipFile: join(data, 'evidence.tip') };
  await pool.query(
    `insert into ops.projects (id, name, config, source, database_prefix) values ('shop', 'shop', '{}', '{}', '')`,
  );
  for (const run of RUNS) await addRun(pool, run);
  const open = (run = 'run_1', secrets: readonly Secret[] = [], fence = 0) =>
    openEvidence({
      folder,
      db: pool,
      run,
      fence,
      signing,
      startedAt: STARTED,
      redactor: new Redactor(secrets),
      clock: systemClock,
    });
  const verifyAtWork = () => verifyEvidence({ folder, db: pool, signing });
  return {
    pool,
    data,
    folder,
    keyFile,
    tipFile: signing.tipFile,
    openKey,
    /** As a start of the server with another key file does it. */
    useKey: async (signedWith: string | null) => {
      signing = { ...signing, key: await openKey(signedWith) };
    },
    open,
    verifyAtWork,
    /** After all runs have ended. */
    verify: async () => {
      await pool.query(`update ops.runs set state = 'succeeded', lease_until = null where state = 'running'`);
      return verifyAtWork();
    },
    /** Two files each, sealed. */
    fill: async (runs = RUNS) => {
      for (const run of runs) {
        const evidence = await open(run);
        await evidence.add('build/image.log', `image of ${run}\n`);
        await evidence.add('build/report.json', '{"ok":true}\n');
        await evidence.seal();
      }
    },
    /** What an administrator of the database could do. */
    tamper: async (...statements: readonly string[]) => {
      const tables = ['artifacts', 'evidence_heads'];
      for (const table of tables) await pool.query(`alter table ops.${table} disable trigger user`);
      for (const statement of statements) await pool.query(statement);
      for (const table of tables) await pool.query(`alter table ops.${table} enable trigger user`);
    },
    close: async () => {
      await pool.end();
      await database.drop();
      await rm(data, { recursive: true });
    },
  };
};

export type EvidenceSite = Awaited<ReturnType<typeof openEvidenceSite>>;

export const addRun = async (pool: pg.Pool, run: string): Promise<void> => {
  const name = run.replace('run_', 'pr-');
  await pool.query(
    `insert into ops.environments (id, project, stage, name, head_sha, database, role, host) values ($1, 'shop', 'preview', $2, 'x', $2, $2, $2)`,
    [`shop/${name}`, name],
  );
  await pool.query(
    `insert into ops.runs (id, project, environment, kind, requested_by, state, started_at, lease_until)
     values ($1, 'shop', $2, 'open-preview', 'ada', 'running', now(), now())`,
    [run, `shop/${name}`],
  );
};
