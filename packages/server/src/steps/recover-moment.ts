import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { SnapshotManifest } from '../domain/snapshot.ts';
import { requireFolder } from '../snapshot/export-files.ts';
import { listSnapshots, type Repository, readManifest, readSummary } from '../snapshot/repository.ts';
import { recoverAt } from '../snapshot/wal/recover.ts';
import { chooseReach, reachable } from '../snapshot/wal/window.ts';
import { writeSnapshot } from '../snapshot/write-snapshot.ts';
import { openPlace, progressLines, storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

const input = z.strictObject({
  project: z.string(),
  /** What it is called that becomes of it. */
  snapshot: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Name of the secret with the address of production's database: which one of the server, and whose. */
  database: z.string(),
  filestore: z.string().nullable(),
  store: storeSettings,
});
type Input = z.infer<typeof input>;

/** Production's database as it was at a moment, out of the archive of its log, as a snapshot that is restored like any other. */
export const recoverMoment = defineStep({
  kind: 'recover-moment',
  input,
  limit: () => 24 * 3600,
  run: async (asked, context) => {
    const { ports, signal } = context;
    const to = await openPlace({ ...asked, id: asked.snapshot }, context);
    if ((await readSummary(to, asked.snapshot).catch(unlessUnknown)) !== null)
      return skipped(`${asked.snapshot} was there`);
    const moment = new Date(asked.at);
    const latest = await ports.snapshots.archivedUntil(asked.project);
    const reach = chooseReach(await reachable(to, asked.project, latest), moment);
    const folder = ports.recovery.folderFor(asked.snapshot);
    try {
      const server = await recoverAt({
        ...{ from: to, reach, moment, folder, signal, servers: ports.recovery, sql: ports.sql },
        clock: context,
        onProgress: (line) => context.log('step', line),
      });
      const production = { url: await ports.secrets.get(asked.project, 'production', asked.database) };
      const { summary } = await writeSnapshot({
        ...{ project: asked.project, environment: `${asked.project}/recovered`, copier: ports.copier, to, signal },
        from: server.addressLike(production),
        filestore: await filestoreNow(asked, context),
        filesOf: await backupsBy(to, asked),
        masking: null,
        onProgress: progressLines(context),
      });
      return await tell(to, { summary, moment }, context);
    } finally {
      await ports.recovery.remove(folder);
    }
  },
});

const unlessUnknown = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'snapshot-unknown') return null;
  throw error;
};

/** Whoever asks for a moment may do so because production is gone: then the files of the backups have to do. */
const filestoreNow = async ({ filestore }: Input, context: StepContext): Promise<string | null> => {
  if (filestore === null) return null;
  try {
    await requireFolder(filestore);
    return filestore;
  } catch {
    context.log('step', `${filestore} cannot be read; files are taken from the backups`);
    return null;
  }
};

/** First the backups after the moment, the nearest first: what was removed since is in them; then those before it. */
const backupsBy = async (from: Repository, { project, at }: Input): Promise<SnapshotManifest[]> => {
  const all = (await listSnapshots(from)).filter((one) => one.project === project && one.kind === 'raw');
  const after = all.filter(({ takenAt }) => takenAt >= at).reverse();
  const before = all.filter(({ takenAt }) => takenAt < at);
  const manifests = await Promise.all([...after, ...before].map(({ id }) => readManifest(from, id).catch(() => null)));
  return manifests.filter((manifest) => manifest !== null);
};

const tell = async (
  to: Repository,
  { summary, moment }: { readonly summary: Awaited<ReturnType<typeof readSummary>>; readonly moment: Date },
  context: StepContext,
) => {
  const { missingFiles } = await readManifest(to, summary.id);
  await context.keep('data/missing-files.txt', missingFiles.map((path) => `${path}\n`).join(''));
  const lost =
    missingFiles.length === 0 ? '' : `; ${missingFiles.length} are nowhere any more (data/missing-files.txt)`;
  return done(`production as of ${moment.toISOString()}: ${summary.rows} rows, ${summary.files} files${lost}`, {
    summary,
    missing: missingFiles.length,
  });
};
