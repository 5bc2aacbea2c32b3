import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { postmortemView } from '@slipway/contracts/postmortem-view';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { repositoryRoot } from '../local/repository-root.ts';
import { writeInside } from '../local/write-inside.ts';
import { printable, printableLines } from '../output/printable.ts';

const FOLDER = 'docs/postmortems';

export const postmortem = defineCommand({
  path: 'postmortem',
  says: 'Print an account of a run that failed (timeline, log, commits, impact), for people to finish; or write it into the repository.',
  example: 'slipway postmortem run_01jd2m8k9 --write',
  arguments: [{ name: '<run>', says: 'the id of a run that failed' }],
  options: [
    { flags: '--write', says: `write it to ${FOLDER}/ of the repository that you are in` },
    { flags: '--force', says: 'with --write: write over one that is there' },
  ],
  input: z.strictObject({ run: id, write: z.boolean().default(false), force: z.boolean().default(false) }),
  view: postmortemView.extend({ file: z.string().nullable() }),
  routes: ['postmortem'],
  run: async ({ run, write, force }, session) => {
    const root = write ? await repositoryRoot(session.io.cwd) : null;
    const found = await (await session.api()).call('postmortem', { parameters: { run } });
    if (root === null) return { ...found, file: null };
    const file = `${FOLDER}/${found.name}`;
    const there = (await lstat(join(root, file)).catch(() => null)) !== null;
    if (there && !force) throw new Failure('file-exists', { file });
    await writeInside(root, file, found.markdown);
    return { ...found, file };
  },
  show: ({ file, markdown }, screen) =>
    file === null ? printableLines(markdown).trimEnd() : `${screen.ok} ${printable(file)}\n  Finish it, and commit it.`,
});
