import type { BuildView } from '@slipway/contracts/views';
import type { Screen } from '../output/screen.ts';
import { type Cell, facts, table } from '../output/table.ts';
import { age, duration, shortSha } from '../output/time.ts';
import { testsCell, verdictCell } from './preview.ts';

const COLOURS = { building: 'cyan', built: 'green', failed: 'red' } as const;

const stateCell = (build: BuildView): Cell => ({
  text: build.cached ? `${build.state} (cached)` : build.state,
  colour: COLOURS[build.state],
});

const took = (build: BuildView): string => (build.milliseconds === null ? '-' : duration(build.milliseconds));

export const buildTable = (builds: readonly BuildView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'BUILD' },
      { title: 'PROJECT' },
      { title: 'STATE' },
      { title: 'VERDICT' },
      { title: 'COMMIT' },
      { title: 'MESSAGE', elastic: true },
      { title: 'STARTED' },
      { title: 'TOOK', right: true },
    ],
    builds.map((build) => [
      build.id,
      build.project,
      stateCell(build),
      verdictCell(build.verdict),
      shortSha(build.sha),
      build.message?.split('\n')[0] ?? '-',
      age(build.createdAt, screen.now),
      took(build),
    ]),
  );

export const buildText = (build: BuildView, screen: Screen): string =>
  facts(screen, [
    ['Build', build.id],
    ['Project', build.project],
    ['State', stateCell(build)],
    ['Verdict', build.verdict && verdictCell(build.verdict)],
    ['Tests', build.verdict && testsCell(build.tests)],
    ['Commit', `${build.sha}${build.branch === null ? '' : ` (${build.branch})`}`],
    ['Message', build.message],
    ['Author', build.author],
    ['Committed', build.committedAt && age(build.committedAt, screen.now)],
    ['Image', build.image],
    ['Digest', build.imageDigest],
    ['Lock hash', build.lockHash],
    ['Started', age(build.createdAt, screen.now)],
    ['Took', build.milliseconds === null ? null : took(build)],
  ]);
