import type { DeploymentTimesView, MeasuredPhases, PlannedDeploymentView } from '@slipway/contracts/forecast-views';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/time.tsx';
import { pathWords, secondsWords } from './words.ts';

type ForecastView = NonNullable<PlannedDeploymentView['forecast']>;
type Phase = readonly [word: string, forecast: keyof ForecastView | null, measured: keyof MeasuredPhases];

const PHASES: readonly Phase[] = [
  ['Backup', null, 'backupSeconds'],
  ['Copy of the database', 'copySeconds', 'copySeconds'],
  ['Update of modules', 'updateSeconds', 'updateSeconds'],
  ['Business figures', 'figuresSeconds', 'figuresSeconds'],
  ['Start', 'bootSeconds', 'bootSeconds'],
  ['Smoke tests', 'smokeSeconds', 'smokeSeconds'],
  ['Switch', null, 'switchSeconds'],
  ['Only reading', 'readOnlySeconds', 'readOnlySeconds'],
  ['Away', null, 'awaySeconds'],
  ['In all', null, 'totalSeconds'],
];

const words = (value: unknown): string => (typeof value === 'number' ? secondsWords(value) : '–');

/** What was foreseen, and beside it what it took. */
export const Phases = ({
  forecast,
  measured,
}: {
  readonly forecast: ForecastView | null;
  readonly measured: MeasuredPhases | null;
}): ReactNode => {
  const shown = PHASES.filter(
    ([, foreseen, took]) =>
      (measured?.[took] ?? null) !== null || (foreseen !== null && forecast !== null && Number(forecast[foreseen]) > 0),
  );
  if (shown.length === 0) return null;
  return (
    <table className="table">
      <thead>
        <tr>
          <th>Phase</th>
          <th className="number">Forecast</th>
          {measured !== null && <th className="number">Took</th>}
        </tr>
      </thead>
      <tbody>
        {shown.map(([word, foreseen, took]) => (
          <tr key={word}>
            <td>{word}</td>
            <td className="number">{foreseen === null ? '–' : words(forecast?.[foreseen])}</td>
            {measured !== null && <td className="number">{words(measured[took])}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const SOURCES = {
  rehearsal: 'measured in the rehearsal',
  'last deployment': 'as the last deployment took',
  guess: 'a guess: nothing like it was measured yet',
} as const;

const Requests = ({ requests }: Pick<DeploymentTimesView, 'requests'>): ReactNode => {
  const refused = requests.reduce((sum, one) => sum + one.refused, 0);
  const reads = requests.reduce((sum, one) => sum + one.reads, 0);
  if (requests.length === 0) return null;
  return (
    <p className="inside">
      While it only read, {reads} requests were answered and {refused} that wanted to save were asked to come back.
    </p>
  );
};

const noticed = ({ readOnlySeconds, awaySeconds }: NonNullable<PromotionView['deployment']>): string => {
  if (awaySeconds > 0) return `Production is away for about ${secondsWords(awaySeconds)}.`;
  if (readOnlySeconds > 0) return `People go on reading, but cannot save for about ${secondsWords(readOnlySeconds)}.`;
  return 'Nobody notices.';
};

/** By which way it goes live, why, and how long that takes. */
export const Way = ({ view }: { readonly view: PromotionView }): ReactNode => {
  const { deployment, times } = view;
  const path = times?.path ?? deployment?.path;
  if (path === undefined) return null;
  const [word, says] = pathWords(path);
  const forecast = times?.forecast ?? deployment?.forecast ?? null;
  return (
    <Panel title="How it goes live" acts={<span className="chip info">{word}</span>}>
      <div className="inside stack">
        {deployment?.refused != null && (
          <div className="note bad" role="alert">
            <Icon name="warning" />
            <span className="foreign">{deployment.refused}</span>
          </div>
        )}
        {times === null && deployment !== null && <strong>{noticed(deployment)}</strong>}
        <p className="quiet">{says}</p>
        <p className="foreign">{times?.why ?? deployment?.why}</p>
      </div>
      <Phases forecast={forecast} measured={times?.measured ?? null} />
      {forecast !== null && <p className="inside quiet">The forecast is {SOURCES[forecast.source]}.</p>}
      {times !== null && <Requests requests={times.requests} />}
    </Panel>
  );
};

export const RehearsalPanel = ({ rehearsal }: Pick<PromotionView, 'rehearsal'>): ReactNode => (
  <Panel title="Rehearsal">
    <div className="inside stack">
      {rehearsal === null ? (
        <p className="quiet">
          There was none. <code>slipway rehearse</code>, or Rehearse on the staging page, carries one out.
        </p>
      ) : (
        <>
          <strong className="foreign">
            {rehearsal.says ?? (rehearsal.succeeded ? 'It succeeded.' : 'It failed.')}
          </strong>
          <p className="quiet">
            {rehearsal.succeeded ? 'Succeeded' : 'Failed'} <Ago at={rehearsal.at} />, on a sanitised copy of production.
          </p>
        </>
      )}
    </div>
  </Panel>
);
