import type { SessionView } from '@slipway/contracts/people-views';
import type { ReactNode } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';

const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const SYSTEMS = ['iPhone', 'iPad', 'Android', 'Windows', 'Mac OS', 'Linux'];

/** `Firefox, Linux`; what cannot be told stays as it came. */
export const browserWords = (agent: string | null): string => {
  if (agent === null || agent === '') return 'An unknown browser';
  const browser = BROWSERS.find(([sign]) => agent.includes(`${sign}/`))?.[1];
  const system = SYSTEMS.find((name) => agent.includes(name));
  return [browser, system].filter((one) => one !== undefined).join(', ') || agent.slice(0, 80);
};

export const Sessions = (): ReactNode => {
  const sessions = useRead('mySessions', {});
  const end = useAct('endMySession');
  const endOne = (session: string, word: string): void => void told(end.mutateAsync({ parameters: { session } }), word);
  const others = sessions.data?.some(({ current }) => !current) === true;
  return (
    <Panel
      title="Where you are signed in"
      acts={
        others && (
          <button
            type="button"
            className="button small"
            disabled={end.isPending}
            onClick={() => endOne('others', 'You are signed out everywhere but here.')}
          >
            Sign out everywhere else
          </button>
        )
      }
    >
      <Loaded query={sessions} rows={2}>
        {(known) => (
          <table className="table folds">
            <thead>
              <tr>
                <th>Browser</th>
                <th>Address</th>
                <th>Last used</th>
                <th>Signed in</th>
                <th>
                  <span className="hidden-word">Acts</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {known.map((session) => (
                <Row
                  key={session.id}
                  session={session}
                  busy={end.isPending}
                  onEnd={() => endOne(session.id, 'That session is over.')}
                />
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </Panel>
  );
};

const Row = ({
  session,
  busy,
  onEnd,
}: {
  readonly session: SessionView;
  readonly busy: boolean;
  onEnd(): void;
}): ReactNode => (
  <tr>
    <td data-label="Browser" className="foreign" title={session.browser ?? undefined}>
      {browserWords(session.browser)}
    </td>
    <td data-label="Address" className="mono">
      {session.address ?? 'unknown'}
    </td>
    <td data-label="Last used">
      <Ago at={session.lastUsedAt} />
    </td>
    <td data-label="Signed in">
      <Ago at={session.createdAt} />
    </td>
    <td>
      {session.current ? (
        <span className="chip good">this one</span>
      ) : (
        <button type="button" className="button small" disabled={busy} onClick={onEnd}>
          End
          <span className="hidden-word"> the session of {browserWords(session.browser)}</span>
        </button>
      )}
    </td>
  </tr>
);
