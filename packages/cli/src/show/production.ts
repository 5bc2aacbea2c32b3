import type { DeploymentView, ProductionView } from '@slipway/contracts/production-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, shortSha } from '../output/time.ts';
import { timesText } from './deployment-times.ts';
import { environmentStateCell } from './preview.ts';
import { watchDetails, watchSentence } from './watch.ts';

/** One sentence: what going back means, or why there is nothing to go back to. */
export const wayBackText = ({ wayBack, noWayBack }: Pick<ProductionView, 'wayBack' | 'noWayBack'>): string => {
  if (wayBack === null) return `none: ${noWayBack}`;
  const { deployment, sha, losesData, since, backup } = wayBack;
  const how = backup === undefined ? 'with the database that it had' : `in place, with the data of backup ${backup}`;
  const data = losesData
    ? `${how}; what was written since ${since ?? 'then'} is not in it`
    : 'on the same database; nothing is lost';
  return `to ${shortSha(sha)} (${deployment}), ${data}`;
};

const deploymentRow = (deployment: DeploymentView, screen: Screen): string[] => [
  deployment.serves ? 'serves' : '',
  deployment.id,
  deployment.kind,
  deployment.status,
  shortSha(deployment.sha),
  deployment.database ?? '-',
  deployment.actor,
  deployment.approver ?? '-',
  age(deployment.startedAt, screen.now),
];

export const productionText = (production: ProductionView, screen: Screen): string =>
  [
    facts(screen, [
      ['Production', production.project],
      ['State', environmentStateCell(production.state)],
      ['URL', production.url],
      ['First login', production.login ? `${production.login.user} / ${production.login.password}` : null],
      ['Commit', production.sha && shortSha(production.sha)],
      ['Image', production.image],
      ['Database', production.database],
      ['Way back', wayBackText(production)],
      ['Watched', watchSentence(production.watch, screen.now)],
    ]),
    ...watchDetails(production.watch),
    ...production.troubles.map((message) => `\n${screen.fail} ${printable(message)}`),
    '',
    table(
      screen,
      [
        { title: '' },
        { title: 'DEPLOYMENT' },
        { title: 'KIND' },
        { title: 'STATUS' },
        { title: 'COMMIT' },
        { title: 'DATABASE' },
        { title: 'BY' },
        { title: 'APPROVED BY' },
        { title: 'WHEN' },
      ],
      production.deployments.map((deployment) => deploymentRow(deployment, screen)),
    ),
    ...lastTimes(production, screen),
  ].join('\n');

/** Of the newest deployment that has been timed. */
const lastTimes = ({ deployments }: ProductionView, screen: Screen): string[] => {
  const last = deployments.find(({ times, finishedAt }) => times !== null && finishedAt !== null);
  if (last?.times == null) return [];
  return ['', `What ${last.id} took:`, '', timesText(last.times, screen)];
};
