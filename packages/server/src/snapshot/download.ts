/** A snapshot as one archive that needs no Slipway: `dump.sql` for psql, `filestore/` as Odoo keeps it, `manifest.json`. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { quoteName, quoteText } from '../domain/quote.ts';
import type { SnapshotManifest, SnapshotTable } from '../domain/snapshot.ts';
import { ROWS_GO_HERE } from '../ports/database-copy.ts';
import { Bundles } from './bundles.ts';
import { type Repository, readManifest } from './repository.ts';

/** A tar. Failures, also in the middle: those of readManifest, snapshot-corrupt, and the store's. */
export async function* downloadSnapshot(from: Repository, id: string): AsyncIterable<Buffer> {
  const manifest = await readManifest(from, id);
  const pack = tar.pack();
  const filled = fill(pack, manifest, from);
  // Told to whoever reads; without a reader nobody waits for it.
  filled.catch((error: Error) => pack.destroy(error));
  for await (const chunk of pack) yield chunk as Buffer;
  await filled;
}

const fill = async (pack: tar.Pack, manifest: SnapshotManifest, from: Repository): Promise<void> => {
  const schema = await from.objects.read(manifest.schema, { snapshot: manifest.id, part: 'schema' });
  const dump = dumpOf(manifest, schema.toString('utf8'));
  pack.entry({ name: 'manifest.json', mtime: new Date(0) }, `${JSON.stringify(aboutOf(manifest), null, 2)}\n`);
  await add(pack, { name: 'dump.sql', size: sizeOf(dump) }, sqlOf(dump, manifest, from));
  for (const { path, object } of manifest.files) {
    const part = { snapshot: manifest.id, part: `file ${path}` };
    await add(pack, { name: `filestore/${path}`, size: object.bytes }, from.objects.stream(object, part));
  }
  pack.finalize();
};

const add = (
  pack: tar.Pack,
  { name, size }: { readonly name: string; readonly size: number },
  content: AsyncIterable<Buffer>,
) => pipeline(Readable.from(content), pack.entry({ name, size, mtime: new Date(0) }));

const aboutOf = ({
  id,
  kind,
  project,
  environment,
  takenAt,
  series,
  server,
  database,
  modules,
  missingFiles,
}: SnapshotManifest) => ({
  ...{ id, kind, project, environment, takenAt, series, server, database, modules, missingFiles },
});

/** A text of ours, or the rows of a table. */
type DumpPart = { readonly text: string } | { readonly table: SnapshotTable };

const dumpOf = (manifest: SnapshotManifest, schema: string): readonly DumpPart[] => {
  const at = schema.lastIndexOf(ROWS_GO_HERE);
  const settings =
    "SET client_encoding = 'UTF8';\nSET check_function_bodies = false;\nSELECT pg_catalog.set_config('search_path', '', false);\n";
  const sequences = manifest.sequences.map(
    ({ name, last, called }) =>
      `SELECT pg_catalog.setval(${quoteText(`public.${quoteName(name)}`)}, ${BigInt(last)}, ${called});\n`,
  );
  return [
    { text: settings + schema.slice(0, at) },
    ...manifest.tables
      .filter(({ rows }) => rows > 0)
      .flatMap((table): DumpPart[] => [{ text: copyOf(table) }, { table }, { text: '\\.\n\n' }]),
    { text: sequences.join('') + schema.slice(at) },
  ];
};

const copyOf = ({ table, columns }: SnapshotTable): string =>
  `COPY public.${quoteName(table)} (${columns.map(quoteName).join(', ')}) FROM stdin;\n`;

/** Known before the first byte: an archive says it in front of each file. */
const sizeOf = (dump: readonly DumpPart[]): number =>
  dump.reduce((sum, part) => sum + ('text' in part ? Buffer.byteLength(part.text) : bytesOf(part.table)), 0);

const bytesOf = ({ parts }: SnapshotTable): number =>
  parts.reduce((sum, { bytes, length }) => sum + (length ?? bytes), 0);

async function* sqlOf(dump: readonly DumpPart[], { id }: SnapshotManifest, from: Repository): AsyncIterable<Buffer> {
  const bundles = new Bundles(from, id);
  for (const part of dump) {
    if ('text' in part) {
      yield Buffer.from(part.text);
      continue;
    }
    for (const piece of part.table.parts) yield await bundles.read(piece, `table ${part.table.table}`);
  }
}
