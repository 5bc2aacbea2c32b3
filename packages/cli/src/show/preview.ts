import { guardCounts } from '@slipway/contracts/guards-views';
import type { ModulePlan, PreviewState, PreviewView, TestCounts, Verdict } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Colour, Screen } from '../output/screen.ts';
import { type Cell, facts, table } from '../output/table.ts';
import { age, duration, shortSha } from '../output/time.ts';

const STATE_COLOURS: Readonly<Record<PreviewState, Colour | undefined>> = {
  blocked: 'yellow',
  queued: 'blue',
  building: 'cyan',
  testing: 'cyan',
  live: 'green',
  sleeping: 'dim',
  failed: 'red',
  closed: 'dim',
};

const VERDICT_COLOURS: Readonly<Record<Verdict, Colour>> = { green: 'green', yellow: 'yellow', red: 'red' };

export const verdictCell = (verdict: Verdict | null): Cell =>
  verdict === null ? '-' : { text: verdict, colour: VERDICT_COLOURS[verdict] };

export const testsCell = (tests: TestCounts | null): Cell => {
  if (tests === null) return 'none ran';
  if (tests.run === 0) return 'the changed modules have none';
  return tests.failed === 0
    ? `${tests.run} passed`
    : { text: `${tests.run}, ${tests.failed} failed`, colour: VERDICT_COLOURS.red };
};

/** `queued (2)`: the state, with the position of one that waits. */
export const stateCell = (preview: Pick<PreviewView, 'state' | 'position'>): Cell => ({
  text: preview.position === null ? preview.state : `${preview.state} (${preview.position})`,
  colour: STATE_COLOURS[preview.state],
});

export const environmentStateCell = (state: PreviewState): Cell => ({ text: state, colour: STATE_COLOURS[state] });

export const previewTable = (previews: readonly PreviewView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'PR', right: true },
      { title: 'STATE' },
      { title: 'VERDICT' },
      { title: 'COMMIT' },
      { title: 'TITLE', elastic: true },
      { title: 'CHANGED' },
      { title: 'URL' },
    ],
    previews.map((preview) => [
      String(preview.number),
      stateCell(preview),
      verdictCell(preview.verdict),
      shortSha(preview.sha),
      preview.title ?? preview.branch ?? '-',
      age(preview.updatedAt, screen.now),
      preview.url ?? '-',
    ]),
  );

const serving = (preview: PreviewView): Cell | null => {
  if (preview.liveSha === null) return null;
  if (preview.liveSha === preview.sha) return shortSha(preview.liveSha);
  return { text: `${shortSha(preview.liveSha)}, an older commit than the one asked for`, colour: 'yellow' };
};

const moduleTable = (modules: readonly ModulePlan[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'MODULE' }, { title: 'ACTION' }, { title: 'VERSION' }, { title: 'WHY', elastic: true }],
    modules.map((module) => [module.name, module.action, module.version ?? '-', module.why]),
  );

const failureText = ({ failure }: PreviewView, screen: Screen): string => {
  if (failure === null) return '';
  const where = failure.step === null ? '' : ` at step ${printable(failure.step)}`;
  const lines = failure.lastLines.map((line) => `    ${screen.paint('dim', printable(line))}`);
  return [
    `${screen.fail} Failed${where}: ${printable(failure.message)}`,
    `  ${printable(failure.hint)}`,
    ...lines,
  ].join('\n');
};

const guardsCell = (guards: PreviewView['guards']): Cell | null => {
  if (guards === null) return null;
  const text = guardCounts(guards);
  return guards.errors > 0 ? { text, colour: VERDICT_COLOURS.red } : text;
};

const findingsText = ({ guards }: PreviewView, screen: Screen): string =>
  (guards?.first ?? [])
    .map(({ severity, file, line, message, rule }) => {
      const mark = severity === 'error' ? screen.fail : screen.warn;
      return `  ${mark} ${printable(`${file}:${line}`)} ${printable(message)}  ${screen.paint('dim', printable(rule))}`;
    })
    .join('\n');

const timingText = (timings: PreviewView['timings']): string | null => {
  const parts = Object.entries(timings).map(([step, milliseconds]) => `${step} ${duration(milliseconds)}`);
  return parts.length === 0 ? null : parts.join(', ');
};

/** Everything about one preview. */
export const previewText = (preview: PreviewView, screen: Screen): string => {
  const head = facts(screen, [
    ['Preview', `${preview.project} #${preview.number}${preview.title === null ? '' : `: ${preview.title}`}`],
    ['State', stateCell(preview)],
    ['Because', preview.reason],
    ['URL', preview.url],
    ['Login', preview.login && `${preview.login.user} / ${preview.login.password}`],
    ['Verdict', preview.verdict && verdictCell(preview.verdict)],
    ['Tests', preview.verdict && testsCell(preview.tests)],
    ['Guards', guardsCell(preview.guards)],
    ['Commit', `${shortSha(preview.sha)}${preview.branch === null ? '' : ` (${preview.branch})`}`],
    ['Serving', serving(preview)],
    ['Database', preview.database],
    ['Run', preview.run],
    ['Build', preview.build],
    ['Took', timingText(preview.timings)],
    ['Changed', age(preview.updatedAt, screen.now)],
    ['Used', preview.lastUsedAt && age(preview.lastUsedAt, screen.now)],
  ]);
  const modules = preview.modules.length === 0 ? '' : moduleTable(preview.modules, screen);
  return [head, failureText(preview, screen), findingsText(preview, screen), modules]
    .filter((part) => part !== '')
    .join('\n\n');
};

/** One line after a request was taken. */
export const acceptedText = (
  verb: string,
  { run, preview }: { readonly run: string | null; readonly preview: PreviewView },
  screen: Screen,
): string => {
  if (run === null) return `${screen.ok} Nothing to do: preview ${preview.number} is ${preview.state} already.`;
  const waits = preview.position === null ? '' : `; its run is number ${preview.position} in the queue`;
  const why = preview.reason === null ? '' : `\n  ${printable(preview.reason)}`;
  const next = `\n  Watch it: slipway run logs ${printable(run)} --follow`;
  return `${screen.ok} ${verb}: preview ${preview.number} is ${preview.state}${waits}.${why}${next}`;
};
