import { resolve } from 'node:path';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { unpackSnapshot } from '../../local/unpack-snapshot.ts';
import { printable } from '../../output/printable.ts';
import { fileSize } from '../../output/time.ts';

/** The server reads the manifest of a large one first. */
const HEAD_MILLISECONDS = 15 * 60_000;
const MEGABYTE = 2 ** 20;

export const snapshotDownload = defineCommand({
  path: 'snapshot download',
  says: 'Write a snapshot into a folder that needs no Slipway: dump.sql for psql, and filestore/ as Odoo keeps it. A backup holds real data and needs --raw, which is recorded.',
  example: 'slipway snapshot download snap_01jd2m8k9 --output shop-sanitised',
  arguments: [{ name: '<snapshot>', says: 'its id' }],
  options: [
    { flags: '--output <folder>', says: 'the folder, which must not be there yet', required: true },
    { flags: '--raw', says: 'it is a backup, and real data is what is wanted' },
  ],
  input: z.strictObject({ snapshot: id, output: z.string().min(1), raw: z.boolean().default(false) }),
  view: z.object({ folder: z.string(), files: z.int(), bytes: z.int() }),
  routes: ['downloadSnapshot'],
  run: async ({ snapshot, output, raw }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const folder = resolve(session.io.cwd, output);
    const progress = session.progress();
    let shown = 0;
    const told = (bytes: number): void => {
      if (bytes - shown < 64 * MEGABYTE) return;
      shown = bytes;
      const line = `${fileSize(bytes)} received`;
      progress.show([line], line);
    };
    const parameters = { project, snapshot };
    const open = async () => ({
      url: api.server.url,
      content: await api.stream('downloadSnapshot', {
        parameters,
        body: { raw },
        headMilliseconds: HEAD_MILLISECONDS,
      }),
    });
    try {
      return { folder, ...(await unpackSnapshot(folder, open, told)) };
    } finally {
      progress.clear();
    }
  },
  show: ({ folder, files, bytes }, screen) =>
    [
      `${screen.ok} ${printable(folder)}: dump.sql and ${files} files, ${fileSize(bytes)}`,
      '  Into an empty database: psql --quiet --set ON_ERROR_STOP=1 --file dump.sql DATABASE',
    ].join('\n'),
});
