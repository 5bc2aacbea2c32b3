import type { PromotionInList } from '@slipway/contracts/promotion-views';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { Sha } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Person } from '../../ui/person.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { gateName, stateWords } from './words.ts';

const because = ({ reason, waitsFor }: PromotionInList): string =>
  reason ?? (waitsFor.length === 0 ? '' : `waits for: ${waitsFor.map(gateName).join(', ')}`);

export const PromotionsPage = (): ReactNode => {
  const { project } = useParams<{ project: string }>();
  useTitle('Promotions', project);
  const may = useMay(project);
  const promotions = useRead('promotions', { parameters: { project }, query: { limit: '100' } });
  return (
    <>
      <PageHeader
        title="Promotions"
        crumbs={[{ word: project, to: projectPath(project) }]}
        acts={
          may('promote') && (
            <Link className="button primary" href={projectPath(project, 'promotions/new')}>
              <Icon name="promote" />
              Promote
            </Link>
          )
        }
      />
      <Loaded query={promotions}>
        {(known) =>
          known.length === 0 ? (
            <Empty title="Nothing was promoted yet">
              <p>What staging runs goes to production from here, once its gates let it through.</p>
            </Empty>
          ) : (
            <div className="panel">
              <Table project={project} promotions={known} />
            </div>
          )
        }
      </Loaded>
    </>
  );
};

const Table = ({
  project,
  promotions,
}: {
  readonly project: string;
  readonly promotions: readonly PromotionInList[];
}): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        <th>State</th>
        <th>Promotion</th>
        <th>Commit</th>
        <th>Asked for</th>
        <th>Because</th>
      </tr>
    </thead>
    <tbody>
      {promotions.map((one) => {
        const [tone, word] = stateWords(one.state);
        return (
          <tr key={one.id}>
            <td data-label="State">
              <Status tone={tone}>{word}</Status>
            </td>
            <td data-label="Promotion">
              <Link className="mono" href={projectPath(project, `promotions/${encodeURIComponent(one.id)}`)}>
                {one.id}
              </Link>
            </td>
            <td data-label="Commit">
              <Sha sha={one.sha} />
            </td>
            <td data-label="Asked for">
              <div>
                <Ago at={one.createdAt} /> by <Person who={one.requestedBy} name={one.requesterName} />
              </div>
            </td>
            <td data-label="Because" className="foreign">
              {because(one)}
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
