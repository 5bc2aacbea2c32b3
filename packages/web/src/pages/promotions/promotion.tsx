import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { ReactNode } from 'react';
import { useParams } from 'wouter';
import { api, useRead } from '../../api/api.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Person } from '../../ui/person.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { Commits, Modules } from './change.tsx';
import { Decide } from './decide.tsx';
import { Gates } from './gates.tsx';
import { Progress } from './progress.tsx';
import { ReleasePanel } from './release.tsx';
import { RehearsalPanel, Way } from './way.tsx';
import { stateWords } from './words.ts';

export const PromotionPage = (): ReactNode => {
  const { project, promotion } = useParams<{ project: string; promotion: string }>();
  useTitle('Promotion', project);
  return (
    <Loaded query={useRead('promotion', { parameters: { project, promotion } })} rows={6}>
      {(view) => <Body project={project} view={view} />}
    </Loaded>
  );
};

const Body = ({ project, view }: { readonly project: string; readonly view: PromotionView }): ReactNode => {
  const [tone, word] = stateWords(view.state);
  return (
    <>
      <PageHeader
        title={`Promotion of ${view.release.sha.slice(0, 8)}`}
        crumbs={[
          { word: project, to: projectPath(project) },
          { word: 'Promotions', to: projectPath(project, 'promotions') },
        ]}
        acts={view.run !== null && view.endedAt !== null && <Bundle run={view.run} />}
      >
        <Status tone={tone}>{word}</Status>
      </PageHeader>
      <div className="stack">
        <Notes view={view} />
        <div className="columns act-first">
          <div>
            {view.run !== null && <Progress project={project} run={view.run} view={view} />}
            <Gates project={project} gates={view.gates} />
            <Commits commits={view.commits} />
            <Modules change={view.change} />
          </div>
          <div>
            {view.state === 'open' && (
              <div className="act">
                <Decide project={project} view={view} />
              </div>
            )}
            <Approvals approvals={view.approvals} />
            <Way view={view} />
            <RehearsalPanel rehearsal={view.rehearsal} />
            <ReleasePanel view={view} />
          </div>
        </div>
      </div>
    </>
  );
};

const Bundle = ({ run }: { readonly run: string }): ReactNode => (
  <a className="button" href={api.addressOf('evidenceBundle', { parameters: { run } })} download>
    <Icon name="down" />
    Evidence
  </a>
);

const Notes = ({ view }: { readonly view: PromotionView }): ReactNode => (
  <>
    {view.emergency !== null && (
      <div className="note warn">
        <Icon name="warning" />
        <p className="foreign">
          <strong>Emergency.</strong> <Person {...view.emergency} />, <Ago at={view.emergency.at} />:{' '}
          {view.emergency.reason}
        </p>
      </div>
    )}
    {view.reason !== null && (
      <div className="note">
        <Icon name="warning" />
        <p className="foreign">{view.reason}</p>
      </div>
    )}
  </>
);

const Approvals = ({ approvals }: Pick<PromotionView, 'approvals'>): ReactNode => (
  <Panel title="Approvals">
    {approvals.length === 0 && <p className="inside quiet">Nobody has said anything yet.</p>}
    {approvals.length > 0 && (
      <ul className="phases">
        {approvals.map(({ who, name, decision, reason, at }) => (
          <li key={`${who} ${at}`}>
            <Status tone={decision === 'approved' ? 'good' : 'bad'}>
              {decision === 'approved' ? 'Approved' : 'Refused'}
            </Status>
            <span>
              <Person who={who} name={name} />, <Ago at={at} />
            </span>
            {reason !== null && <span className="quiet foreign">{reason}</span>}
          </li>
        ))}
      </ul>
    )}
  </Panel>
);
