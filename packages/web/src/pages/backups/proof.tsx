import type { ProjectDataView } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { durationWords } from '../../lib/time-words.ts';
import { Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/time.tsx';

/** A backup that nobody restored is a hope: what was proved last, and what comes by itself. */
export const Proof = ({ data: { drill, schedules } }: { readonly data: ProjectDataView }): ReactNode => (
  <Panel title="Drills and schedules">
    <div className="inside stack">
      {drill === null ? (
        <p className="quiet">No backup was drilled yet: that it can be restored is not proved.</p>
      ) : (
        <Drilled drill={drill} />
      )}
      {schedules.length === 0 ? (
        <p className="quiet">Nothing comes by itself: slipway.yaml has no schedule for data.</p>
      ) : (
        <Schedules schedules={schedules} />
      )}
    </div>
  </Panel>
);

const Drilled = ({ drill }: { readonly drill: NonNullable<ProjectDataView['drill']> }): ReactNode => (
  <dl className="facts">
    <dt>Last drill</dt>
    <dd>
      <Ago at={drill.at} />, of <code className="foreign">{drill.snapshot}</code>
    </dd>
    <dt>Would have been lost</dt>
    <dd>{durationWords(drill.recoveryPointSeconds * 1000)} of work</dd>
    <dt>Time to be back</dt>
    <dd>{durationWords(drill.recoveryTimeSeconds * 1000)}</dd>
    <dt>Rows compared</dt>
    <dd>{drill.rowsCompared.toLocaleString()}</dd>
  </dl>
);

const Schedules = ({ schedules }: Pick<ProjectDataView, 'schedules'>): ReactNode => (
  <table className="table">
    <thead>
      <tr>
        <th scope="col">Schedule</th>
        <th scope="col">Last</th>
        <th scope="col">Next</th>
      </tr>
    </thead>
    <tbody>
      {schedules.map(({ name, expression, lastAt, nextAt }) => (
        <tr key={name}>
          <td className="foreign">
            {name} <code className="quiet">{expression}</code>
          </td>
          <td>{lastAt === null ? 'never' : <Ago at={lastAt} />}</td>
          <td>{nextAt === null ? 'never' : <Ago at={nextAt} />}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
