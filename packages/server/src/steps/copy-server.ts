import { z } from 'zod';
import { listBases, writeBase } from '../snapshot/wal/base.ts';
import { pruneArchive } from '../snapshot/wal/prune-archive.ts';
import { slotName } from '../snapshot/wal/slot.ts';
import { openPlace, storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done, skipped } from './step.ts';

const DAY_MILLISECONDS = 86_400_000;
const TELL_BYTES = 500_000_000;

/** Production's whole server into the store, as the ground on which its log is replayed; then what no moment needs any more goes. */
export const copyServer = defineStep({
  kind: 'copy-server',
  input: z.strictObject({
    project: z.string(),
    base: z.string(),
    /** Name of the secret with the address of a role that has REPLICATION. */
    database: z.string(),
    days: z.number(),
    store: storeSettings,
  }),
  limit: () => 24 * 3600,
  run: async (asked, context) => {
    const { project, base, days } = asked;
    const { wal, secrets } = context.ports;
    const to = await openPlace({ ...asked, id: base }, context);
    if ((await listBases(to, project)).some(({ id }) => id === base)) return skipped(`${base} was there`);
    const at = { url: await secrets.get(project, 'production', asked.database) };
    const server = await wal.look(at);
    const lineage = { project, system: server.system, timeline: server.timeline };
    let told = 0;
    const written = await writeBase({
      ...{ id: base, lineage, server, to, signal: context.signal },
      stream: await wal.base(at, context.signal),
      now: async () => (await wal.moment(at, slotName(lineage))).at,
      onProgress: (bytes) => {
        if (bytes - told < TELL_BYTES) return;
        told = bytes;
        context.log('step', `${(bytes / 1e6).toFixed(0)} MB of the server are copied`);
      },
    });
    const before = new Date(context.now() - days * DAY_MILLISECONDS);
    const pruned = await pruneArchive(to, project, { before, signal: context.signal });
    const bytes = written.parts.reduce((sum, part) => sum + part, 0);
    const facts = { bytes, storedBytes: written.storedBytes, pruned };
    return done(`${base}: ${(bytes / 1e6).toFixed(1)} MB, ${(written.storedBytes / 1e6).toFixed(1)} MB stored`, facts);
  },
});
