import { join } from 'node:path';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { type ContractFile, contractFiles, isOurs, POSSIBLE } from '../contract/contract-files.ts';
import { withoutRegions, withRegions } from '../local/marked-region.ts';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readProject } from '../local/read-project.ts';
import { readText } from '../local/read-text.ts';
import { syncedFile, syncFiles, type Wanted } from '../local/sync-files.ts';
import { syncedText } from '../show/synced-files.ts';

const contractView = z.object({
  ok: z.boolean(),
  files: z.array(syncedFile),
});

/** What a file is to be, when what is there is known. */
const wantedOf = async (cwd: string, file: ContractFile, force: boolean): Promise<Wanted> => {
  const { path } = file;
  const before = await readText(join(cwd, path));
  if ('region' in file) {
    const region = { name: file.region, text: file.textBeside(withoutRegions(before ?? '')) };
    const text = withRegions(before ?? '', [region]);
    return text === null
      ? { path, text, refused: 'Its marks of slipway do not pair: mend or remove them.' }
      : { path, text };
  }
  if (before !== null && before !== file.text && !isOurs(before) && !force)
    return { path, text: file.text, refused: 'It was not written by `slipway contract`; --force replaces it.' };
  return { path, text: file.text };
};

/** Documents of stages that slipway.yaml does not have any more, when they are ours. */
const leftovers = async (cwd: string, files: readonly ContractFile[]): Promise<readonly Wanted[]> => {
  const wanted = new Set(files.map(({ path }) => path));
  const found: Wanted[] = [];
  for (const path of POSSIBLE.filter((one) => !wanted.has(one))) {
    const text = await readText(join(cwd, path));
    if (text !== null && isOurs(text)) found.push({ path, text: null });
  }
  return found;
};

export const contract = defineCommand({
  path: 'contract',
  says: 'Write the runtime contract of each stage, the inventory of environment variables and .env.example from slipway.yaml.',
  example: 'slipway contract --check',
  options: [
    { flags: '--check', says: 'write nothing; exit code 8 when a file is not what slipway.yaml makes of it' },
    { flags: '--force', says: 'replace documents that somebody else wrote under the same names' },
  ],
  input: z.strictObject({ check: z.boolean().default(false), force: z.boolean().default(false) }),
  view: contractView,
  routes: [],
  run: async ({ check, force }, { io: { cwd } }) => {
    const files = contractFiles(await readProject(cwd));
    const wanted = await Promise.all(files.map((file) => wantedOf(cwd, file, force)));
    const synced = await syncFiles(cwd, [...wanted, ...(await leftovers(cwd, files))], check);
    const good = ({ outcome }: { outcome: string }) => outcome === 'unchanged' || (!check && outcome !== 'refused');
    return { ok: synced.every(good), files: [...synced] };
  },
  show: ({ ok, files }, screen, { check }) =>
    [
      ...syncedText(files, check, screen),
      ...(check && ok ? [`${screen.ok} ${files.length} files are what ${PROJECT_FILE} makes of them.`] : []),
      ...(check && !ok ? ['  Run `slipway contract` and commit what it writes.'] : []),
    ].join('\n'),
  exit: ({ ok }, { check }) => (ok ? 'ok' : check ? 'stale' : 'refused'),
});
