import type { UserView } from '@slipway/contracts/people-views';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { useMe } from '../../api/me.ts';
import { told } from '../../lib/told.ts';
import { MenuButton } from '../../ui/menu-button.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { rolesWords } from './invitations.tsx';
import type { Link } from './link.ts';
import { FactorDialog, RemoveDialog, ResetDialog, RolesDialog } from './user-dialogs.tsx';

type Asked = 'roles' | 'reset' | 'factor' | 'remove';

interface LinkProps {
  onLink(link: Link): void;
}

export const Users = ({ onLink }: LinkProps): ReactNode => (
  <Loaded query={useRead('users', {})} rows={3}>
    {(users) =>
      users.length === 0 ? (
        <Empty title="Nobody has an account yet">
          <p>
            <code>slipway setup</code> prints the link that makes the first one.
          </p>
        </Empty>
      ) : (
        <table className="table folds">
          <thead>
            <tr>
              {['Person', 'May', 'Second factor', 'Last seen', 'State'].map((word) => (
                <th key={word}>{word}</th>
              ))}
              <th>
                <span className="hidden-word">Acts</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <Row key={user.id} user={user} onLink={onLink} />
            ))}
          </tbody>
        </table>
      )
    }
  </Loaded>
);

const Row = ({ user, onLink }: LinkProps & { readonly user: UserView }): ReactNode => (
  <tr>
    <td data-label="Person" className="foreign">
      <span>
        {user.name} <span className="quiet">{user.email}</span>
      </span>
    </td>
    <td data-label="May" className="foreign">
      {rolesWords(user.installation, user.roles)}
    </td>
    <td data-label="Second factor">
      <Status tone={user.twoFactor ? 'good' : 'off'}>{user.twoFactor ? 'On' : 'Off'}</Status>
    </td>
    <td data-label="Last seen">{user.lastSeenAt === null ? 'not lately' : <Ago at={user.lastSeenAt} />}</td>
    <td data-label="State">
      <Status tone={user.active ? 'good' : 'off'}>{user.active ? 'Active' : 'Switched off'}</Status>
    </td>
    <td>
      <Acts user={user} onLink={onLink} />
    </td>
  </tr>
);

const Acts = ({ user, onLink }: LinkProps & { readonly user: UserView }): ReactNode => {
  const [asked, setAsked] = useState<Asked | null>(null);
  const set = useAct('setUser');
  const own = useMe()?.user?.id === user.id;
  const close = (): void => setAsked(null);
  const toggle = (): void =>
    void told(
      set.mutateAsync({ parameters: { user: user.id }, body: { active: !user.active } }),
      user.active ? `${user.name} is signed out everywhere.` : `${user.name} can sign in again.`,
    );
  const notSelf = own && 'That is you.';
  return (
    <>
      <MenuButton
        label={`Acts on ${user.name}`}
        entries={[
          { word: 'Change roles', icon: 'people', act: () => setAsked('roles') },
          { word: 'Link for a new password', icon: 'key', act: () => setAsked('reset') },
          user.twoFactor && { word: 'Second factor is lost', icon: 'key', act: () => setAsked('factor') },
          {
            word: user.active ? 'Switch off' : 'Switch on',
            icon: user.active ? 'sleep' : 'sun',
            act: toggle,
            disabled: notSelf,
          },
          { word: 'Remove', icon: 'close', danger: true, act: () => setAsked('remove'), disabled: notSelf },
        ]}
      />
      {asked === 'roles' && <RolesDialog user={user} own={own} onClose={close} />}
      {asked === 'reset' && <ResetDialog user={user} onClose={close} onLink={onLink} />}
      {asked === 'factor' && <FactorDialog user={user} onClose={close} />}
      {asked === 'remove' && <RemoveDialog user={user} onClose={close} />}
    </>
  );
};
