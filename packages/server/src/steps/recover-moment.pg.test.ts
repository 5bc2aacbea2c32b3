import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { openCopier } from '../drivers/databases/postgres/copy/index.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { readManifest } from '../snapshot/repository.ts';
import { openWalSite, placeOf, WAL_KEY, walSource } from '../snapshot/wal/wal-site.contract.ts';
import { writeSnapshot } from '../snapshot/write-snapshot.ts';
import { copyServer } from './copy-server.ts';
import { forgetSnapshot } from './forget-snapshot.ts';
import { recoverMoment } from './recover-moment.ts';
import type { StepContext, StepPorts } from './step.ts';

let site: Awaited<ReturnType<typeof openWalSite>>;
let store: BlobStore;
beforeAll(async () => {
  site = await openWalSite();
  store = await site.freshStore();
});
afterAll(() => site?.close());

const named = (content: string): string => {
  const hash = createHash('sha1').update(content).digest('hex');
  return `${hash.slice(0, 2)}/${hash}`;
};

const contextOf = (kept: Map<string, string>): StepContext => {
  const ports = {
    ...{ sql: site.sql, recovery: site.servers, wal: walSource, copier: openCopier({ tools: { docker: null } }) },
    stores: { open: async () => ({ store, key: WAL_KEY }) },
    secrets: { get: async () => new Secret(site.server.url) },
    snapshots: { archivedUntil: async () => site.latest() },
  } as unknown as StepPorts;
  return {
    ...{ ports, signal: AbortSignal.timeout(60_000), log: () => undefined, now: () => Date.now() },
    keep: async (path, content) => void kept.set(path, content),
    receipt: async () => undefined,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
};

it('makes a snapshot of a moment, with the files of then: from the folder, from a backup, and a list of what is nowhere', async () => {
  const { client, folder } = site;
  const filestore = join(folder, 'filestore');
  const files = { there: named('still there'), removed: named('removed since'), lost: named('lost') };
  const put = async (name: string, content: string): Promise<void> => {
    await mkdir(dirname(join(filestore, name)), { recursive: true });
    await writeFile(join(filestore, name), content);
  };
  await client.query(`create table ir_module_module (id serial primary key, name text, state text, latest_version text);
    insert into ir_module_module (name, state, latest_version) values ('base', 'installed', '19.0.1.3');
    create table ir_attachment (id serial primary key, store_fname text)`);
  for (const name of Object.values(files))
    await client.query('insert into ir_attachment (store_fname) values ($1)', [name]);
  await put(files.there, 'still there');
  await put(files.removed, 'removed since');
  const to = placeOf(store);
  const archiving = site.begin(to);
  await archiving.caughtUp();
  const context = contextOf(new Map());
  const asked = { project: 'shop', database: 'DATABASE_URL', store: { kind: 'folder' } as const };
  await copyServer.run({ ...asked, base: 'copy_1', days: 7 }, context);
  expect(await copyServer.run({ ...asked, base: 'copy_1', days: 7 }, context)).toMatchObject({ skipped: true });
  const moment = await site.write('then');
  await writeSnapshot({
    ...{ project: 'shop', environment: 'shop/production', copier: context.ports.copier, from: site.at, filestore },
    ...{ masking: null, to, signal: context.signal },
  });
  await rm(join(filestore, files.removed));
  await client.query('delete from ir_attachment');
  await site.write('now');
  await archiving.caughtUp();

  const kept = new Map<string, string>();
  const wish = { ...asked, snapshot: 'snap_then', at: moment.toISOString(), filestore };
  const { note } = await recoverMoment.run(wish, contextOf(kept));
  const manifest = await readManifest(to, 'snap_then');
  expect(manifest.tables.find(({ table }) => table === 'notes')?.rows).toBe(1);
  expect(manifest.files.map(({ path }) => path)).toEqual([files.there, files.removed].sort());
  expect(manifest.missingFiles).toEqual([files.lost]);
  expect(kept.get('data/missing-files.txt')).toBe(`${files.lost}\n`);
  expect(note).toMatch(/2 files; 1 are nowhere any more/);

  // A moment after which nothing was written, and a production whose files are gone, too.
  await rm(filestore, { recursive: true });
  await archiving.caughtUp();
  const last = { ...wish, snapshot: 'snap_now', at: (await site.serverTime()).toISOString() };
  await archiving.caughtUp();
  await recoverMoment.run(last, contextOf(new Map()));
  expect((await readManifest(to, 'snap_now')).tables.find(({ table }) => table === 'notes')?.rows).toBe(2);

  await forgetSnapshot.run({ ...asked, snapshot: 'snap_then' }, context);
  await expect(readManifest(to, 'snap_then')).rejects.toMatchObject({ code: 'snapshot-unknown' });
  const unreachable = { ...wish, snapshot: 'snap_old', at: '2020-01-01T00:00:00Z' };
  await expect(recoverMoment.run(unreachable, context)).rejects.toMatchObject({ code: 'moment-unreachable' });
});
