import type { DeploymentView, ProductionView } from '@slipway/contracts/production-views';
import type { ReactNode } from 'react';
import { useRead } from '../../api/api.ts';
import { Sha } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/page.tsx';
import { Person } from '../../ui/person.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { kindWords } from '../board/words.ts';
import { RollbackButton } from '../stages/rollback.tsx';
import { WatchPanel } from '../stages/watch.tsx';

const Deployments = ({ deployments }: { readonly deployments: readonly DeploymentView[] }): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        <th>Deployment</th>
        <th>Result</th>
        <th>Commit</th>
        <th>When</th>
        <th>By</th>
      </tr>
    </thead>
    <tbody>
      {deployments.map((deployment) => (
        <tr key={deployment.id}>
          <td data-label="Deployment">
            {kindWords(deployment.kind)} {deployment.serves && <span className="chip good">serves</span>}
          </td>
          <td data-label="Result">
            <StateStatus state={deployment.status} />
          </td>
          <td data-label="Commit">
            <Sha sha={deployment.sha} />
          </td>
          <td data-label="When">
            <Ago at={deployment.switchedAt ?? deployment.startedAt} />
          </td>
          <td data-label="By">
            <div>
              <Person who={deployment.actor} name={deployment.actorName} />
              {deployment.approver !== null && (
                <div>
                  <span className="quiet">approved by</span>{' '}
                  <Person who={deployment.approver} name={deployment.approverName} />
                </div>
              )}
            </div>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const WayBack = ({ production }: { readonly production: ProductionView }): ReactNode => {
  const { wayBack, noWayBack } = production;
  if (wayBack === null) return <p className="inside quiet foreign">{noWayBack ?? 'There is nothing to go back to.'}</p>;
  return (
    <p className="inside row wrap">
      Back to <Sha sha={wayBack.sha} />
      {wayBack.losesData ? 'would lose what was written since.' : 'would lose no data.'}
    </p>
  );
};

/** What only a production has: what is wrong with it, what it would go back to, what was deployed. */
export const ProductionPart = ({ project }: { readonly project: string }): ReactNode => (
  <Loaded query={useRead('production', { parameters: { project } })}>
    {(production) => (
      <>
        {production.troubles.map((trouble) => (
          <div key={trouble} className="note bad" role="alert">
            <Icon name="warning" />
            <span className="foreign">{trouble}</span>
          </div>
        ))}
        <Panel title="Way back" acts={<RollbackButton project={project} production={production} />}>
          <WayBack production={production} />
        </Panel>
        {production.watch !== null && <WatchPanel watch={production.watch} />}
        <Panel title="Deployments">
          {production.deployments.length === 0 ? (
            <p className="inside quiet">Nothing was deployed yet.</p>
          ) : (
            <Deployments deployments={production.deployments} />
          )}
        </Panel>
      </>
    )}
  </Loaded>
);
