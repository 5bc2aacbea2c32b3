import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { RunView } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRead } from '../../api/api.ts';
import { problemOf } from '../../api/problem.ts';
import { projectPath } from '../../shell/project.ts';
import { Panel } from '../../ui/page.tsx';
import { Loaded, ProblemNote } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Duration, Stopwatch } from '../../ui/time.tsx';
import { secondsWords } from './words.ts';
import './promotions.css';

const isOver = ({ state }: RunView['steps'][number]): boolean => state === 'done' || state === 'skipped';

/** The deployment while it happens: its steps, and how long it has run beside what was foreseen. */
export const Progress = ({
  project,
  run,
  view,
}: {
  readonly project: string;
  readonly run: string;
  readonly view: PromotionView;
}): ReactNode => (
  <Panel
    title="Deployment"
    acts={
      <Link className="button small" href={projectPath(project, `runs/${encodeURIComponent(run)}`)}>
        Log
      </Link>
    }
  >
    <Loaded query={useRead('run', { parameters: { run } })}>
      {(data) => (
        <>
          <Head run={data} view={view} />
          <Steps run={data} />
          {data.failure !== null && (
            <div className="inside">
              <ProblemNote problem={problemOf(0, { ...data.failure, title: data.failure.message })} />
            </div>
          )}
        </>
      )}
    </Loaded>
  </Panel>
);

const Head = ({ run, view }: { readonly run: RunView; readonly view: PromotionView }): ReactNode => {
  const done = run.steps.filter(isOver).length;
  const part = run.steps.length === 0 ? 0 : done / run.steps.length;
  const foreseen = view.times?.forecast?.readOnlySeconds ?? view.deployment?.readOnlySeconds ?? 0;
  return (
    <div className="inside stack">
      <div className="row wrap">
        <StateStatus state={run.state} />
        <span>
          {done} of {run.steps.length} steps
        </span>
        {run.startedAt !== null && run.finishedAt === null && <Stopwatch since={run.startedAt} />}
        {foreseen > 0 && <span className="quiet">about {secondsWords(foreseen)} without saving foreseen</span>}
        {run.reason !== null && <span className="quiet foreign">{run.reason}</span>}
      </div>
      <div
        className="progress"
        role="progressbar"
        aria-label="Steps of the deployment"
        aria-valuemin={0}
        aria-valuemax={run.steps.length}
        aria-valuenow={done}
      >
        <span style={{ transform: `scaleX(${part})` }} />
      </div>
    </div>
  );
};

const Steps = ({ run }: { readonly run: RunView }): ReactNode => (
  <ol className="phases">
    {run.steps.map((step) => (
      <li key={step.index}>
        <StateStatus state={step.state} />
        <span className="foreign">{step.name}</span>
        <span className="push">
          {step.milliseconds !== null && <Duration milliseconds={step.milliseconds} />}
          {step.state === 'running' && step.startedAt !== null && <Stopwatch since={step.startedAt} />}
        </span>
        {step.note !== null && <span className="quiet foreign">{step.note}</span>}
      </li>
    ))}
  </ol>
);
