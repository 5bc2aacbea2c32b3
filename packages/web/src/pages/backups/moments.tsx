import type { ProjectDataView } from '@slipway/contracts/views';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { absoluteWords, byteWords, durationWords } from '../../lib/time-words.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel } from '../../ui/page.tsx';
import type { Asking } from './use-asked.tsx';

type Archive = NonNullable<ProjectDataView['archive']>;

interface MomentsProps {
  readonly project: string;
  readonly archive: ProjectDataView['archive'];
  readonly asking: Asking;
}

/** Production as it was at any second, where its log is kept. */
export const Moments = ({ project, archive, asking }: MomentsProps): ReactNode => {
  const may = useMay(project);
  return (
    <Panel title="Any moment">
      <div className="inside stack">
        {archive === null ? (
          <p className="quiet">
            Production's log is not kept: only whole backups can be restored. <code>data.backups.point_in_time</code> of
            slipway.yaml turns it on.
          </p>
        ) : (
          <>
            <Windows archive={archive} />
            {may('production') && archive.windows.length > 0 && (
              <MomentForm project={project} archive={archive} asking={asking} />
            )}
          </>
        )}
      </div>
    </Panel>
  );
};

const Windows = ({ archive: { windows, lagSeconds, retainedBytes } }: { readonly archive: Archive }): ReactNode => (
  <>
    {windows.length === 0 ? (
      <p className="quiet">The log is kept, but there is no copy of the server yet to begin from.</p>
    ) : (
      <ul className="stack">
        {windows.map(({ from, until }) => (
          <li key={from}>
            {absoluteWords(from)} to {absoluteWords(until)}
          </li>
        ))}
      </ul>
    )}
    <p className="quiet">
      {lagSeconds === null ? 'Nothing is stored yet' : `Stored up to ${durationWords(lagSeconds * 1000)} ago`}
      {retainedBytes > 0 && `; ${byteWords(retainedBytes)} wait at the server`}.
    </p>
  </>
);

const isReached = (at: Date, { windows }: Archive): boolean =>
  windows.some(({ from, until }) => at >= new Date(from) && at <= new Date(until));

/** What is typed is of the reader's own zone; what is sent says which moment that is. */
const MomentForm = ({ project, archive, asking }: MomentsProps & { readonly archive: Archive }): ReactNode => {
  const [typed, setTyped] = useState('');
  const [sure, setSure] = useState<Date | null>(null);
  const restore = useAct('restoreMoment');
  const at = typed === '' ? null : new Date(typed);
  const wrong = at !== null && !isReached(at, archive) ? 'No log is kept of that moment.' : null;
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    if (at !== null && wrong === null) setSure(at);
  };
  const confirm = (): void =>
    restore.mutate(
      { parameters: { project }, body: { at: sure?.toISOString() ?? '', to: 'staging' } },
      asking.telling('Staging gets production as it was then.', () => setSure(null)),
    );
  return (
    <>
      <form className="moment-form" onSubmit={ask}>
        <TextField
          label="Restore into staging as of"
          type="datetime-local"
          step={1}
          required
          value={typed}
          wrong={wrong}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button">
          Restore
        </button>
      </form>
      <Confirm
        title="Restore a moment into staging"
        open={sure !== null}
        danger
        typed="staging"
        onClose={() => setSure(null)}
        act="Restore"
        busy={restore.isPending}
        onConfirm={confirm}
      >
        <p>
          Production as of {sure === null ? '' : absoluteWords(sure.toISOString())} replaces what staging has,{' '}
          <strong>with the real data of real people</strong>: whoever may log in to staging sees it until the next
          refresh.
        </p>
      </Confirm>
    </>
  );
};
