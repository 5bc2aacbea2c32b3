import type { UserView } from '@slipway/contracts/people-views';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { CheckField, Form } from '../../ui/form.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import type { Link } from './link.ts';
import { RoleFields, type Roles } from './role-fields.tsx';

interface UserProps {
  readonly user: UserView;
  onClose(): void;
}

export const RolesDialog = ({ user, own, onClose }: UserProps & { readonly own: boolean }): ReactNode => {
  const [installation, setInstallation] = useState(user.installation);
  const [roles, setRoles] = useState<Roles>(user.roles);
  const set = useAct('setUser');
  const send = (): void =>
    void set.mutateAsync({ parameters: { user: user.id }, body: { installation, roles: { ...roles } } }).then(
      () => {
        say(`What ${user.name} may has changed.`);
        onClose();
      },
      () => null,
    );
  return (
    <Dialog title={`What ${user.name} may`} open onClose={onClose}>
      <Form act="Change" busy={set.isPending} problem={set.error} onSend={send} onCancel={onClose}>
        <CheckField
          label="Administrator of the installation"
          help={
            own && user.installation
              ? 'That is you: another administrator takes it away.'
              : 'May everything in every project.'
          }
          checked={installation}
          disabled={own && user.installation}
          onCheck={setInstallation}
        />
        <RoleFields roles={roles} onChoose={setRoles} />
      </Form>
    </Dialog>
  );
};

export const ResetDialog = ({ user, onClose, onLink }: UserProps & { onLink(link: Link): void }): ReactNode => {
  const [lost, setLost] = useState(false);
  const reset = useAct('resetPassword');
  const send = (): void =>
    void reset
      .mutateAsync({ parameters: { user: user.id }, body: { second_factor: lost ? 'remove' : 'keep' } })
      .then(({ link }) => onLink({ title: `New password of ${user.email}`, url: link }), sayProblem)
      .then(onClose);
  return (
    <Confirm
      title="Link for a new password"
      act="Make the link"
      open
      busy={reset.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>
        With it <strong className="foreign">{user.name}</strong> chooses a new password, within a day. The present one
        goes on working until then.
      </p>
      <CheckField
        label="Their phone and recovery codes are lost"
        help="Switches their second factor off. Be sure that it is them who asks."
        checked={lost}
        onCheck={setLost}
      />
    </Confirm>
  );
};

export const FactorDialog = ({ user, onClose }: UserProps): ReactNode => {
  const remove = useAct('removeSecondFactor');
  const send = (): void =>
    void told(
      remove.mutateAsync({ parameters: { user: user.id } }),
      `${user.name} signs in with the password alone now.`,
      onClose,
    );
  return (
    <Confirm
      title="Switch the second factor off"
      act="Switch off"
      danger
      open
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>
        For <strong className="foreign">{user.name}</strong>, whose phone and recovery codes are lost: from then on the
        password alone is enough, until they set it up anew. Be sure that it is them who asks. The audit log tells of
        it.
      </p>
    </Confirm>
  );
};

export const RemoveDialog = ({ user, onClose }: UserProps): ReactNode => {
  const remove = useAct('removeUser');
  const send = (): void =>
    void told(remove.mutateAsync({ parameters: { user: user.id } }), `${user.name} has no account any more.`, onClose);
  return (
    <Confirm
      title="Remove the account"
      act="Remove"
      typed={user.email}
      danger
      open
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>Sessions, tokens and roles go with it. What the person did stays in the audit log.</p>
    </Confirm>
  );
};
