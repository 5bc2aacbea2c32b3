import type { Scope } from '@slipway/contracts/route';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { useTitle } from '../../shell/announce.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { RevokeToken, TokenName } from './token-dialogs.tsx';
import { ExpiryField, ScopeFields } from './token-fields.tsx';
import { type TokenRow, TokenTable } from './token-table.tsx';

interface Made {
  readonly name: string;
  readonly token: string;
}

/** Of everybody, and those of programs that are nobody's account. */
export const TokensPage = (): ReactNode => {
  useTitle('Tokens');
  const tokens = useRead('tokens', {});
  const revoke = useAct('revokeToken');
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [revoking, setRevoking] = useState<TokenRow | null>(null);
  const close = (): void => setRevoking(null);
  const confirm = ({ name }: TokenRow): void =>
    void told(revoke.mutateAsync({ parameters: { name } }), `The token ${name} is worth nothing now.`, close);
  return (
    <>
      <PageHeader
        title="Tokens"
        acts={
          <button type="button" className="button primary" onClick={() => setAdding(true)}>
            New token
          </button>
        }
      />
      <div className="stack">
        {made !== null && <ShownOnce title={`Token ${made.name}`} value={made.token} onDone={() => setMade(null)} />}
        <div className="panel">
          <Loaded query={tokens}>
            {(known) =>
              known.length === 0 ? (
                <Empty title="No tokens">
                  <p>People make their own under Account; those of programs are made here.</p>
                </Empty>
              ) : (
                <TokenTable
                  rows={known.map((one) => ({ ...one, about: one.email ?? one.createdBy }))}
                  about="Of"
                  busy={revoke.isPending}
                  onRevoke={setRevoking}
                />
              )
            }
          </Loaded>
        </div>
      </div>
      {adding && <NewToken onClose={() => setAdding(false)} onMade={setMade} />}
      {revoking !== null && (
        <RevokeToken token={revoking} busy={revoke.isPending} onClose={close} onConfirm={confirm} />
      )}
    </>
  );
};

const NewToken = ({ onClose, onMade }: { onClose(): void; onMade(made: Made): void }): ReactNode => {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [expires, setExpires] = useState('365d');
  const create = useAct('createToken');
  const send = (): void => {
    const body = { name, email: email === '' ? null : email, scopes: [...scopes], expires };
    void create.mutateAsync({ body }).then(
      (token) => {
        onMade(token);
        onClose();
      },
      () => null,
    );
  };
  return (
    <Dialog title="New token" open onClose={onClose}>
      <Form
        act="Make the token"
        busy={create.isPending}
        problem={create.error}
        ready={scopes.length > 0}
        onSend={send}
        onCancel={onClose}
      >
        <TokenName
          help="Of the person or program; what is done with it is told under this name."
          value={name}
          onChoose={setName}
        />
        <ScopeFields chosen={scopes} onChoose={setScopes} />
        <TextField
          label={scopes.includes('approve') ? 'E-mail address' : 'E-mail address (may be empty)'}
          help="As in the commits of that person: nobody approves their own."
          type="email"
          required={scopes.includes('approve')}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <ExpiryField value={expires} onChoose={setExpires} />
      </Form>
    </Dialog>
  );
};
