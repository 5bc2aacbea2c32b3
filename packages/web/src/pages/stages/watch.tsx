import type { WatchView } from '@slipway/contracts/watch-views';
import type { ReactNode } from 'react';
import { Panel } from '../../ui/page.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';

const STATES: Readonly<Record<WatchView['state'], readonly [Tone, string]>> = {
  watching: ['busy', 'Watching'],
  kept: ['good', 'Nothing got worse'],
  ended: ['off', 'Ended early'],
  told: ['warn', 'Worse than before'],
  'rolling-back': ['busy', 'Rolling back'],
  'rolled-back': ['warn', 'Rolled back'],
  'rollback-failed': ['bad', 'Rollback failed'],
};

type Side = NonNullable<WatchView['compared']>['before'];
const ROWS: readonly (readonly [word: string, value: (side: Side) => string])[] = [
  ['Requests', ({ requests }) => requests.toLocaleString('en')],
  ['Server errors', ({ serverErrors }) => String(serverErrors)],
  ['95 % answered within', ({ p95 }) => (p95 === null ? 'not known' : `${Math.round(p95)} ms`)],
  ['Kinds of errors in the log', ({ kinds }) => String(kinds)],
  ['Failing scheduled actions', ({ failingCrons }) => String(failingCrons.length)],
];

/** The time after a deployment in which it is compared with the version before. */
export const WatchPanel = ({ watch }: { readonly watch: WatchView }): ReactNode => {
  const [tone, word] = STATES[watch.state];
  return (
    <Panel title="Since the last deployment" acts={<Status tone={tone}>{word}</Status>}>
      <div className="inside stack">
        <p className="quiet">
          Compared with the version before, from <Ago at={watch.since} />{' '}
          {watch.endedAt === null ? (
            <>
              to <Ago at={watch.until} />
            </>
          ) : (
            <>
              to <Ago at={watch.endedAt} />
            </>
          )}
          .
        </p>
        {watch.reason !== null && <p className="foreign">{watch.reason}</p>}
        <Lines lines={watch.why} className="note bad" />
        <Lines lines={watch.remarks} className="quiet" />
      </div>
      {watch.compared !== null && <Compared compared={watch.compared} />}
    </Panel>
  );
};

const Lines = ({ lines, className }: { readonly lines: readonly string[]; readonly className: string }): ReactNode =>
  lines.length > 0 && (
    <ul className={className}>
      {lines.map((line) => (
        <li key={line} className="foreign">
          {line}
        </li>
      ))}
    </ul>
  );

const Compared = ({ compared }: { readonly compared: NonNullable<WatchView['compared']> }): ReactNode => (
  <>
    <table className="table">
      <thead>
        <tr>
          <th>
            <span className="hidden-word">What</span>
          </th>
          <th className="number">Before</th>
          <th className="number">Now</th>
        </tr>
      </thead>
      <tbody>
        {ROWS.map(([word, value]) => (
          <tr key={word}>
            <td>{word}</td>
            <td className="number">{value(compared.before)}</td>
            <td className="number">{value(compared.present)}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <Errors errors={compared.present.errors} />
  </>
);

const Errors = ({ errors }: { readonly errors: Side['errors'] }): ReactNode =>
  errors.length > 0 && (
    <details className="inside">
      <summary>Errors in its log now</summary>
      <ul className="stack">
        {errors.map(({ id, count, logger, text }) => (
          <li key={id} className="foreign">
            <span className="chip">{count} ×</span> <code>{logger}</code> {text}
          </li>
        ))}
      </ul>
    </details>
  );
