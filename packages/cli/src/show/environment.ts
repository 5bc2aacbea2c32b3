import type { EnvironmentView } from '@slipway/contracts/views';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, shortSha } from '../output/time.ts';
import { environmentStateCell } from './preview.ts';

export const environmentTable = (environments: readonly EnvironmentView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'ENVIRONMENT' },
      { title: 'STAGE' },
      { title: 'STATE' },
      { title: 'COMMIT' },
      { title: 'DATABASE' },
      { title: 'CHANGED' },
      { title: 'URL' },
    ],
    environments.map((environment) => [
      environment.name,
      environment.stage,
      environmentStateCell(environment.state),
      shortSha(environment.sha),
      environment.database,
      age(environment.updatedAt, screen.now),
      environment.url ?? '-',
    ]),
  );

export const environmentText = (environment: EnvironmentView, screen: Screen): string =>
  facts(screen, [
    ['Environment', environment.name],
    ['Project', environment.project],
    ['Stage', environment.stage],
    ['State', environmentStateCell(environment.state)],
    ['URL', environment.url],
    ['Login', environment.login ? `${environment.login.user} / ${environment.login.password}` : null],
    ['Commit', environment.sha && shortSha(environment.sha)],
    ['Image', environment.image],
    ['Database', environment.database],
    ['Created', age(environment.createdAt, screen.now)],
    ['Changed', age(environment.updatedAt, screen.now)],
  ]);
