import type { Role } from '@slipway/contracts/permissions';
import type { ReactNode } from 'react';
import { useRead } from '../../api/api.ts';
import { RoleSelect } from '../../ui/role-field.tsx';
import './people.css';

export type Roles = Readonly<Record<string, Role | null>>;

/** A role for each project; none for those that somebody has nothing to do with. */
export const RoleFields = ({ roles, onChoose }: { readonly roles: Roles; onChoose(roles: Roles): void }): ReactNode => {
  const projects = useRead('projects', {}).data ?? [];
  return (
    <fieldset className="stack">
      <legend>Roles</legend>
      {projects.map(({ name }) => (
        <div key={name} className="row">
          <span className="foreign cut role-project">{name}</span>
          <RoleSelect
            label={`Role in ${name}`}
            value={roles[name] ?? null}
            none
            onChoose={(role) => onChoose({ ...roles, [name]: role })}
          />
        </div>
      ))}
      {projects.length === 0 && <p className="quiet">There is no project yet.</p>}
    </fieldset>
  );
};
