import './shells.css';
import type { ConnectView } from '@slipway/contracts/shell-views';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loaded, ProblemNote } from '../../ui/states.tsx';

interface ConnectProps {
  readonly environment: string;
  onClose(): void;
}

const SHOWN = 50;

/** A login without a password: whom, then an address that works once. */
export const ConnectDialog = ({ environment, onClose }: ConnectProps): ReactNode => {
  const connect = useAct('connect');
  const ask = (user: string): void => connect.mutate({ parameters: { environment }, body: { user } });
  return (
    <Dialog title="Log in to Odoo as" open onClose={onClose}>
      {connect.error !== null && <ProblemNote problem={connect.error} />}
      {connect.data === undefined ? (
        <Users environment={environment} busy={connect.isPending} onChoose={ask} />
      ) : (
        <ConnectAddress told={connect.data} onClose={onClose} />
      )}
      <div className="dialog-acts">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
};

const Users = ({
  environment,
  busy,
  onChoose,
}: {
  readonly environment: string;
  readonly busy: boolean;
  onChoose(login: string): void;
}): ReactNode => {
  const [search, setSearch] = useState('');
  const query = useRead('environmentUsers', { parameters: { environment } });
  const wanted = search.trim().toLowerCase();
  return (
    <Loaded query={query}>
      {(users) => {
        const may = users.filter(({ active, kind }) => active && kind !== 'public');
        const found = may.filter(({ login, name }) => `${login} ${name}`.toLowerCase().includes(wanted));
        return (
          <>
            <TextField
              label="Whom"
              value={search}
              autoComplete="off"
              onChange={(event) => setSearch(event.target.value)}
            />
            <ul className="users">
              {found.slice(0, SHOWN).map(({ login, name, kind }) => (
                <li key={login}>
                  <button type="button" className="button bare user" disabled={busy} onClick={() => onChoose(login)}>
                    <span className="foreign">{name}</span>
                    <span className="quiet foreign cut">{login}</span>
                    {kind !== 'internal' && <span className="chip push">{kind}</span>}
                  </button>
                </li>
              ))}
            </ul>
            {found.length === 0 && <p className="quiet">Nobody has that in their name.</p>}
            {found.length > SHOWN && <p className="quiet">And {found.length - SHOWN} more: type more of the name.</p>}
          </>
        );
      }}
    </Loaded>
  );
};

/** A link that is clicked, since browsers stop a tab that opens by itself. It works once: then there is nothing to click any more. */
export const ConnectAddress = ({ told, onClose }: { readonly told: ConnectView; onClose(): void }): ReactNode => {
  const url = webAddress(told.url);
  return (
    <div className="stack">
      <p>The address works once, within a minute. Who opens it is logged in.</p>
      {url !== undefined && (
        <p>
          <a className="button primary" href={url} target="_blank" rel="noopener noreferrer" onClick={onClose}>
            Open Odoo as {told.user}
          </a>
        </p>
      )}
    </div>
  );
};
