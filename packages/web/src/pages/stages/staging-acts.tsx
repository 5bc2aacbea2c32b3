import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { absoluteWords, byteWords } from '../../lib/time-words.ts';
import { told } from '../../lib/told.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { CheckField } from '../../ui/form.tsx';
import { Icon } from '../../ui/icon.tsx';

type Shown = 'refresh' | 'rehearse' | null;

/** What testers do with staging: new data, new code, and a promotion tried on a copy of production. */
export const StagingActs = ({ project }: { readonly project: string }): ReactNode => {
  const [shown, setShown] = useState<Shown>(null);
  const may = useMay(project);
  const deploy = useAct('deployStaging');
  const close = (): void => setShown(null);
  if (!may('staging')) return null;
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={deploy.isPending}
        onClick={() => void told(deploy.mutateAsync({ parameters: { project } }), 'Staging goes to its newest commit.')}
      >
        <Icon name="rocket" />
        Deploy
      </button>
      <button type="button" className="button" onClick={() => setShown('refresh')}>
        <Icon name="refresh" />
        Refresh data
      </button>
      <button type="button" className="button" onClick={() => setShown('rehearse')}>
        <Icon name="health" />
        Rehearse
      </button>
      {shown === 'refresh' && <RefreshDialog project={project} onClose={close} />}
      {shown === 'rehearse' && <RehearseDialog project={project} onClose={close} />}
    </>
  );
};

interface DialogProps {
  readonly project: string;
  onClose(): void;
}

const NEWEST = '';
const RENEW = 'renew';

const RefreshDialog = ({ project, onClose }: DialogProps): ReactNode => {
  const [from, setFrom] = useState(NEWEST);
  const snapshots = useRead('snapshots', { parameters: { project }, query: { kind: 'sanitised' } });
  const refresh = useAct('refreshStaging');
  const body = { snapshot: from === NEWEST || from === RENEW ? null : from, renew: from === RENEW };
  const send = (): void =>
    void told(refresh.mutateAsync({ parameters: { project }, body }), 'Staging gets other data.', onClose);
  return (
    <Confirm
      title="Refresh staging's data"
      act="Refresh"
      danger
      open
      busy={refresh.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>What was entered in staging is lost. It goes on serving until the new data is there.</p>
      <SelectField label="Data" value={from} onChange={(event) => setFrom(event.target.value)}>
        <option value={NEWEST}>The newest snapshot</option>
        <option value={RENEW}>A new snapshot of production, taken now</option>
        {(snapshots.data ?? []).map(({ id, takenAt, bytes }) => (
          <option key={id} value={id}>
            {absoluteWords(takenAt)}, {byteWords(bytes)}
          </option>
        ))}
      </SelectField>
    </Confirm>
  );
};

const RehearseDialog = ({ project, onClose }: DialogProps): ReactNode => {
  const [fresh, setFresh] = useState(false);
  const rehearse = useAct('rehearse');
  const send = (): void =>
    void told(rehearse.mutateAsync({ parameters: { project }, body: { fresh } }), 'The rehearsal is queued.', onClose);
  return (
    <Confirm
      title="Rehearse the promotion"
      act="Rehearse"
      open
      busy={rehearse.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>
        The update to what staging runs is carried out on a sanitised copy of production and measured. The copy is
        thrown away; production notices nothing.
      </p>
      <CheckField
        label="Take a new snapshot of production first, whatever there is"
        checked={fresh}
        onCheck={setFresh}
      />
    </Confirm>
  );
};
