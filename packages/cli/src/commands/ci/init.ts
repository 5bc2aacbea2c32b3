import { join } from 'node:path';
import type { Command as Commander } from 'commander';
import { z } from 'zod';
import type { GeneratedFile } from '../../ci/workflow.ts';
import { ciFiles, POSSIBLE_WORKFLOWS } from '../../ci/workflows.ts';
import { defineCommand } from '../../command.ts';
import { regionNames, withoutRegions, withRegions } from '../../local/marked-region.ts';
import { readProject } from '../../local/read-project.ts';
import { readText } from '../../local/read-text.ts';
import { syncedFile, syncFiles, type Wanted } from '../../local/sync-files.ts';
import { syncedText } from '../../show/synced-files.ts';

const ciView = z.object({
  ok: z.boolean(),
  files: z.array(syncedFile),
  /** What has to be set at GitHub before the workflows work. */
  needs: z.array(z.string()),
});

const NEEDS = [
  'variable SLIPWAY_REPOSITORY: owner/name of your copy of Slipway, from which the command line is installed',
  'variable SLIPWAY_REF: the commit of it, 40 digits',
  'variable SLIPWAY_SERVER: address of your Slipway, which GitHub must be able to reach',
  'secret SLIPWAY_TOKEN: a token of it',
  'environments staging and production, the latter with required reviewers',
];

const UNPAIRED = 'Its marks of slipway do not pair: mend or remove them.';
const THEIRS = 'It was not written by `slipway ci init`: rename it.';

const wantedOf = async (cwd: string, { path, regions, text }: GeneratedFile): Promise<Wanted> => {
  const before = await readText(join(cwd, path));
  if (before === null) return { path, text };
  const names = regionNames(before);
  if (names?.length === 0) return { path, text, refused: THEIRS };
  const after = withRegions(before, regions);
  return after === null ? { path, text, refused: UNPAIRED } : { path, text: after };
};

/** A workflow of a stage that is no more: it goes when nobody added anything to it. */
const leftover = async (cwd: string, path: string): Promise<Wanted[]> => {
  const before = await readText(join(cwd, path));
  const names = before === null ? null : regionNames(before);
  if (before === null || names === null || names.length === 0) return [];
  const own = withoutRegions(before)
    .replace(/^jobs:\s*$/m, '')
    .trim();
  const refused = 'Its stage is no more in slipway.yaml, but there are parts of your own in it: remove it yourself.';
  return [{ path, text: null, ...(own === '' ? {} : { refused }) }];
};

const hasVerb =
  (tree: Commander) =>
  (path: string): boolean =>
    path
      .split(' ')
      .reduce<Commander | undefined>((at, word) => at?.commands.find((one) => one.name() === word), tree) !== undefined;

export const ciInit = defineCommand({
  path: 'ci init',
  says: 'Write the GitHub workflows that validate, preview, deploy and verify this project by this command line.',
  example: 'slipway ci init',
  options: [
    { flags: '--check', says: 'write nothing; exit code 8 when a workflow is not what slipway.yaml makes of it' },
  ],
  input: z.strictObject({ check: z.boolean().default(false) }),
  view: ciView,
  routes: [],
  run: async ({ check }, { io: { cwd }, tree }) => {
    const submodules = (await readText(join(cwd, '.gitmodules'))) !== null;
    const files = ciFiles(await readProject(cwd), { hasVerb: hasVerb(tree), submodules });
    const paths = new Set(files.map(({ path }) => path));
    const wanted = await Promise.all(files.map((file) => wantedOf(cwd, file)));
    const left = await Promise.all(
      POSSIBLE_WORKFLOWS.filter((path) => !paths.has(path)).map((path) => leftover(cwd, path)),
    );
    const synced = await syncFiles(cwd, [...wanted, ...left.flat()], check);
    const good = ({ outcome }: { outcome: string }) => outcome === 'unchanged' || (!check && outcome !== 'refused');
    return { ok: synced.every(good), files: [...synced], needs: NEEDS };
  },
  show: ({ ok, files, needs }, screen, { check }) =>
    [
      ...syncedText(files, check, screen),
      ...(check && ok ? [`${screen.ok} ${files.length} files are what slipway.yaml makes of them.`] : []),
      ...(check && !ok ? ['  Run `slipway ci init` and commit what it writes.'] : []),
      ...(check
        ? []
        : [
            'What is outside of the marked regions is yours. To be set in the repository at GitHub:',
            ...needs.map((need) => `  ${screen.dot} ${need}`),
          ]),
    ].join('\n'),
  exit: ({ ok }, { check }) => (ok ? 'ok' : check ? 'stale' : 'refused'),
});
