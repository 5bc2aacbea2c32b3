import type { Scope } from '@slipway/contracts/route';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { RevokeToken, TokenName } from '../tokens/token-dialogs.tsx';
import { ExpiryField, ScopeFields } from '../tokens/token-fields.tsx';
import { type TokenRow, TokenTable } from '../tokens/token-table.tsx';

interface Made {
  readonly name: string;
  readonly token: string;
}

/** `slipway login` sends people here with a name for the token that it waits for. */
const wantedName = (): string | null => new URLSearchParams(window.location.search).get('new-token');

/** For one's own programs: each may at most what its owner may. */
export const MyTokens = (): ReactNode => {
  const tokens = useRead('myTokens', {});
  const revoke = useAct('revokeMyToken');
  const [wanted] = useState(wantedName);
  const [adding, setAdding] = useState(wanted !== null);
  const [made, setMade] = useState<Made | null>(null);
  const [revoking, setRevoking] = useState<TokenRow | null>(null);
  const close = (): void => setRevoking(null);
  const confirm = ({ id, name }: TokenRow): void =>
    void told(revoke.mutateAsync({ parameters: { token: id } }), `The token ${name} is worth nothing now.`, close);
  return (
    <Panel
      title="Your tokens"
      acts={
        <button type="button" className="button small" onClick={() => setAdding(true)}>
          New token
        </button>
      }
    >
      {made !== null && (
        <div className="inside">
          <ShownOnce title={`Token ${made.name}`} value={made.token} onDone={() => setMade(null)}>
            <p>
              <code>slipway login</code> asks for it; elsewhere the command line takes it from{' '}
              <code>SLIPWAY_TOKEN</code>, and programs send it as <code>Authorization: Bearer …</code>.
            </p>
          </ShownOnce>
        </div>
      )}
      <Loaded query={tokens} rows={2}>
        {(known) =>
          known.length === 0 ? (
            <Empty title="No tokens">
              <p>Your command line and your programs sign in with one.</p>
            </Empty>
          ) : (
            <TokenTable
              rows={known.map((one) => ({ ...one, about: one.projects?.join(', ') ?? 'all of yours' }))}
              about="Projects"
              busy={revoke.isPending}
              onRevoke={setRevoking}
            />
          )
        }
      </Loaded>
      {adding && <NewToken wanted={wanted ?? ''} onClose={() => setAdding(false)} onMade={setMade} />}
      {revoking !== null && (
        <RevokeToken token={revoking} busy={revoke.isPending} onClose={close} onConfirm={confirm} />
      )}
    </Panel>
  );
};

const NewToken = ({
  wanted,
  onClose,
  onMade,
}: {
  readonly wanted: string;
  onClose(): void;
  onMade(made: Made): void;
}): ReactNode => {
  const [name, setName] = useState(wanted.slice(0, 63));
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [projects, setProjects] = useState<readonly string[] | null>(null);
  const [expires, setExpires] = useState('90d');
  const create = useAct('createMyToken');
  const send = (): void => {
    const body = { name, scopes: [...scopes], projects: projects === null ? null : [...projects], expires };
    void create.mutateAsync({ body }).then(
      (made) => {
        onMade(made);
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
        ready={scopes.length > 0 && projects?.length !== 0}
        onSend={send}
        onCancel={onClose}
      >
        <TokenName help="What it is for: letters, digits, dots and dashes." value={name} onChoose={setName} />
        <ScopeFields chosen={scopes} onChoose={setScopes} />
        <ProjectFields chosen={projects} onChoose={setProjects} />
        <ExpiryField value={expires} onChoose={setExpires} />
      </Form>
    </Dialog>
  );
};

const ProjectFields = ({
  chosen,
  onChoose,
}: {
  readonly chosen: readonly string[] | null;
  onChoose(projects: readonly string[] | null): void;
}): ReactNode => {
  const known = useRead('projects', {}).data ?? [];
  return (
    <fieldset>
      <legend>Projects</legend>
      <CheckField label="All that you reach" checked={chosen === null} onCheck={(all) => onChoose(all ? null : [])} />
      {chosen !== null &&
        known.map(({ name }) => (
          <CheckField
            key={name}
            label={<span className="foreign">{name}</span>}
            checked={chosen.includes(name)}
            onCheck={(on) => onChoose(on ? [...chosen, name] : chosen.filter((one) => one !== name))}
          />
        ))}
    </fieldset>
  );
};
