import type { MemberView } from '@slipway/contracts/member-views';
import type { Role } from '@slipway/contracts/permissions';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { RoleHelp, RoleSelect } from '../../ui/role-field.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';

interface InProject {
  readonly project: string;
}

export const Members = ({ project }: InProject): ReactNode => (
  <div className="columns">
    <Panel title="Members">
      <List project={project} />
    </Panel>
    <div>
      <Panel title="Add somebody">
        <div className="inside">
          <Add project={project} />
        </div>
      </Panel>
      <Panel title="What each role may">
        <RoleHelp />
      </Panel>
    </div>
  </div>
);

const List = ({ project }: InProject): ReactNode => {
  const members = useRead('members', { parameters: { project } });
  const set = useAct('setMember');
  const remove = useAct('removeMember');
  const [leaving, setLeaving] = useState<MemberView | null>(null);
  const close = (): void => setLeaving(null);
  const change = ({ user, name }: MemberView, role: Role): void =>
    void told(set.mutateAsync({ parameters: { project, user }, body: { role } }), `${name} is ${role} now.`);
  const confirm = ({ user, name }: MemberView): void =>
    void told(remove.mutateAsync({ parameters: { project, user } }), `${name} is out of ${project}.`, close);
  return (
    <Loaded query={members} rows={3}>
      {(known) => (
        <>
          {known.length === 0 && (
            <Empty title="Nobody is in this project">
              <p>Administrators of the installation may everything all the same.</p>
            </Empty>
          )}
          {known.length > 0 && (
            <MemberTable members={known} busy={set.isPending} onChange={change} onRemove={setLeaving} />
          )}
          {leaving !== null && (
            <Confirm
              title="Take out of the project"
              act="Take out"
              danger
              open
              busy={remove.isPending}
              onClose={close}
              onConfirm={() => confirm(leaving)}
            >
              <p>
                <strong className="foreign">{leaving.name}</strong> sees nothing of this project any more. What they did
                stays in the audit log.
              </p>
            </Confirm>
          )}
        </>
      )}
    </Loaded>
  );
};

const MemberTable = ({
  members,
  busy,
  onChange,
  onRemove,
}: {
  readonly members: readonly MemberView[];
  readonly busy: boolean;
  onChange(member: MemberView, role: Role): void;
  onRemove(member: MemberView): void;
}): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        <th>Person</th>
        <th>Role</th>
        <th>Since</th>
        <th>
          <span className="hidden-word">Acts</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {members.map((member) => (
        <tr key={member.user}>
          <td data-label="Person" className="foreign">
            <span>
              {member.name} <span className="quiet">{member.email}</span>{' '}
              {!member.active && <span className="chip">switched off</span>}
            </span>
          </td>
          <td data-label="Role">
            <RoleSelect
              label={`Role of ${member.name}`}
              value={member.role}
              disabled={busy}
              onChoose={(role) => role !== null && onChange(member, role)}
            />
          </td>
          <td data-label="Since" className="foreign">
            <span>
              <Ago at={member.givenAt} /> by {member.givenBy}
            </span>
          </td>
          <td>
            <button type="button" className="button small danger" onClick={() => onRemove(member)}>
              Take out<span className="hidden-word"> {member.name}</span>
            </button>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Add = ({ project }: InProject): ReactNode => {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const set = useAct('setMember');
  const send = (): void =>
    void set.mutateAsync({ parameters: { project, user: email.trim() }, body: { role } }).then(
      ({ name }) => {
        setEmail('');
        say(`${name} is ${role} now.`);
      },
      () => null,
    );
  return (
    <Form act="Add" busy={set.isPending} problem={set.error} onSend={send}>
      <TextField
        label="E-mail address"
        help="Of an account. Who has none is invited by an administrator of the installation."
        type="email"
        required
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <RoleSelect label="Role" value={role} onChoose={(chosen) => chosen !== null && setRole(chosen)} />
    </Form>
  );
};
