import type { RehearsalView } from '@slipway/contracts/rehearsal-views';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRead } from '../../api/api.ts';
import { projectPath } from '../../shell/project.ts';
import { Sha } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { Ago, Duration } from '../../ui/time.tsx';

const says = ({ report, failure }: RehearsalView): string => report?.says ?? failure?.message ?? '';

export const Rehearsals = ({ project }: { readonly project: string }): ReactNode => (
  <Panel title="Rehearsals">
    <Loaded query={useRead('rehearsals', { parameters: { project }, query: { limit: '10' } })} rows={2}>
      {(known) =>
        known.length === 0 ? (
          <p className="inside quiet">None yet. A promotion asks for one of its commit.</p>
        ) : (
          <table className="table folds">
            <thead>
              <tr>
                <th>Result</th>
                <th>Commit</th>
                <th>Says</th>
                <th>When</th>
                <th className="number">Took</th>
              </tr>
            </thead>
            <tbody>
              {known.map((one) => (
                <Row key={one.id} project={project} one={one} />
              ))}
            </tbody>
          </table>
        )
      }
    </Loaded>
  </Panel>
);

const Row = ({ project, one }: { readonly project: string; readonly one: RehearsalView }): ReactNode => (
  <tr>
    <td data-label="Result">
      <StateStatus state={one.state} />
    </td>
    <td data-label="Commit">
      <Sha sha={one.sha} />
    </td>
    <td data-label="Says" className="foreign">
      {says(one)}
    </td>
    <td data-label="When">
      <Link href={projectPath(project, `runs/${encodeURIComponent(one.id)}`)}>
        <Ago at={one.at} />
      </Link>
    </td>
    <td data-label="Took" className="number">
      <Duration milliseconds={one.seconds * 1000} />
    </td>
  </tr>
);
