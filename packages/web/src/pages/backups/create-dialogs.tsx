import { type ReactNode, useId, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { Confirm } from '../../ui/dialog.tsx';
import type { Asking } from './use-asked.tsx';

export interface ActProps {
  readonly project: string;
  readonly asking: Asking;
  onClose(): void;
}

export const BackupDialog = ({ project, asking, onClose }: ActProps): ReactNode => {
  const create = useAct('createSnapshot');
  const confirm = (): void =>
    create.mutate(
      { parameters: { project }, body: { kind: 'raw' } },
      asking.telling('A backup of production is made.', onClose),
    );
  return (
    <Confirm
      title="Back up production"
      open
      onClose={onClose}
      act="Back up"
      busy={create.isPending}
      onConfirm={confirm}
    >
      <p>Database and files with their real data, encrypted. Production goes on serving meanwhile.</p>
    </Confirm>
  );
};

export const SnapshotDialog = ({ project, asking, onClose }: ActProps): ReactNode => {
  const [drift, setDrift] = useState(false);
  const create = useAct('createSnapshot');
  const box = useId();
  const confirm = (): void =>
    create.mutate(
      { parameters: { project }, body: { kind: 'sanitised', accept_drift: drift } },
      asking.telling('A sanitised snapshot of production is taken.', onClose),
    );
  return (
    <Confirm title="Take a snapshot" open onClose={onClose} act="Take it" busy={create.isPending} onConfirm={confirm}>
      <p>A copy of production with names, addresses and secrets masked, for staging and previews.</p>
      <p className="row">
        <input id={box} type="checkbox" checked={drift} onChange={(event) => setDrift(event.target.checked)} />
        <label htmlFor={box}>
          I have looked at the columns that came since the last snapshot; it may go on with them.
        </label>
      </p>
    </Confirm>
  );
};

/** `snapshot` null: the newest backup. */
export const DrillDialog = ({
  project,
  asking,
  onClose,
  snapshot,
}: ActProps & { readonly snapshot: string | null }): ReactNode => {
  const drill = useAct('drillBackup');
  const confirm = (): void =>
    drill.mutate({ parameters: { project }, body: { snapshot } }, asking.telling('The backup is drilled.', onClose));
  return (
    <Confirm title="Drill a backup" open onClose={onClose} act="Drill" busy={drill.isPending} onConfirm={confirm}>
      <p>
        {snapshot === null ? 'The newest backup' : <code className="foreign">{snapshot}</code>} is restored into a place
        of its own, started, logged in to, compared, and thrown away. Nothing else is touched.
      </p>
    </Confirm>
  );
};

export const PruneDialog = ({ project, asking, onClose }: ActProps): ReactNode => {
  const prune = useAct('pruneBackups');
  const confirm = (): void =>
    prune.mutate({ parameters: { project } }, asking.telling('What no rule keeps is removed.', onClose));
  return (
    <Confirm title="Prune" open danger onClose={onClose} act="Prune" busy={prune.isPending} onConfirm={confirm}>
      <p>Backups and snapshots that no rule keeps are removed for good; the list says which. Pinned ones stay.</p>
    </Confirm>
  );
};
