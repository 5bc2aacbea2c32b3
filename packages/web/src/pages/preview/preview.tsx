import type { PreviewView } from '@slipway/contracts/views';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { CopyButton, Sha } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { testWords } from '../board/words.ts';
import { InsideLinks } from '../environment/inside.tsx';
import { InstalledModules } from '../environment/installed-modules.tsx';
import { LogInAs } from '../environment/log-in-as.tsx';
import { EnvironmentRuns } from '../environment/runs.tsx';
import { SizeAndLoad } from '../environment/size-and-load.tsx';
import { Traffic } from '../environment/traffic.tsx';
import { Variables } from '../environment/variables.tsx';
import { FailureNote } from '../run/failure-note.tsx';
import { CloseDialog, LoginFacts, RebuildDialog } from './acts.tsx';
import { GuardsPanel } from './guards-panel.tsx';
import { ModulesPanel } from './modules-panel.tsx';
import { TimingsPanel } from './timings-panel.tsx';
import { usePreviewActs } from './use-preview-acts.ts';

const Acts = ({ preview }: { readonly preview: PreviewView }): ReactNode => {
  const [asked, setAsked] = useState<'rebuild' | 'close' | null>(null);
  const may = useMay(preview.project);
  const acts = usePreviewActs(preview.project, preview.number);
  const url = webAddress(preview.url);
  const serves = preview.state === 'live' || preview.state === 'sleeping';
  const about = {
    project: preview.project,
    number: preview.number,
    name: preview.branch ?? `#${preview.number}`,
    onClose: () => setAsked(null),
  };
  const mayAct = may('preview');
  return (
    <>
      {mayAct && preview.state === 'sleeping' && <ActButton word="Wake" icon="sun" onAct={acts.wake} />}
      {mayAct && preview.state !== 'sleeping' && preview.state !== 'closed' && (
        <ActButton
          word="Put to sleep"
          icon="sleep"
          why={preview.state === 'live' ? null : 'Only what is live can be put to sleep.'}
          onAct={acts.sleep}
        />
      )}
      {preview.state === 'blocked' && may('approve') && (
        <button type="button" className="button primary" onClick={acts.approve}>
          <Icon name="check" />
          Let it build
        </button>
      )}
      {preview.state !== 'closed' && (
        <LogInAs
          {...{ project: preview.project, stage: 'preview', state: preview.state }}
          environment={`${preview.project}/pr-${preview.number}`}
        />
      )}
      {serves && url !== undefined && (
        <a className="button primary" href={url} target="_blank" rel="noreferrer">
          <Icon name="out" />
          Open Odoo
        </a>
      )}
      {mayAct && preview.state !== 'closed' && (
        <MenuButton
          label="More acts"
          className="only-icon"
          entries={[
            { word: 'Rebuild', icon: 'refresh', act: () => setAsked('rebuild') },
            { word: 'Close', icon: 'close', danger: true, act: () => setAsked('close') },
          ]}
        />
      )}
      {asked === 'rebuild' && <RebuildDialog {...about} />}
      {asked === 'close' && <CloseDialog {...about} />}
    </>
  );
};

const Facts = ({ preview }: { readonly preview: PreviewView }): ReactNode => {
  const url = webAddress(preview.url);
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
      <dt>Branch</dt>
      <dd className="foreign">{preview.branch ?? 'none'}</dd>
      <dt>Commit</dt>
      <dd className="row wrap">
        <Sha sha={preview.sha} />
        {preview.liveSha !== null && preview.liveSha !== preview.sha && (
          <span className="quiet">
            serves <Sha sha={preview.liveSha} />
          </span>
        )}
      </dd>
      {preview.tests !== null && (
        <>
          <dt>Tests</dt>
          <dd>{testWords(preview.tests)}</dd>
        </>
      )}
      {preview.verdict !== null && (
        <>
          <dt>Odoo's log</dt>
          <dd>{preview.verdict}</dd>
        </>
      )}
      <dt>Database</dt>
      <dd className="mono">{preview.database}</dd>
      {preview.lastUsedAt !== null && (
        <>
          <dt>Last used</dt>
          <dd>
            <Ago at={preview.lastUsedAt} />
          </dd>
        </>
      )}
      <dt>Opened</dt>
      <dd>
        <Ago at={preview.createdAt} />
      </dd>
    </dl>
  );
};

const Body = ({ preview }: { readonly preview: PreviewView }): ReactNode => {
  const may = useMay(preview.project);
  const { project } = preview;
  const environment = `${project}/pr-${preview.number}`;
  return (
    <>
      <PageHeader
        title={preview.title ?? preview.branch ?? `Preview ${preview.number}`}
        crumbs={[{ word: preview.project, to: projectPath(preview.project) }]}
        acts={<Acts preview={preview} />}
      >
        <span className="quiet">#{preview.number}</span>
        <StateStatus state={preview.state} />
        {preview.position !== null && <span className="quiet">No. {preview.position} in the queue</span>}
      </PageHeader>
      {preview.reason !== null && preview.failure === null && (
        <p className="note info foreign below">{preview.reason}</p>
      )}
      {preview.failure !== null && <FailureNote failure={preview.failure} />}
      <div className="columns">
        <div className="stack">
          <ModulesPanel modules={preview.modules} />
          {preview.guards !== null && <GuardsPanel guards={preview.guards} />}
          <Traffic environment={environment} />
          <InstalledModules environment={environment} />
          <Variables project={project} environment={environment} stage="preview" />
          <EnvironmentRuns project={project} environment={environment} />
        </div>
        <div className="stack">
          <Panel title="About">
            <Facts preview={preview} />
            {may('preview') && preview.state !== 'closed' && (
              <div className="inside">
                <InsideLinks project={preview.project} name={`pr-${preview.number}`} />
              </div>
            )}
          </Panel>
          {preview.login !== null && (
            <Panel title="Log in">
              <div className="inside">
                <LoginFacts login={preview.login} url={webAddress(preview.url)} />
              </div>
            </Panel>
          )}
          <SizeAndLoad environment={environment} />
          <TimingsPanel timings={preview.timings} />
          {preview.run !== null && (
            <p>
              <Link href={projectPath(preview.project, `runs/${preview.run}`)}>Log of the last run</Link>
            </p>
          )}
        </div>
      </div>
    </>
  );
};

/** One preview: where it is, how to get in, what is in it, what happened. */
export const PreviewPage = (): ReactNode => {
  const { project, number } = useParams<{ project: string; number: string }>();
  const query = useRead('preview', { parameters: { project, number } });
  useTitle(`Preview #${number}`, project);
  return <Loaded query={query}>{(preview) => <Body preview={preview} />}</Loaded>;
};
