import type { SnapshotView } from '@slipway/contracts/views';
import { type ReactNode, useEffect } from 'react';
import { useAct } from '../../api/api.ts';
import { absoluteWords } from '../../lib/time-words.ts';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ProblemNote, Skeleton } from '../../ui/states.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import type { ActProps } from './create-dialogs.tsx';

export interface SnapshotActProps extends ActProps {
  readonly snapshot: SnapshotView;
}

const Of = ({ snapshot }: { readonly snapshot: SnapshotView }): ReactNode => (
  <>
    The {snapshot.kind === 'raw' ? 'backup' : 'snapshot'} of {absoluteWords(snapshot.takenAt)}
  </>
);

export const RefreshDialog = ({ project, snapshot, asking, onClose }: SnapshotActProps): ReactNode => {
  const refresh = useAct('refreshStaging');
  const confirm = (): void =>
    refresh.mutate(
      { parameters: { project }, body: { snapshot: snapshot.id } },
      asking.telling('Staging gets the data of the snapshot.', onClose),
    );
  return (
    <Confirm
      title="Put it into staging"
      open
      danger
      onClose={onClose}
      act="Refresh staging"
      busy={refresh.isPending}
      onConfirm={confirm}
    >
      <p>
        <Of snapshot={snapshot} /> replaces staging's database and files. What was entered in staging is lost.
      </p>
    </Confirm>
  );
};

export const RestoreStagingDialog = ({ project, snapshot, asking, onClose }: SnapshotActProps): ReactNode => {
  const restore = useAct('restoreBackup');
  const confirm = (): void =>
    restore.mutate(
      { parameters: { project, snapshot: snapshot.id }, body: { to: 'staging' } },
      asking.telling('The backup is restored into staging.', onClose),
    );
  return (
    <Confirm
      title="Restore into staging"
      open
      danger
      typed="staging"
      onClose={onClose}
      act="Restore"
      busy={restore.isPending}
      onConfirm={confirm}
    >
      <p>
        <Of snapshot={snapshot} /> replaces what staging has, <strong>with the real data of real people</strong>:
        whoever may log in to staging sees it until the next refresh.
      </p>
    </Confirm>
  );
};

export const RestoreProductionDialog = ({ project, snapshot, asking, onClose }: SnapshotActProps): ReactNode => {
  const restore = useAct('restoreBackup');
  const confirm = (): void =>
    restore.mutate(
      { parameters: { project, snapshot: snapshot.id }, body: { to: 'production', confirm: 'production' } },
      asking.telling('The backup is restored into production.', onClose),
    );
  return (
    <Confirm
      title="Restore into production"
      open
      danger
      typed="production"
      onClose={onClose}
      act="Restore"
      busy={restore.isPending}
      onConfirm={confirm}
    >
      <p>
        <Of snapshot={snapshot} /> is put into production's database and folder. Both have to be empty, or it is
        refused. As soon as Odoo starts on it, it acts on the outside: mails, payments, scheduled actions.
      </p>
    </Confirm>
  );
};

export const RemoveDialog = ({ project, snapshot, onClose }: SnapshotActProps): ReactNode => {
  const remove = useAct('removeSnapshot');
  const raw = snapshot.kind === 'raw';
  const confirm = (): void =>
    remove.mutate(
      { parameters: { project, snapshot: snapshot.id } },
      { onSuccess: () => say('It is removed.'), onError: sayProblem, onSettled: onClose },
    );
  return (
    <Confirm
      title={raw ? 'Remove the backup' : 'Remove the snapshot'}
      open
      danger
      {...(raw ? { typed: snapshot.id } : {})}
      onClose={onClose}
      act="Remove"
      busy={remove.isPending}
      onConfirm={confirm}
    >
      <p>
        <Of snapshot={snapshot} /> is removed from the store. Nobody can bring it back.
      </p>
    </Confirm>
  );
};

/** Asked when it opens; reading everything takes its time, and who closes the dialog ends it. */
export const VerifyDialog = ({ project, snapshot, onClose }: SnapshotActProps): ReactNode => {
  const verify = useAct('verifySnapshot');
  const { mutate } = verify;
  useEffect(() => mutate({ parameters: { project, snapshot: snapshot.id } }), [mutate, project, snapshot.id]);
  return (
    <Dialog title="Is it whole?" open onClose={onClose}>
      <div className="stack" aria-live="polite">
        {verify.error !== null && <ProblemNote problem={verify.error} />}
        {verify.isPending && (
          <>
            <p>Every object of it is read and checked.</p>
            <Skeleton rows={2} />
          </>
        )}
        {verify.data !== undefined && <Verdict verdict={verify.data} />}
      </div>
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
};

const Verdict = ({
  verdict: { ok, objects, damages },
}: {
  readonly verdict: {
    readonly ok: boolean;
    readonly objects: number;
    readonly damages: readonly { readonly part: string; readonly object: string; readonly reason: string }[];
  };
}): ReactNode =>
  ok ? (
    <p className="row">
      <Icon name="check" /> Whole: {objects} objects were read, and each is what it was.
    </p>
  ) : (
    <>
      <p className="row">
        <Icon name="warning" /> {damages.length} of {objects} objects are damaged.
      </p>
      <ul className="lines">
        {damages.map(({ part, object, reason }) => (
          <li key={`${part} ${object}`} className="foreign">
            <code>{part}</code>: {reason}
          </li>
        ))}
      </ul>
    </>
  );
