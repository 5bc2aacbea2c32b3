import './inside.css';
import type { ContainerNow, EnvironmentDetails, OrWhy } from '@slipway/contracts/environment-views';
import type { ReactNode } from 'react';
import { useRead } from '../../api/api.ts';
import { byteWords } from '../../lib/time-words.ts';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';

/** What is known, or why it is not. */
export const Known = <T,>({ of, children }: { readonly of: OrWhy<T>; children(known: T): ReactNode }): ReactNode =>
  of.known === null ? <span className="quiet foreign">{of.why ?? 'Not known.'}</span> : children(of.known);

const NAMES = { blue: 'Odoo', green: 'Odoo', cron: 'Scheduled actions' } as const;
/** Of the limit: a container that takes more will soon be ended by the system. */
const NEARLY_FULL = 0.9;

const nameOf = ({ slot, serves }: ContainerNow): string =>
  slot === 'cron' || serves ? NAMES[slot] : `${NAMES[slot]}, former version`;

const Load = ({ container }: { readonly container: ContainerNow }): ReactNode => {
  const { running, memoryBytes, memoryLimitBytes, cpuPercent } = container;
  if (!running) return <span className="quiet">Stopped: it takes no memory.</span>;
  const part = memoryBytes === null || memoryLimitBytes === null ? null : Math.min(memoryBytes / memoryLimitBytes, 1);
  return (
    <div className="load">
      <span>
        {memoryBytes === null ? 'Memory is not known' : byteWords(memoryBytes)}
        {memoryLimitBytes !== null && ` of ${byteWords(memoryLimitBytes)}`},{' '}
        {cpuPercent === null ? 'CPU is not known' : `${cpuPercent.toFixed(1)} % of a core`}
      </span>
      {part !== null && (
        <span className="gauge" aria-hidden="true">
          <span className={part > NEARLY_FULL ? 'full' : ''} style={{ width: `${Math.max(part * 100, 1)}%` }} />
        </span>
      )}
      {part !== null && part > NEARLY_FULL && (
        <span>
          Nearly all that it may have: raise <code>memory</code> in slipway.yaml.
        </span>
      )}
    </div>
  );
};

const Facts = ({ details }: { readonly details: EnvironmentDetails }): ReactNode => {
  const { series, database, files, containers } = details;
  return (
    <dl className="facts inside">
      <dt>Series</dt>
      <dd>Odoo {series}</dd>
      <dt>Database</dt>
      <dd>
        <Known of={database}>{({ bytes }) => byteWords(bytes)}</Known>
      </dd>
      <dt>Files</dt>
      <dd>
        <Known of={files}>
          {({ count, bytes }) => `${byteWords(bytes)}, ${count.toLocaleString()} ${count === 1 ? 'file' : 'files'}`}
        </Known>
      </dd>
      {containers.known === null ? (
        <>
          <dt>Containers</dt>
          <dd>
            <Known of={containers}>{() => null}</Known>
          </dd>
        </>
      ) : (
        containers.known.map((container) => (
          <div key={container.slot} className="contents">
            <dt>{nameOf(container)}</dt>
            <dd>
              <Load container={container} />
              {container.startedAt !== null && (
                <span className="quiet">
                  Started <Ago at={container.startedAt} />
                </span>
              )}
            </dd>
          </div>
        ))
      )}
      <dt>Looked at</dt>
      <dd>
        <Ago at={details.at} />
      </dd>
    </dl>
  );
};

/** What an environment takes now. Looking wakes nothing. */
export const SizeAndLoad = ({ environment }: { readonly environment: string }): ReactNode => {
  const query = useRead('environmentDetails', { parameters: { environment } });
  return (
    <Panel
      title="Size and load"
      acts={
        <button
          type="button"
          className="button bare small only-icon"
          aria-label="Look again"
          title="Look again"
          disabled={query.isFetching}
          onClick={() => void query.refetch()}
        >
          <Icon name="refresh" />
        </button>
      }
    >
      {query.data === undefined ? (
        <div className="inside">
          <Loaded query={query}>{() => null}</Loaded>
        </div>
      ) : (
        <Facts details={query.data} />
      )}
    </Panel>
  );
};
