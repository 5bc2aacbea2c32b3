import type { Role } from '@slipway/contracts/permissions';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { CheckField, Form } from '../../ui/form.tsx';
import type { Link } from './link.ts';
import { RoleFields, type Roles } from './role-fields.tsx';

const given = (roles: Roles): Record<string, Role> =>
  Object.fromEntries(Object.entries(roles).filter((entry): entry is [string, Role] => entry[1] !== null));

export const InviteDialog = ({ onClose, onLink }: { onClose(): void; onLink(link: Link): void }): ReactNode => {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [installation, setInstallation] = useState(false);
  const [roles, setRoles] = useState<Roles>({});
  const invite = useAct('invite');
  const send = (): void => {
    const body = { email, name: name.trim() === '' ? null : name, installation, roles: given(roles) };
    void invite.mutateAsync({ body }).then(
      ({ link }) => {
        onLink({ title: `Invitation of ${email}`, url: link });
        onClose();
      },
      () => null,
    );
  };
  return (
    <Dialog title="Invite somebody" open onClose={onClose}>
      <Form act="Make the invitation" busy={invite.isPending} problem={invite.error} onSend={send} onCancel={onClose}>
        <TextField
          label="E-mail address"
          help="As in their commits: nobody approves their own."
          type="email"
          required
          autoFocus
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label="Name (may be empty)"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <CheckField
          label="Administrator of the installation"
          help="May everything in every project."
          checked={installation}
          onCheck={setInstallation}
        />
        {!installation && <RoleFields roles={roles} onChoose={setRoles} />}
      </Form>
    </Dialog>
  );
};
