import { ROLES, type Role } from '@slipway/contracts/permissions';
import type { ReactNode } from 'react';

/** Each may what the one before may. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'sees everything but secrets',
  developer: 'and works with previews',
  tester: 'and with staging, rehearses and asks for promotions',
  admin: 'and approves, rolls back, and changes settings',
};

/** `none`: may choose that, too. */
export const RoleSelect = ({
  label,
  value,
  none = false,
  disabled = false,
  onChoose,
}: {
  readonly label: string;
  readonly value: Role | null;
  readonly none?: boolean;
  readonly disabled?: boolean;
  onChoose(role: Role | null): void;
}): ReactNode => (
  <select
    className="input"
    aria-label={label}
    disabled={disabled}
    value={value ?? ''}
    onChange={(event) => onChoose(ROLES.find((role) => role === event.target.value) ?? null)}
  >
    {none && <option value="">no role</option>}
    {ROLES.map((role) => (
      <option key={role} value={role} title={ROLE_WORDS[role]}>
        {role}
      </option>
    ))}
  </select>
);

export const RoleHelp = (): ReactNode => (
  <dl className="facts inside">
    {ROLES.map((role) => (
      <div key={role} style={{ display: 'contents' }}>
        <dt>{role}</dt>
        <dd>{ROLE_WORDS[role]}</dd>
      </div>
    ))}
  </dl>
);
