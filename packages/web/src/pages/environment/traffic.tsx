import './inside.css';
import type { EnvironmentTraffic } from '@slipway/contracts/environment-views';
import { type ReactNode, useState } from 'react';
import { useRead } from '../../api/api.ts';
import { durationWords } from '../../lib/time-words.ts';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';

const HOURS = ['1', '6', '24'] as const;
type Hours = (typeof HOURS)[number];
const spanWords = (hours: Hours): string => (hours === '1' ? 'the last hour' : `the last ${hours} hours`);
const many = (count: number, word: string): string => `${count.toLocaleString()} ${word}${count === 1 ? '' : 's'}`;

/** What the edge was asked of an environment: whether it is used, whether it fails, whether it is slow. */
export const Traffic = ({ environment }: { readonly environment: string }): ReactNode => {
  const [hours, setHours] = useState<Hours>('1');
  const query = useRead('environmentTraffic', { parameters: { environment }, query: { hours } });
  return (
    <Panel
      title="Traffic"
      acts={
        <fieldset className="row choice">
          <legend className="hidden-word">How far back</legend>
          {HOURS.map((one) => (
            <button
              key={one}
              type="button"
              className="button small"
              aria-pressed={one === hours}
              onClick={() => setHours(one)}
            >
              {one} h
            </button>
          ))}
        </fieldset>
      }
    >
      <div className="inside">
        <Loaded query={query} rows={3}>
          {(traffic) => <Strips traffic={traffic} span={spanWords(hours)} />}
        </Loaded>
      </div>
    </Panel>
  );
};

const inWords = ({ total }: EnvironmentTraffic, span: string): string => {
  const slow = total.p95 === null ? '' : ` 95 of 100 were answered within ${durationWords(total.p95)}.`;
  const wrong = total.serverErrors === 0 ? 'no server error' : many(total.serverErrors, 'server error');
  return `${many(total.requests, 'request')} in ${span}, ${wrong}.${slow}`;
};

const Strips = ({ traffic, span }: { readonly traffic: EnvironmentTraffic; readonly span: string }): ReactNode => {
  const { steps, total } = traffic;
  if (total.requests === 0) return <p className="quiet">Nothing was asked in {span}.</p>;
  const most = Math.max(...steps.map(({ requests }) => requests));
  const slowest = Math.max(...steps.map(({ p95 }) => p95 ?? 0), 1);
  return (
    <div className="strips">
      <p>{inWords(traffic, span)}</p>
      <figure>
        <Strip count={steps.length} says={`Requests over ${span}; the most in one step were ${most}.`}>
          {steps.map(({ at, requests, serverErrors }, index) => (
            <g key={at}>
              <Bar index={index} part={requests / most} className="asked" />
              <Bar index={index} part={serverErrors / most} className="wrong" />
            </g>
          ))}
        </Strip>
        <figcaption>
          <span>Requests; server errors red</span>
          <span>at most {most.toLocaleString()} in a step</span>
        </figcaption>
      </figure>
      <figure>
        <Strip
          count={steps.length}
          says={`How fast 95 of 100 were answered over ${span}; the slowest step took ${durationWords(slowest)}.`}
        >
          {steps.map(({ at, p95 }, index) => (
            <Bar key={at} index={index} part={(p95 ?? 0) / slowest} className="slow" />
          ))}
        </Strip>
        <figcaption>
          <span>How long 95 of 100 took</span>
          <span>at most {durationWords(slowest)}</span>
        </figcaption>
      </figure>
      <AsTable traffic={traffic} />
    </div>
  );
};

const TALL = 40;

const Strip = ({
  count,
  says,
  children,
}: {
  readonly count: number;
  readonly says: string;
  readonly children: ReactNode;
}): ReactNode => (
  <svg className="strip" viewBox={`0 0 ${count} ${TALL}`} preserveAspectRatio="none" role="img" aria-label={says}>
    {children}
  </svg>
);

/** What is there at all can be seen. */
const Bar = ({
  index,
  part,
  className,
}: {
  readonly index: number;
  readonly part: number;
  readonly className: string;
}): ReactNode => {
  if (part <= 0) return null;
  const height = Math.max(part * TALL, 1.5);
  return <rect className={className} x={index + 0.1} y={TALL - height} width={0.8} height={height} />;
};

const timeOf = (iso: string): string =>
  new Date(iso).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

/** The same for those who do not see it, and for those who want the numbers. */
const AsTable = ({ traffic }: { readonly traffic: EnvironmentTraffic }): ReactNode => (
  <details>
    <summary>As numbers</summary>
    <table className="table folds">
      <thead>
        <tr>
          <th>From</th>
          <th className="number">Requests</th>
          <th className="number">Server errors</th>
          <th className="number">95 of 100 within</th>
        </tr>
      </thead>
      <tbody>
        {traffic.steps
          .filter(({ requests }) => requests > 0)
          .map(({ at, requests, serverErrors, p95 }) => (
            <tr key={at}>
              <td data-label="From">{timeOf(at)}</td>
              <td className="number" data-label="Requests">
                {requests.toLocaleString()}
              </td>
              <td className="number" data-label="Errors">
                {serverErrors}
              </td>
              <td className="number" data-label="Within">
                {p95 === null ? '' : durationWords(p95)}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  </details>
);
