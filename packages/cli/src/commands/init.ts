import { basename, join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { formatProblems } from '@slipway/contracts/config-problem';
import { Failure } from '@slipway/contracts/failure';
import { SERIES } from '@slipway/contracts/project-config';
import { readTree } from '@slipway/guards/folder-tree';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { guessProject } from '../init/guess-project.ts';
import { projectFileText, settingsOf } from '../init/project-text.ts';
import { readRepository } from '../init/read-repository.ts';
import { writeProject } from '../init/write-project.ts';
import { agree, YES } from '../local/confirm.ts';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readText } from '../local/read-text.ts';
import { diffText, fileDiff } from '../output/file-diff.ts';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import type { Session } from '../session.ts';

const initView = z.object({
  file: z.string(),
  /** What became of the file; `kept`: it is another one, and nobody said that it may be replaced. */
  outcome: z.enum(['created', 'unchanged', 'replaced', 'kept']),
  name: z.string(),
  series: z.enum(SERIES),
  addons: z.array(z.string()),
  modules: z.array(z.string()),
  /** Each setting of the file, and what says so. */
  settings: z.array(z.object({ setting: z.string(), value: z.string(), from: z.string() })),
  /** What could not be found out, as sentences. */
  unknown: z.array(z.string()),
  /** The file as it is beside the file as it would be; empty when there was none. */
  diff: z.string(),
});
type InitView = z.infer<typeof initView>;

/** The branch that is checked out, read without git. */
const currentBranch = async (folder: string): Promise<string | null> => {
  const head = await readText(join(folder, '.git', 'HEAD')).catch(() => null);
  return /^ref: refs\/heads\/(.+)\s*$/.exec(head ?? '')?.[1] ?? null;
};

/** Whether the file may be written. A person is shown the difference and asked; a script says --yes. */
const mayReplace = async (session: Session, diff: string, yes: boolean): Promise<boolean> => {
  if (yes) return true;
  if (session.globals.json || session.io.stdin.isTTY !== true) return false;
  session.note(diffText(diff, session.noteScreen));
  await agree(session, { question: () => `Replace ${PROJECT_FILE}?`, otherwise: `${PROJECT_FILE} was kept` });
  return true;
};

const write = async (session: Session, text: string, yes: boolean): Promise<Pick<InitView, 'outcome' | 'diff'>> => {
  const { cwd } = session.io;
  const before = await readText(join(cwd, PROJECT_FILE));
  const diff = before === null ? '' : fileDiff(PROJECT_FILE, before, text);
  const unchanged = before === text;
  if (before !== null && !unchanged && !(await mayReplace(session, diff, yes))) return { outcome: 'kept', diff };
  await writeProject(cwd, text);
  return { outcome: before === null ? 'created' : unchanged ? 'unchanged' : 'replaced', diff };
};

const SAYS = {
  created: 'was written',
  unchanged: 'is as it would be written',
  replaced: 'was replaced',
  kept: 'was kept',
} as const;

const initText = ({ outcome, file, settings, modules, unknown, diff }: InitView, screen: Screen): string => {
  const width = Math.min(40, Math.max(...settings.map(({ setting }) => setting.length)));
  const kept = outcome === 'kept';
  return [
    ...(kept ? [diffText(diff, screen)] : []),
    `${kept ? screen.warn : screen.ok} ${file} ${SAYS[outcome]}. Modules found: ${modules.length}.`,
    ...settings.map(
      ({ setting, value, from }) => `  ${setting.padEnd(width)}  ${value}  ${screen.paint('dim', `(${from})`)}`,
    ),
    ...unknown.map((sentence) => `${screen.warn} Not found out. ${printable(sentence)}`),
    kept
      ? '  It exists already and says something else: --yes replaces it.'
      : '  Your editor knows its settings by .slipway/slipway.schema.json. Next: look at it, commit it, then `slipway up`.',
  ].join('\n');
};

export const init = defineCommand({
  path: 'init',
  says: 'Write a first slipway.yaml from what the repository in this folder holds, and say what could not be found out.',
  example: 'slipway init --series 19.0',
  options: [
    { flags: '--series <series>', says: 'the Odoo series (default: what manifests, images and branches say)' },
    { ...YES, says: 'replace a slipway.yaml that says something else without asking; the difference is shown' },
  ],
  input: z.strictObject({
    series: z.enum(SERIES, { error: `must be one of ${SERIES.join(', ')}` }).optional(),
    yes: z.boolean().default(false),
  }),
  view: initView,
  routes: [],
  run: async ({ series, yes }, session) => {
    const { cwd } = session.io;
    const repository = await readRepository(await readTree(cwd), basename(cwd), await currentBranch(cwd));
    const guess = guessProject(repository, series);
    const text = projectFileText(guess);
    // What was found in a hostile repository may be more than slipway.yaml takes: nothing invalid is written.
    const parsed = parseProjectConfig(text, PROJECT_FILE);
    if (!parsed.ok) throw new Failure('config-invalid', { problems: formatProblems(parsed.problems) });
    const written = await write(session, text, yes);
    return {
      file: PROJECT_FILE,
      ...written,
      name: guess.name.value,
      series: guess.series.value,
      addons: [...guess.addons.value],
      modules: [...guess.modules],
      settings: [...settingsOf(guess)],
      unknown: [...guess.unknown],
    };
  },
  show: initText,
  exit: ({ outcome }) => (outcome === 'kept' ? 'refused' : 'ok'),
});
