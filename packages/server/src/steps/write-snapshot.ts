import { MASKS } from '@slipway/contracts/data-config';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { SnapshotSummary } from '../domain/snapshot.ts';
import { coverage, requireDecided } from '../odoo/sanitise/coverage/coverage.ts';
import { printCoverage } from '../odoo/sanitise/coverage/print-coverage.ts';
import { dictionarySources } from '../odoo/sanitise/dictionary.ts';
import { driftAgainst, reviewedColumns } from '../odoo/sanitise/drift.ts';
import { planMasking } from '../odoo/sanitise/plan-masking.ts';
import { readCatalog } from '../odoo/sanitise/read-catalog.ts';
import type { DatabaseAddress, ExportSession } from '../ports/database-copy.ts';
import { readDictionary } from '../snapshot/read-dictionary.ts';
import { type Repository, readManifest, readSummary } from '../snapshot/repository.ts';
import { DEFAULT_WORKERS, type Masking, tidyPublished, writeSnapshot as write } from '../snapshot/write-snapshot.ts';
import { openPlace, progressLines, storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

const input = z.strictObject({
  project: z.string(),
  /** Whose data: `shop/production`. */
  environment: z.string(),
  snapshot: z.string(),
  kind: z.enum(['raw', 'sanitised']),
  reason: z.enum(['manual', 'schedule', 'deployment', 'refresh']),
  series: z.string(),
  /** Name of the secret with the database's address. */
  database: z.string(),
  filestore: z.string().nullable(),
  store: storeSettings,
  rules: z.strictObject({
    columns: z.record(z.string(), z.enum(MASKS)),
    tables: z.record(z.string(), z.enum(['empty', 'keep'])),
    keepAttachments: z.array(z.string()),
    unknown: z.enum(['fail', 'mask']),
  }),
  /** A person has looked at what changed since the last snapshot. */
  acceptDrift: z.boolean(),
});
type Input = z.infer<typeof input>;

/** Production's data into the store, at one moment; sanitised on the way out, with coverage, drift and a search for real values as gates. */
export const writeSnapshot = defineStep({
  kind: 'write-snapshot',
  input,
  limit: () => 12 * 3600,
  run: async (asked, context) => {
    const to = await openPlace({ ...asked, id: asked.snapshot }, context);
    const there = await readSummary(to, asked.snapshot).catch(unlessUnknown);
    if (there !== null) return keepPublished(there, { to, asked, context });
    const { summary, sentBytes } = await write({
      project: asked.project,
      environment: asked.environment,
      series: asked.series,
      reason: asked.reason,
      copier: context.ports.copier,
      from: await addressOf(asked, context),
      filestore: asked.filestore,
      masking: asked.kind === 'raw' ? null : (session) => maskingOf(session, asked, context),
      to,
      onProgress: progressLines(context),
      signal: context.signal,
    });
    await context.ports.snapshots.save(summary, { reason: asked.reason, columns: await reviewedOf(to, asked) });
    return done(said(summary, sentBytes), { summary, sentBytes });
  },
});

/** Published, but the process died before it was in the table, or before it had tidied up. */
const keepPublished = async (
  summary: SnapshotSummary,
  { to, asked, context }: { readonly to: Repository; readonly asked: Input; readonly context: StepContext },
) => {
  await tidyPublished(to, { id: asked.snapshot, filestore: asked.filestore });
  await context.ports.snapshots.save(summary, { reason: asked.reason, columns: await reviewedOf(to, asked) });
  return skipped(`${asked.snapshot} was there`);
};

/** What the next one is compared with; of the one that exists, whoever wrote it. */
const reviewedOf = async (to: Repository, { snapshot, kind }: Input) =>
  kind === 'raw' ? null : ((await readManifest(to, snapshot)).reviewed ?? null);

const unlessUnknown = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'snapshot-unknown') return null;
  throw error;
};

const addressOf = async ({ project, database }: Input, { ports }: StepContext): Promise<DatabaseAddress> => ({
  url: await ports.secrets.get(project, 'production', database),
});

const said = (summary: SnapshotSummary, sentBytes: number): string =>
  `${summary.id}: ${summary.rows} rows, ${summary.files} files, ${mega(summary.bytes)} MB, ${mega(sentBytes)} MB of them new to the store`;
const mega = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

/** All that has to hold before a row leaves the server; asked in the moment that is exported. */
const maskingOf = async (session: ExportSession, asked: Input, context: StepContext): Promise<Masking> => {
  const query = (text: string, parameters: readonly unknown[] = []) => session.query({ text, parameters });
  const catalog = await readCatalog(query);
  if (catalog.series !== null && catalog.series !== asked.series)
    throw new Failure('snapshot-series', { found: catalog.series, wanted: asked.series });
  const key = await context.ports.secrets.ensure(asked.environment, 'masking-key');
  const { unknown, ...rules } = asked.rules;
  const plan = planMasking(catalog, { key, rules });
  const report = await coverage(catalog, plan, query);
  await context.keep('data/coverage.txt', printCoverage(report));
  await context.keep('data/coverage.json', JSON.stringify(report, null, 1));
  if (unknown === 'fail') requireDecided(report);
  const columns = reviewedColumns(plan);
  await context.keep('data/columns.json', JSON.stringify(columns));
  await refuseDrift(columns, asked, context);
  const dictionary = await readDictionary(session, dictionarySources(catalog), DEFAULT_WORKERS);
  context.log('step', `${catalog.tables.length} tables; ${dictionary.values} real values must not be in the snapshot`);
  return { plan, dictionary, reviewed: columns };
};

/** New columns that are masked or left out are safe without anybody's look; one that leaves as it is has to be seen first. */
const refuseDrift = async (
  now: ReturnType<typeof reviewedColumns>,
  asked: Input,
  context: StepContext,
): Promise<void> => {
  const reviewed = await context.ports.snapshots.lastColumns(asked.project);
  if (reviewed === null) return;
  const drift = driftAgainst(reviewed, now);
  const open = [...drift.added, ...drift.changed.map((change) => change.now)].filter(
    (column) => column.rule !== 'left-out' && (column.class === 'not-personal' || column.class === 'unknown'),
  );
  if (drift.added.length + drift.removed.length + drift.changed.length > 0)
    context.log(
      'step',
      `columns since the last snapshot: ${drift.added.length} new, ${drift.removed.length} gone, ${drift.changed.length} masked otherwise`,
    );
  await context.keep('data/drift.json', JSON.stringify(drift, null, 1));
  if (open.length === 0 || asked.acceptDrift) return;
  throw new Failure('schema-drift', {
    columns: open
      .slice(0, 10)
      .map(({ table, column }) => `${table}.${column}`)
      .join(', '),
  });
};
