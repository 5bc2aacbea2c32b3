import { basename, join } from 'node:path';
import { SERIES } from '@slipway/contracts/project-config';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { findModules } from '../init/find-modules.ts';
import { guessProject } from '../init/guess-project.ts';
import { writeProject } from '../init/write-project.ts';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readText } from '../local/read-text.ts';
import { printable } from '../output/printable.ts';

const initView = z.object({
  file: z.string(),
  name: z.string(),
  series: z.enum(SERIES),
  addons: z.array(z.string()),
  modules: z.array(z.string()),
  /** What could not be found out, as sentences. */
  unknown: z.array(z.string()),
});

/** The branch that is checked out, read without git. */
const currentBranch = async (folder: string): Promise<string | null> => {
  const head = await readText(join(folder, '.git', 'HEAD'));
  return /^ref: refs\/heads\/(.+)\s*$/.exec(head ?? '')?.[1] ?? null;
};

export const init = defineCommand({
  path: 'init',
  says: 'Write a first slipway.yaml for the repository in this folder.',
  example: 'slipway init --series 19.0',
  options: [
    { flags: '--series <series>', says: 'the Odoo series (default: what the manifests say)' },
    { flags: '--force', says: 'overwrite the slipway.yaml that is there' },
  ],
  input: z.strictObject({
    series: z.enum(SERIES, { error: `must be one of ${SERIES.join(', ')}` }).optional(),
    force: z.boolean().default(false),
  }),
  view: initView,
  routes: [],
  run: async ({ series, force }, { io }) => {
    const modules = await findModules(io.cwd);
    const repository = { folder: basename(io.cwd), modules, branch: await currentBranch(io.cwd) };
    const guess = guessProject(repository, series);
    await writeProject(io.cwd, guess, force);
    const { name, addons, unknown } = guess;
    return {
      file: PROJECT_FILE,
      name,
      series: guess.series,
      addons: [...addons],
      modules: [...guess.modules],
      unknown: [...unknown],
    };
  },
  show: ({ file, name, series, addons, modules, unknown }, screen) =>
    [
      `${screen.ok} ${file}: project ${name}, Odoo ${series}, ${modules.length} modules in ${printable(addons.join(', '))}`,
      ...unknown.map((sentence) => `${screen.warn} ${printable(sentence)}`),
      '  Your editor knows its settings by .slipway/slipway.schema.json. Next: look at it, commit both, then `slipway up`.',
    ].join('\n'),
});
