import type { RunView } from '@slipway/contracts/views';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { Sha } from '../../ui/copy.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago, Duration, Stopwatch } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { kindWords } from '../board/words.ts';
import { placeOf } from '../environment/place.ts';
import { RebuildDialog } from '../preview/acts.tsx';
import { FailureNote } from './failure-note.tsx';
import { LogView } from './log-view.tsx';

type Step = RunView['steps'][number];

const OneStep = ({ step }: { readonly step: Step }): ReactNode => (
  <li>
    <StateStatus state={step.state} />
    <span className="foreign">
      {kindWords(step.name)}
      {step.attempts > 1 && <span className="quiet"> (tried {step.attempts} times)</span>}
    </span>
    <span>
      {step.milliseconds !== null && <Duration milliseconds={step.milliseconds} />}
      {step.state === 'running' && step.startedAt !== null && <Stopwatch since={step.startedAt} />}
    </span>
    {step.note !== null && <span className="step-note foreign">{step.note}</span>}
  </li>
);

const took = ({ startedAt, finishedAt }: RunView): number | null =>
  startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);

const Facts = ({ run }: { readonly run: RunView }): ReactNode => {
  const milliseconds = took(run);
  return (
    <dl className="facts inside">
      <dt>Place</dt>
      <dd className="foreign">
        <Link href={projectPath(run.project, placeOf(run.environment))}>{run.environment}</Link>
      </dd>
      {run.sha !== null && run.sha !== '' && (
        <>
          <dt>Commit</dt>
          <dd>
            <Sha sha={run.sha} />
          </dd>
        </>
      )}
      <dt>Asked for by</dt>
      <dd className="foreign">
        {run.requestedBy}, <Ago at={run.requestedAt} />
      </dd>
      {run.startedAt !== null && (
        <>
          <dt>Took</dt>
          <dd>
            {milliseconds === null ? <Stopwatch since={run.startedAt} /> : <Duration milliseconds={milliseconds} />}
          </dd>
        </>
      )}
      {run.position !== null && (
        <>
          <dt>In the queue</dt>
          <dd>No. {run.position}</dd>
        </>
      )}
      {run.reason !== null && (
        <>
          <dt>{run.state === 'queued' ? 'Waits because' : 'Because'}</dt>
          <dd className="foreign">{run.reason}</dd>
        </>
      )}
      <dt>Run</dt>
      <dd className="mono">{run.id}</dd>
    </dl>
  );
};

const previewNumber = (run: RunView): number | null => {
  const found = /\/pr-(\d+)$/.exec(run.environment);
  return found === null ? null : Number(found[1]);
};

const Acts = ({ run }: { readonly run: RunView }): ReactNode => {
  const [asked, setAsked] = useState<'cancel' | 'rebuild' | null>(null);
  const cancel = useAct('cancelRun');
  const may = useMay(run.project);
  const number = previewNumber(run);
  const open = run.state === 'queued' || run.state === 'running';
  const close = (): void => setAsked(null);
  if (!may(number === null ? 'staging' : 'preview')) return null;
  return (
    <>
      {open && (
        <button type="button" className="button danger" onClick={() => setAsked('cancel')}>
          <Icon name="close" />
          Cancel
        </button>
      )}
      {!open && number !== null && (
        <button type="button" className="button" onClick={() => setAsked('rebuild')}>
          <Icon name="refresh" />
          Rebuild
        </button>
      )}
      <Confirm
        title="Cancel this run"
        open={asked === 'cancel'}
        danger
        act="Cancel the run"
        busy={cancel.isPending}
        onClose={close}
        onConfirm={() =>
          cancel.mutate(
            { parameters: { run: run.id } },
            { onSuccess: () => say('The run is being cancelled.'), onError: sayProblem, onSettled: close },
          )
        }
      >
        <p>What it began is undone. What served before goes on serving.</p>
      </Confirm>
      {asked === 'rebuild' && number !== null && (
        <RebuildDialog project={run.project} number={number} name={run.environment} onClose={close} />
      )}
    </>
  );
};

const RunBody = ({ run }: { readonly run: RunView }): ReactNode => (
  <>
    <PageHeader
      title={kindWords(run.kind)}
      crumbs={[
        { word: run.project, to: projectPath(run.project) },
        { word: run.environment.split('/').at(-1) ?? '', to: projectPath(run.project, placeOf(run.environment)) },
      ]}
      acts={<Acts run={run} />}
    >
      <StateStatus state={run.state} />
    </PageHeader>
    {run.failure !== null && <FailureNote failure={run.failure} />}
    <div className="columns">
      <Panel title="Steps">
        {run.steps.length === 0 ? (
          <p className="inside quiet">No step was taken yet.</p>
        ) : (
          <ol className="steps">
            {run.steps.map((step) => (
              <OneStep key={step.index} step={step} />
            ))}
          </ol>
        )}
      </Panel>
      <Panel title="About">
        <Facts run={run} />
      </Panel>
    </div>
    <LogView key={run.id} run={run.id} />
  </>
);

/** One run: what it did when, and its log as it comes. */
export const RunPage = (): ReactNode => {
  const { run, project } = useParams<{ run: string; project: string }>();
  const query = useRead('run', { parameters: { run } });
  useTitle(query.data === undefined ? 'Run' : `${kindWords(query.data.kind)} ${query.data.state}`, project);
  return <Loaded query={query}>{(data) => <RunBody run={data} />}</Loaded>;
};
