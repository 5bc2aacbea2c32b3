import { type ReactNode, useId, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/states.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';

/** User and password of an environment's administrator, to copy. */
export const LoginDialog = ({ environment, onClose }: { readonly environment: string; onClose(): void }): ReactNode => {
  const query = useRead('environment', { parameters: { environment } });
  return (
    <Dialog title="Log in to Odoo" open onClose={onClose}>
      <Loaded query={query} rows={3}>
        {({ login, url }) => <LoginFacts login={login ?? null} url={webAddress(url)} />}
      </Loaded>
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
};

/** Shown, not hidden behind dots: it is of this copy of the data only, and made to be handed on. */
export const LoginFacts = ({
  login,
  url,
}: {
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly url: string | undefined;
}): ReactNode =>
  login === null ? (
    <p className="quiet">Nobody can log in while it does not serve.</p>
  ) : (
    <div className="stack">
      <dl className="facts">
        <dt>User</dt>
        <dd className="row">
          <code className="foreign">{login.user}</code>
          <CopyButton text={login.user} label="Copy user" />
        </dd>
        <dt>Password</dt>
        <dd className="row">
          <code className="foreign">{login.password}</code>
          <CopyButton text={login.password} label="Copy password" />
        </dd>
      </dl>
      {url !== undefined && (
        <p>
          <a className="button" href={`${url.replace(/\/$/, '')}/web/login`} target="_blank" rel="noreferrer">
            Open Odoo's login
          </a>
        </p>
      )}
    </div>
  );

interface ActProps {
  readonly project: string;
  readonly number: number;
  readonly name: string;
  onClose(): void;
}

export const RebuildDialog = ({ project, number, name, onClose }: ActProps): ReactNode => {
  const [fresh, setFresh] = useState(false);
  const rebuild = useAct('rebuildPreview');
  const box = useId();
  const confirm = (): void =>
    rebuild.mutate(
      { parameters: { project, number }, body: { fresh } },
      { onSuccess: () => say(`Preview #${number} builds again.`), onError: sayProblem, onSettled: onClose },
    );
  return (
    <Confirm title="Build again" open onClose={onClose} act="Rebuild" busy={rebuild.isPending} onConfirm={confirm}>
      <p>
        <span className="foreign">{name}</span> is built from its newest commit. It goes on serving meanwhile.
      </p>
      <p className="row">
        <input id={box} type="checkbox" checked={fresh} onChange={(event) => setFresh(event.target.checked)} />
        <label htmlFor={box}>Begin with a new database; what was entered in this one is lost.</label>
      </p>
    </Confirm>
  );
};

export const CloseDialog = ({ project, number, name, onClose }: ActProps): ReactNode => {
  const close = useAct('closePreview');
  const confirm = (): void =>
    close.mutate(
      { parameters: { project, number } },
      { onSuccess: () => say(`Preview #${number} is being closed.`), onError: sayProblem, onSettled: onClose },
    );
  return (
    <Confirm
      title={`Close preview #${number}`}
      open
      danger
      onClose={onClose}
      act="Close preview"
      busy={close.isPending}
      onConfirm={confirm}
    >
      <p>
        Database and files of <span className="foreign">{name}</span> are removed. Its runs, logs and evidence stay.
      </p>
    </Confirm>
  );
};
