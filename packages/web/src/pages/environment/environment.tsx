import type { EnvironmentView } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { CopyButton, Sha } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { LoginFacts } from '../preview/acts.tsx';
import { OpenProductionButton } from '../stages/open-production.tsx';
import { Rehearsals } from '../stages/rehearsals.tsx';
import { StagingActs } from '../stages/staging-acts.tsx';
import { InsideLinks } from './inside.tsx';
import { InstalledModules } from './installed-modules.tsx';
import { LogInAs } from './log-in-as.tsx';
import { ProductionPart } from './production-part.tsx';
import { EnvironmentRuns } from './runs.tsx';
import { SizeAndLoad } from './size-and-load.tsx';
import { Traffic } from './traffic.tsx';
import { Variables } from './variables.tsx';

const Facts = ({ environment }: { readonly environment: EnvironmentView }): ReactNode => {
  const url = webAddress(environment.url);
  return (
    <dl className="facts inside">
      {url !== undefined && (
        <>
          <dt>Address</dt>
          <dd className="row">
            <a href={url} target="_blank" rel="noreferrer" className="foreign">
              {url}
            </a>
            <CopyButton text={url} label="Copy address" />
          </dd>
        </>
      )}
      <dt>Commit</dt>
      <dd>{environment.sha === null ? 'none yet' : <Sha sha={environment.sha} />}</dd>
      <dt>Database</dt>
      <dd className="mono">{environment.database}</dd>
      {environment.image !== null && (
        <>
          <dt>Image</dt>
          <dd className="mono foreign">{environment.image}</dd>
        </>
      )}
      <dt>Changed</dt>
      <dd>
        <Ago at={environment.updatedAt} />
      </dd>
    </dl>
  );
};

const Body = ({ environment }: { readonly environment: EnvironmentView }): ReactNode => {
  const { project, stage, name } = environment;
  const may = useMay(project);
  const url = webAddress(environment.url);
  const word = stage.charAt(0).toUpperCase() + stage.slice(1);
  return (
    <>
      <PageHeader
        title={word}
        crumbs={[{ word: project, to: projectPath(project) }]}
        acts={
          <>
            {stage === 'staging' && <StagingActs project={project} />}
            <LogInAs project={project} environment={name} stage={stage} state={environment.state} />
            {stage === 'staging' && may('promote') && (
              <Link className="button" href={projectPath(project, 'promotions/new')}>
                <Icon name="promote" />
                Promote
              </Link>
            )}
            {url !== undefined && (
              <a className="button primary" href={url} target="_blank" rel="noreferrer">
                <Icon name="out" />
                Open Odoo
              </a>
            )}
          </>
        }
      >
        <StateStatus state={environment.state} />
      </PageHeader>
      <div className="columns">
        <div className="stack">
          {stage === 'production' && <ProductionPart project={project} />}
          {stage === 'staging' && <Rehearsals project={project} />}
          <Traffic environment={name} />
          <InstalledModules environment={name} />
          <Variables project={project} environment={name} stage={stage} />
          <EnvironmentRuns project={project} environment={name} />
        </div>
        <div className="stack">
          <Panel title="About">
            <Facts environment={environment} />
            {stage === 'staging' && may('staging') && (
              <div className="inside">
                <InsideLinks project={project} name={stage} />
              </div>
            )}
          </Panel>
          <SizeAndLoad environment={name} />
          {environment.login != null && (
            <Panel title="Log in">
              <div className="inside">
                <LoginFacts login={environment.login} url={url} />
              </div>
            </Panel>
          )}
        </div>
      </div>
    </>
  );
};

const NONE = {
  staging: "It comes with the first push to staging's branch, or with its first refresh.",
  production: 'Open one from a backup, or as a new company:',
} as const;

const StagePage = ({ stage }: { readonly stage: 'staging' | 'production' }): ReactNode => {
  const { project } = useParams<{ project: string }>();
  const query = useRead('environment', { parameters: { environment: `${project}/${stage}` } });
  const word = stage === 'staging' ? 'Staging' : 'Production';
  useTitle(word, project);
  if (query.error?.status === 404)
    return (
      <>
        <PageHeader title={word} crumbs={[{ word: project, to: projectPath(project) }]} />
        <Empty title={`There is no ${stage} yet`}>
          <p>{NONE[stage]}</p>
          {stage === 'production' && <OpenProductionButton project={project} />}
        </Empty>
      </>
    );
  return <Loaded query={query}>{(environment) => <Body environment={environment} />}</Loaded>;
};

export const StagingPage = (): ReactNode => <StagePage stage="staging" />;
export const ProductionPage = (): ReactNode => <StagePage stage="production" />;
