import type { BoardCard, BoardView, ProjectInList, RunInList } from '@slipway/contracts/board-views';
import type { FailedUpkeep } from '@slipway/contracts/views';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';
import { age, shortSha } from '../output/time.ts';
import { environmentStateCell } from './preview.ts';

export const projectTable = (projects: readonly ProjectInList[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'PROJECT' }, { title: 'REPOSITORY' }, { title: 'BRANCH' }, { title: 'STAGES' }],
    projects.map(({ name, repository, defaultBranch, stages }) => [
      name,
      repository ?? '-',
      defaultBranch ?? '-',
      [stages.staging ? 'staging' : '', stages.production ? 'production' : ''].filter(Boolean).join(', ') || '-',
    ]),
  );

/** `backup`, `snapshot`: what people asked for, by their words. */
export const upkeepWord = ({ kind, of }: FailedUpkeep): string => {
  if (kind === 'create-snapshot') return of === 'raw' ? 'backup' : 'snapshot';
  return kind === 'copy-server' ? 'copy of the server' : 'pruning of snapshots';
};

const failedWords = (one: FailedUpkeep): string =>
  `the last ${upkeepWord(one)} failed: ${one.failure.message} (slipway run show ${one.run})`;

const happening = ({ run, failure, reason, upkeep }: BoardCard): string => {
  if (run?.state === 'queued') return `nr. ${run.position ?? '?'} in the queue`;
  if (run?.state === 'running') return `${run.step ?? run.kind}, ${run.done} of ${run.steps} steps`;
  return failure?.message ?? reason ?? (upkeep.map(failedWords).join('; ') || '-');
};

export const boardTable = (board: BoardView, screen: Screen): string =>
  table(
    screen,
    [
      { title: 'PLACE' },
      { title: 'BRANCH' },
      { title: 'STATE' },
      { title: 'COMMIT' },
      { title: 'CHANGED' },
      { title: 'WHAT' },
    ],
    [...board.production, ...board.staging, ...board.previews].map((card) => [
      card.name,
      card.branch ?? '-',
      environmentStateCell(card.state),
      shortSha(card.commit.sha),
      age(card.updatedAt, screen.now),
      happening(card),
    ]),
  );

export const runRows = (runs: readonly RunInList[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'RUN' },
      { title: 'KIND' },
      { title: 'PLACE' },
      { title: 'STATE' },
      { title: 'ASKED FOR' },
      { title: 'BY' },
      { title: 'WHAT' },
    ],
    runs.map(({ id, kind, environment, state, position, requestedAt, requestedBy, step, reason }) => [
      id,
      kind,
      environment,
      position === null ? state : `${state}, nr. ${position}`,
      age(requestedAt, screen.now),
      requestedBy,
      step ?? reason ?? '-',
    ]),
  );
