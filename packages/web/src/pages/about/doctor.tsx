import type { DoctorView, Finding } from '@slipway/contracts/doctor-views';
import type { ReactNode } from 'react';
import { useRead } from '../../api/api.ts';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Words } from '../../ui/words.tsx';

const STATES = { ok: ['good', 'Well'], warn: ['warn', 'Look at it'], fail: ['bad', 'Not well'] } as const;
const WORST_FIRST = ['fail', 'warn', 'ok'] as const;

const NAMES: Readonly<Record<string, string>> = {
  postgresql: 'PostgreSQL',
  clock: 'Clocks',
  docker: 'Docker',
  'docker-disk': "Docker's disk",
  edge: 'Edge',
  names: 'Names',
  certificate: 'Certificate',
  walls: 'Walls',
  disk: 'Disk',
  memory: 'Memory',
};

/** What the control plane finds on its machine, what is wrong first, with what to do about it. */
export const Doctor = (): ReactNode => {
  const query = useRead('doctor', {});
  return (
    <Panel
      title="Health"
      acts={
        <button type="button" className="button small" disabled={query.isFetching} onClick={() => void query.refetch()}>
          <Icon name="refresh" />
          {query.isFetching ? 'Looking …' : 'Look again'}
        </button>
      }
    >
      {query.data === undefined ? (
        <div className="inside">
          <Loaded query={query} rows={6}>
            {() => null}
          </Loaded>
        </div>
      ) : (
        <Findings doctor={query.data} />
      )}
      <p className="inside quiet">
        <code>slipway doctor</code> on the machine itself looks at more: programs, ports, a project's slipway.yaml.
      </p>
    </Panel>
  );
};

const Findings = ({ doctor: { ok, findings } }: { readonly doctor: DoctorView }): ReactNode => (
  <>
    <p className="inside" role="status">
      {ok ? 'Everything that Slipway needs is there.' : 'Something that Slipway needs is not there:'}
    </p>
    <table className="table folds">
      <thead>
        <tr>
          <th>What</th>
          <th>State</th>
          <th>Found</th>
        </tr>
      </thead>
      <tbody>
        {WORST_FIRST.flatMap((state) => findings.filter((one) => one.state === state)).map((one) => (
          <Row key={`${one.check} ${one.says}`} finding={one} />
        ))}
      </tbody>
    </table>
  </>
);

const Row = ({ finding: { check, state, says, hint } }: { readonly finding: Finding }): ReactNode => {
  const [tone, word] = STATES[state];
  return (
    <tr>
      <td data-label="What">
        <span className="one-line">{NAMES[check] ?? check}</span>
      </td>
      <td data-label="State">
        <Status tone={tone}>{word}</Status>
      </td>
      <td className="foreign" data-label="Found">
        <span>
          {says}
          {hint !== null && (
            <span className="quiet">
              {' '}
              <Words text={hint} />
            </span>
          )}
        </span>
      </td>
    </tr>
  );
};
