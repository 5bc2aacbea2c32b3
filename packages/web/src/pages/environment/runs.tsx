import type { RunInList } from '@slipway/contracts/board-views';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRead } from '../../api/api.ts';
import { projectPath } from '../../shell/project.ts';
import { Sha } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago, Duration, Stopwatch } from '../../ui/time.tsx';
import { kindWords } from '../board/words.ts';
import { placeOf } from './place.ts';

const Took = ({ run }: { readonly run: RunInList }): ReactNode => {
  if (run.startedAt === null) return null;
  if (run.finishedAt === null) return <Stopwatch since={run.startedAt} />;
  return <Duration milliseconds={Date.parse(run.finishedAt) - Date.parse(run.startedAt)} />;
};

export const RunTable = ({
  project,
  runs,
  places = false,
}: {
  readonly project: string;
  readonly runs: readonly RunInList[];
  /** Whether to say of which environment each is. */
  readonly places?: boolean;
}): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        <th>Run</th>
        {places && <th>Place</th>}
        <th>State</th>
        <th>Commit</th>
        <th>Asked for</th>
        <th className="number">Took</th>
      </tr>
    </thead>
    <tbody>
      {runs.map((run) => (
        <tr key={run.id}>
          <td data-label="Run">
            <Link href={projectPath(project, `runs/${run.id}`)}>{kindWords(run.kind)}</Link>
          </td>
          {places && (
            <td className="foreign" data-label="Place">
              <Link href={projectPath(project, placeOf(run.environment))}>{run.environment}</Link>
            </td>
          )}
          <td data-label="State">
            <StateStatus state={run.state} />
          </td>
          <td data-label="Commit">{run.sha !== null && run.sha !== '' && <Sha sha={run.sha} />}</td>
          <td data-label="Asked for">
            <span>
              <Ago at={run.requestedAt} /> <span className="quiet foreign">by {run.requestedBy}</span>
            </span>
          </td>
          <td className="number" data-label="Took">
            <Took run={run} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

export const EnvironmentRuns = ({
  project,
  environment,
}: {
  readonly project: string;
  readonly environment: string;
}): ReactNode => {
  const query = useRead('environmentRuns', { parameters: { environment } });
  return (
    <Panel title="Runs">
      <Loaded query={query}>
        {(runs) =>
          runs.length === 0 ? (
            <p className="inside quiet">Nothing ran here yet.</p>
          ) : (
            <RunTable project={project} runs={runs} />
          )
        }
      </Loaded>
    </Panel>
  );
};
