import type { RunInList } from '@slipway/contracts/board-views';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago, Stopwatch } from '../../ui/time.tsx';
import { kindWords } from '../board/words.ts';
import { placeOf } from '../environment/place.ts';
import { RunTable } from '../environment/runs.tsx';

const OpenRun = ({ project, run }: { readonly project: string; readonly run: RunInList }): ReactNode => (
  <li className="row wrap inside">
    <span className="mono queue-position">{run.position ?? ''}</span>
    <StateStatus state={run.state} />
    <Link href={projectPath(project, `runs/${run.id}`)}>{kindWords(run.kind)}</Link>
    <Link className="foreign quiet" href={projectPath(project, placeOf(run.environment))}>
      {run.environment}
    </Link>
    {run.state === 'running' && (
      <span className="quiet foreign">
        {run.step === null ? '' : kindWords(run.step)} · {run.done} of {run.steps} steps
      </span>
    )}
    {run.state === 'queued' && run.reason !== null && <span className="quiet foreign">{run.reason}</span>}
    <span className="push quiet">
      {run.startedAt === null ? <Ago at={run.requestedAt} /> : <Stopwatch since={run.startedAt} />}
    </span>
  </li>
);

/** What works, what waits and why, what ended last. */
export const QueuePage = (): ReactNode => {
  const { project } = useParams<{ project: string }>();
  useTitle('Queue', project);
  const query = useRead('queue', { parameters: { project } });
  return (
    <>
      <PageHeader title="Queue" crumbs={[{ word: project, to: projectPath(project) }]} />
      <Loaded query={query}>
        {({ open, ended }) => (
          <>
            <Panel title="Now">
              {open.length === 0 ? (
                <Empty title="Nothing runs and nothing waits" />
              ) : (
                <ol className="divided">
                  {open.map((run) => (
                    <OpenRun key={run.id} project={project} run={run} />
                  ))}
                </ol>
              )}
            </Panel>
            {ended.length > 0 && (
              <Panel title="Ended last">
                <RunTable project={project} runs={ended} places />
              </Panel>
            )}
          </>
        )}
      </Loaded>
    </>
  );
};
