import { ERRORS, type ErrorCode } from '@slipway/contracts/errors';
import { guardCounts } from '@slipway/contracts/guards-views';
import type {
  ModuleAction,
  ModulePlan,
  PreviewState,
  PreviewView,
  TestCounts,
  Verdict,
} from '@slipway/contracts/views';
import { code, codeBlock, details, link, sentence, table } from './markdown.ts';

export interface CommentLinks {
  readonly dashboard?: string;
  /** The log of the newest run. */
  readonly runLog: string;
}

/**
 * The one comment on a pull request, as Markdown: the same text for the same view, so that it is only written when it
 * changes. Always far below GitHub's limit of 65,536 characters.
 */
export const previewComment = (view: PreviewView, links: CommentLinks): string =>
  [
    heading(view),
    ...BODIES[view.state](view),
    guards(view),
    modules(view),
    timings(view),
    COMMANDS,
    footer(view, links),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');

const heading = (view: PreviewView): string =>
  `### ${ICONS[iconOf(view)]} Preview ${view.number}: ${TITLES[view.state](view)}`;

const ICONS = { green: '🟢', yellow: '🟡', red: '🔴', working: '🔵', waiting: '⚪' } as const;

const iconOf = ({ state, verdict }: PreviewView): keyof typeof ICONS => {
  if (state === 'failed') return 'red';
  if (state === 'building' || state === 'testing') return 'working';
  if (state === 'live' || state === 'sleeping') return verdict ?? 'green';
  return 'waiting';
};

const TITLES: Readonly<Record<PreviewState, (view: PreviewView) => string>> = {
  blocked: () => 'waits for approval',
  queued: ({ position }) => (position === null ? 'queued' : `queued, position ${position}`),
  building: () => 'building',
  testing: () => 'testing',
  live: ({ failure }) => (failure === null ? 'live' : 'the newest commit failed, the former one is live'),
  sleeping: () => 'asleep',
  failed: () => 'failed',
  closed: () => 'closed',
};

const sha = (text: string): string => code(text.slice(0, 8));

const BODIES: Readonly<Record<PreviewState, (view: PreviewView) => readonly string[]>> = {
  blocked: (view) => [`Not built: ${sentence(view.reason ?? 'a maintainer has to approve it')}`, meanwhile(view)],
  queued: (view) => [
    `Commit ${sha(view.sha)} waits${view.reason === null ? '.' : `: ${sentence(view.reason)}`}`,
    meanwhile(view),
  ],
  building: (view) => [`Commit ${sha(view.sha)} is being built.`, held(view), meanwhile(view)],
  testing: (view) => [
    `Commit ${sha(view.sha)} is built; its modules are being installed and tested.`,
    held(view),
    meanwhile(view),
  ],
  live: (view) => [...trouble(view), address(view), serving(view)],
  sleeping: (view) => [
    ...trouble(view),
    `${sentence(view.reason ?? 'Nobody used it for a while.')} It wakes on the first request.`,
    address(view),
    serving(view),
  ],
  failed: (view) => [...failed(view), meanwhile(view)],
  closed: (view) => [
    `${view.reason === null ? '' : `Because: ${sentence(view.reason)}. `}Its container, database and files are removed.`,
  ],
};

const address = ({ url }: PreviewView): string => (url === null ? '' : `**${link(url)}**`);

/** Docker or PostgreSQL is away: nothing is wrong with the commit, and it goes on by itself. */
const held = ({ reason }: PreviewView): string =>
  reason === null ? '' : `It waits: **${sentence(reason)}** It goes on by itself.`;

/** What people see while, or because, the newest commit is not served. */
const meanwhile = (view: PreviewView): string =>
  view.liveSha === null || view.url === null || view.liveSha === view.sha
    ? ''
    : `Commit ${sha(view.liveSha)} stays up at ${link(view.url)}.`;

const serving = (view: PreviewView): string => {
  const rows: (readonly string[])[] = [['Commit', sha(view.liveSha ?? view.sha)]];
  if (view.login !== null) rows.push(['Login', `${code(view.login.user)} / ${code(view.login.password)}`]);
  rows.push(['Database', code(view.database)]);
  if (view.verdict !== null) rows.push(['Verdict', VERDICTS[view.verdict]], ['Tests', tests(view.tests)]);
  rows.push(['Modules', counts(view.modules)]);
  const total = view.timings.total;
  if (total !== undefined) rows.push(['Time', `${duration(total)} from request to ready`]);
  return table(['', ''], rows);
};

const VERDICTS: Readonly<Record<Verdict, string>> = {
  green: '🟢 green: no error and no warning in the log',
  yellow: '🟡 yellow: it works, with warnings in the log',
  red: '🔴 red: errors in the log, or tests that failed',
};

const tests = (counts: TestCounts | null): string => {
  if (counts === null) return 'none ran: no module was installed or updated, or tests are off';
  if (counts.run === 0) return 'the changed modules have none';
  return counts.failed === 0 ? `${counts.run}, all passed` : `${counts.run}, **${counts.failed} failed**`;
};

/** The newest commit failed while a former one goes on serving. */
const trouble = (view: PreviewView): readonly string[] =>
  view.failure === null ? [] : [...failed(view), meanwhile(view)];

const failed = ({ failure, sha: commit }: PreviewView): readonly string[] => {
  if (failure === null) return [`Commit ${sha(commit)} failed.`];
  const where = failure.step === null ? '' : ` at step ${code(failure.step)}`;
  return [
    `Commit ${sha(commit)} failed${where}: **${sentence(failure.message)}**`,
    `What to do: ${sentence(failure.hint)}`,
    failure.lastLines.length === 0 ? '' : codeBlock(failure.lastLines),
  ];
};

const DONE: readonly (readonly [ModuleAction, string])[] = [
  ['install', 'installed'],
  ['update', 'updated'],
  ['restart', 'by restart'],
  ['nothing', 'unchanged'],
];

const counts = (plans: readonly ModulePlan[]): string =>
  DONE.map(([action, word]) => [plans.filter((plan) => plan.action === action).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ') || 'none';

const MOST_FINDINGS = 3;

/** One line: how many, and the first with their places; the run's evidence has all of them. */
const guards = ({ guards: found, state }: PreviewView): string => {
  if (found === null || state === 'closed') return '';
  const first = found.first
    .slice(0, MOST_FINDINGS)
    .map(({ file, line, message }) => `${code(`${file}:${line}`)} ${sentence(message, 160)}`);
  return [`**${sentence(`Guards: ${guardCounts(found)}`, 300)}**`, ...first].join(' · ');
};

const MOST_ROWS = 50;

const modules = ({ modules: plans }: PreviewView): string => {
  const changed = plans.filter((plan) => plan.action !== 'nothing');
  if (changed.length === 0) return '';
  const rows = changed.slice(0, MOST_ROWS).map(({ name, action, why }) => [code(name, 80), action, sentence(why, 160)]);
  const more = changed.length > MOST_ROWS ? `\n\nAnd ${changed.length - MOST_ROWS} more.` : '';
  return details(`Modules: ${counts(plans)}`, table(['Module', 'Action', 'Why'], rows) + more);
};

const timings = (view: PreviewView): string => {
  const steps = Object.entries(view.timings).filter(([step]) => step !== 'total');
  if (steps.length === 0) return '';
  const rows = steps.slice(0, MOST_ROWS).map(([step, milliseconds]) => [code(step, 80), duration(milliseconds)]);
  return details('Timings', table(['Step', 'Time'], rows));
};

/** `850 ms`, `4.2 s`, `3 min 5 s`. */
const duration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

const COMMANDS = details(
  'Commands',
  `As the first line of a comment, by anyone with write access:

${table(
  ['Command', 'What it does'],
  [
    ['`/slipway rebuild`', 'builds and updates again'],
    ['`/slipway rebuild fresh`', 'the same, from a new database'],
    ['`/slipway open`', 'opens a preview that was closed'],
    ['`/slipway close`', 'removes the preview until the next push'],
    ['`/slipway approve`', 'lets the commits of somebody without write access build'],
  ],
)}`,
);

const footer = (view: PreviewView, { dashboard, runLog }: CommentLinks): string =>
  [
    ...(view.state === 'closed' || view.run === null ? [] : [link(runLog, 'Log')]),
    ...(dashboard === undefined ? [] : [link(dashboard, 'Dashboard')]),
  ].join(' · ');

export interface PreviewStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** At most 140 characters. */
  readonly description: string;
}

/** The commit status that goes with the comment. A red verdict and a user's mistake are `failure`; what is not the commit's fault is `error`. */
export const previewStatus = (view: PreviewView): PreviewStatus => {
  const description = STATUS[view.state](view).replace(/\s+/g, ' ');
  return {
    state: statusOf(view),
    description: description.length > 140 ? `${description.slice(0, 139)}…` : description,
  };
};

const statusOf = ({ state, verdict, failure }: PreviewView): PreviewStatus['state'] => {
  const serves = state === 'live' || state === 'sleeping';
  if (state === 'failed' || (serves && failure !== null))
    return faultOf(failure?.code) === 'user' ? 'failure' : 'error';
  if (serves || state === 'closed') return verdict === 'red' ? 'failure' : 'success';
  return 'pending';
};

const faultOf = (errorCode: string | undefined) =>
  errorCode !== undefined && Object.hasOwn(ERRORS, errorCode) ? ERRORS[errorCode as ErrorCode].fault : 'bug';

const STATUS: Readonly<Record<PreviewState, (view: PreviewView) => string>> = {
  blocked: () => 'Waits for a maintainer to approve it',
  queued: ({ position, reason }) =>
    `Queued${position === null ? '' : `, position ${position}`}${reason === null ? '' : `: ${reason}`}`,
  building: () => 'Building',
  testing: () => 'Installing and testing',
  live: (view) =>
    view.failure === null
      ? `Live${judged(', ', view)}: ${counts(view.modules)}`
      : failedShortly(view, 'the former commit serves'),
  sleeping: (view) =>
    view.failure === null
      ? `Asleep, wakes on the first request${judged('; ', view)}`
      : failedShortly(view, 'the former commit sleeps'),
  failed: (view) => failedShortly(view),
  closed: ({ reason }) => `Closed${reason === null ? '' : `: ${reason}`}`,
};

/** `, green (12 tests, 0 failed)`: nothing before there is a verdict, and no count where no test ran. */
const judged = (before: string, { verdict, tests: found }: PreviewView): string => {
  if (verdict === null) return '';
  const counted = found === null || found.run === 0 ? '' : ` (${found.run} tests, ${found.failed} failed)`;
  return `${before}${verdict}${counted}`;
};

const failedShortly = ({ failure }: PreviewView, meanwhileServes?: string): string => {
  const step = failure?.step == null ? '' : ` at ${failure.step}`;
  const aside = meanwhileServes === undefined ? '' : ` (${meanwhileServes})`;
  return `Failed${step}${aside}${failure === null ? '' : `: ${failure.message}`}`;
};
