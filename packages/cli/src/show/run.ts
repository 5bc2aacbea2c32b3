import type { RunState, RunView } from '@slipway/contracts/views';
import { printable } from '../output/printable.ts';
import type { Colour, Screen } from '../output/screen.ts';
import { type Cell, facts, table } from '../output/table.ts';
import { age, duration, shortSha } from '../output/time.ts';

const COLOURS: Readonly<Record<RunState, Colour>> = {
  queued: 'blue',
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'yellow',
  superseded: 'dim',
};

const stateCell = (run: RunView): Cell => ({
  text: run.position === null ? run.state : `${run.state} (${run.position})`,
  colour: COLOURS[run.state],
});

const took = (run: RunView): string =>
  run.startedAt === null || run.finishedAt === null
    ? '-'
    : duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));

export const runTable = (runs: readonly RunView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'RUN' },
      { title: 'KIND' },
      { title: 'ENVIRONMENT', elastic: true },
      { title: 'STATE' },
      { title: 'COMMIT' },
      { title: 'ASKED' },
      { title: 'TOOK', right: true },
    ],
    runs.map((run) => [
      run.id,
      run.kind,
      run.environment,
      stateCell(run),
      shortSha(run.sha),
      age(run.requestedAt, screen.now),
      took(run),
    ]),
  );

const STEP_COLOURS = { pending: 'dim', running: 'cyan', done: 'green', skipped: 'dim', failed: 'red' } as const;

const stepTable = (run: RunView, screen: Screen): string =>
  table(
    screen,
    [
      { title: '#', right: true },
      { title: 'STEP' },
      { title: 'STATE' },
      { title: 'TRIES', right: true },
      { title: 'TOOK', right: true },
      { title: 'NOTE', elastic: true },
    ],
    run.steps.map((step) => [
      String(step.index + 1),
      step.name,
      { text: step.state, colour: STEP_COLOURS[step.state] },
      String(step.attempts),
      step.milliseconds === null ? '-' : duration(step.milliseconds),
      step.note ?? '',
    ]),
  );

export const runText = (run: RunView, screen: Screen): string => {
  const head = facts(screen, [
    ['Run', run.id],
    ['Kind', run.kind],
    ['Environment', run.environment],
    ['State', stateCell(run)],
    ['Because', run.reason],
    ['Commit', run.sha && shortSha(run.sha)],
    ['Asked', `${age(run.requestedAt, screen.now)} by ${run.requestedBy}`],
    ['Took', run.finishedAt && took(run)],
  ]);
  const failure =
    run.failure === null ? '' : `${screen.fail} ${printable(run.failure.message)}\n  ${printable(run.failure.hint)}`;
  const steps = run.steps.length === 0 ? '' : stepTable(run, screen);
  return [head, failure, steps].filter((part) => part !== '').join('\n\n');
};

/** The step that is running, or the one that comes next: `boot-slot (4 of 7)`. */
export const currentStep = (run: RunView): string | null => {
  const index = run.steps.findIndex((step) => step.state === 'running' || step.state === 'pending');
  const step = run.steps[index];
  return step === undefined ? null : `${step.name} (${index + 1} of ${run.steps.length})`;
};
