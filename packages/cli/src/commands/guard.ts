import { readTree } from '@slipway/guards/folder-tree';
import { GUARDS } from '@slipway/guards/registry';
import { githubAnnotations } from '@slipway/guards/report/github';
import { failingGuards, Reporter } from '@slipway/guards/report/report';
import { sarif } from '@slipway/guards/report/sarif';
import { runGuards } from '@slipway/guards/run-guards';
import { withHistory } from '@slipway/guards/secrets/history';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';
import { reportText } from '../guard/show-report.ts';
import { changedFiles, trackedAnyway } from '../local/git.ts';
import { gitHistory } from '../local/git-history.ts';
import { inertJson } from '../output/printable.ts';
import type { Session } from '../session.ts';

const severity = z.enum(['error', 'warning', 'note']);
const finding = z.object({
  rule: z.string(),
  severity,
  file: z.string(),
  line: z.int(),
  column: z.int(),
  message: z.string(),
  fix: z.string(),
});
const guardView = z.object({
  /** Whether no guard found an error. */
  ok: z.boolean(),
  files: z.int(),
  guards: z
    .array(z.object({ id: z.string(), title: z.string(), errors: z.int(), warnings: z.int(), notes: z.int() }))
    .readonly(),
  findings: z.array(finding).readonly(),
  suppressed: z.array(z.object({ finding, reason: z.string(), until: z.string() })).readonly(),
  rules: z.array(z.object({ id: z.string(), severity, why: z.string() })).readonly(),
});
type GuardView = z.infer<typeof guardView>;

const IDS = GUARDS.map(({ id }) => id);
const only = z
  .string()
  .transform((text) => text.split(',').map((id) => id.trim()))
  .pipe(z.array(z.enum(IDS, { error: `must be some of ${IDS.join(', ')}` })).min(1));

/** Which guard is at work, and how much was found; gone when the report comes. */
const watch = (session: Session): ((title: string, found: number) => void) & { readonly done: () => void } => {
  const region = session.progress();
  const isTerminal = session.io.stderr.isTTY === true;
  const show = (title: string, found: number): void => {
    if (isTerminal) region.show([`${title}: ${found} found`], '');
  };
  return Object.assign(show, { done: () => region.clear() });
};

const examine = async (
  input: { only?: string[] | undefined; changed?: string | undefined; history: boolean },
  session: Session,
): Promise<GuardView> => {
  const changed = input.changed === undefined ? undefined : await changedFiles(session.io, input.changed);
  const tree = await readTree(session.io.cwd, await trackedAnyway(session.io));
  const today = session.io.now().toISOString().slice(0, 10);
  const reporter = new Reporter();
  const progress = watch(session);
  const guards = input.history
    ? GUARDS.map((each) => (each.id === 'secrets' ? withHistory(each, gitHistory(session.io)) : each))
    : GUARDS;
  const run = { tree, today, guards, ...(input.only && { only: input.only }), ...(changed && { changed }) };
  let [title, found] = ['', 0];
  for await (const event of runGuards(run)) {
    reporter.take(event);
    if (event.kind === 'started') title = event.title;
    if (event.kind === 'found') found += 1;
    progress(title, found);
  }
  progress.done();
  return reporter.report(tree.files.length, GUARDS);
};

export const guard = defineCommand({
  path: 'guard',
  says: 'Say what is wrong with the repository in this folder, with file, line and what to do. Needs no server and no slipway.yaml. The exit code is the number of guards that failed, 125 at most.',
  example: 'slipway guard --only manifests --changed origin/main',
  options: [
    { flags: '--only <guards>', says: `some of ${IDS.join(', ')}, with commas (default: all)` },
    { flags: '--changed <base>', says: 'only findings in files that differ from this commit or branch' },
    { flags: '--history', says: 'also look for secrets in every version of every file that git has' },
    { flags: '--format <format>', says: 'text, json, sarif or github (annotations); default: text' },
  ],
  input: z
    .strictObject({
      only: only.optional(),
      changed: z.string().min(1, 'may not be empty').optional(),
      history: z.boolean().default(false),
      format: z
        .enum(['text', 'json', 'sarif', 'github'], { error: 'must be text, json, sarif or github' })
        .default('text'),
    })
    .refine(({ history, only: chosen }) => !history || chosen === undefined || chosen.includes('secrets'), {
      path: ['history'],
      error: 'is about secrets, which --only leaves out',
    }),
  view: guardView,
  routes: [],
  run: examine,
  show: (report, screen, { format }) => {
    if (format === 'json') return inertJson(report, 2);
    if (format === 'sarif') return inertJson(sarif(report, packageFile.version), 2);
    return format === 'github' ? githubAnnotations(report) : reportText(report, screen);
  },
  exit: failingGuards,
});
