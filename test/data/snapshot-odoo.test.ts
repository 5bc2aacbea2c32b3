import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, systemClock } from '../../packages/server/src/domain/clock.ts';
import { quoteName } from '../../packages/server/src/domain/quote.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openClient } from '../../packages/server/src/drivers/blobs/s3/client.ts';
import { openS3Store } from '../../packages/server/src/drivers/blobs/s3/index.ts';
import { openCopier } from '../../packages/server/src/drivers/databases/postgres/copy/index.ts';
import type { DatabaseAddress } from '../../packages/server/src/ports/database-copy.ts';
import { openRepository, type Repository, readManifest } from '../../packages/server/src/snapshot/repository.ts';
import { restoreSnapshot } from '../../packages/server/src/snapshot/restore-snapshot.ts';
import { verifySnapshot } from '../../packages/server/src/snapshot/verify.ts';
import { type Written, writeSnapshot } from '../../packages/server/src/snapshot/write-snapshot.ts';
import { type Company, type CompanyCopy, company } from '../setup/company.ts';
import { inDatabase, onServer } from '../setup/database.ts';
import { type S3Server, startS3 } from '../setup/s3.ts';

const { signal } = new AbortController();
const addressOf = (url: string): DatabaseAddress => ({ url: new Secret(url) });

/** A real Odoo 19 with 246 modules and its filestore, into a real S3 server and out of it again. */
describe('a backup of a real Odoo in a bucket', () => {
  let server: Company;
  let live: CompanyCopy;
  let s3: S3Server;
  let folder: string;
  let repository: Repository;
  let end: () => void;
  let written: Written;
  const copier = openCopier();
  const write = (): Promise<Written> =>
    writeSnapshot({
      ...{ project: 'shop', environment: 'production', copier, from: addressOf(live.url), masking: null },
      ...{ filestore: join(folder, 'company'), to: repository, signal },
    });

  beforeAll(async () => {
    [server, s3] = await Promise.all([company(), startS3()]);
    live = await server.copy('live');
    folder = await mkdtemp(join(tmpdir(), 'slipway-snapshot-'));
    await server.filestore(folder);
    const settings = { ...s3, prefix: 'shop', secretKey: new Secret(s3.secretKey) };
    const { sdk, client } = await openClient(settings);
    await client.send(new sdk.CreateBucketCommand({ Bucket: s3.bucket }));
    client.destroy();
    const store = await openS3Store(settings);
    end = store.end;
    repository = openRepository({ store, key: new Secret('k'.repeat(40)), clock: systemClock, newId });
    written = await write();
  });
  afterAll(async () => {
    end?.();
    await live?.drop();
    await Promise.all([server?.stop(), s3?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('restores to an Odoo that starts, with every row and every file', async () => {
    const manifest = await readManifest(repository, written.summary.id);
    expect(manifest).toMatchObject({ series: '19.0', missingFiles: [] });
    expect(manifest.modules.length).toBeGreaterThan(200);
    expect(manifest.files.length).toBeGreaterThan(50);
    const admin = inDatabase(live.url, 'postgres');
    await onServer(admin, (client) => client.query('create database restored template template0 owner odoo'));
    // As Odoo's own role, as in an environment: what is restored belongs to it.
    const to = addressOf(inDatabase(live.url, 'restored', 'odoo'));
    const filestore = join(folder, 'restored');
    await restoreSnapshot({ manifest, from: repository, copier, to, filestore, owner: null, signal });
    for (const { path } of manifest.files) {
      const content = await readFile(join(filestore, path));
      expect(createHash('sha1').update(content).digest('hex')).toBe(path.slice(3));
    }
    const counts = async (url: string): Promise<readonly number[]> =>
      onServer(url, async (client) => {
        const list: number[] = [];
        for (const { table } of manifest.tables)
          list.push((await client.query(`select count(*)::int as n from only ${quoteName(table)}`)).rows[0].n);
        return list;
      });
    expect(await counts(inDatabase(live.url, 'restored'))).toEqual(await counts(live.url));
    /** By name and kind: PostgreSQL writes some expressions differently once they were read again. */
    const schemaOf = async (url: string): Promise<readonly string[]> => {
      const session = await copier.open(addressOf(url), { workers: 1, session: [], signal });
      const schema = await session.schema().finally(() => session.close());
      return schema.toString().match(/^-- Name: .*$/gm) ?? [];
    };
    expect(await schemaOf(inDatabase(live.url, 'restored'))).toEqual(await schemaOf(live.url));
    const log = await server.odoo('restored', ['--stop-after-init', '--no-http']);
    expect(log).toContain('Registry loaded');
    expect(log).not.toMatch(/ (?:ERROR|CRITICAL) /);
    await onServer(admin, (client) => client.query('drop database restored with (force)'));
  });

  it('sends only what changed the next time', async () => {
    await onServer(live.url, (client) => client.query("update res_partner set comment = 'changed' where id = 1"));
    const again = await write();
    expect(again.sentBytes).toBeGreaterThan(0);
    expect(again.sentBytes).toBeLessThan(written.sentBytes / 10);
    const whole = { share: 0.2, chance: () => 0.1, signal };
    expect(await verifySnapshot(repository, again.summary.id, whole)).toMatchObject({ damage: [] });
  });
});
