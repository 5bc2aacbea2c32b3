import type { InvitationView, LinkView, UserView } from '@slipway/contracts/people-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { type Cell, table } from '../output/table.ts';
import { age } from '../output/time.ts';

const rolesText = ({ roles, installation }: Pick<UserView, 'roles' | 'installation'>): string => {
  const each = Object.entries(roles).map(([project, role]) => `${project}=${role}`);
  return [...(installation ? ['everything'] : []), ...each].join(', ') || '-';
};

const stateCell = ({ active, lastSeenAt }: UserView, screen: Screen): Cell => {
  if (!active) return { text: 'switched off', colour: 'dim' };
  return lastSeenAt === null
    ? { text: 'signed out', colour: 'dim' }
    : { text: age(lastSeenAt, screen.now), colour: 'green' };
};

export const userTable = (users: readonly UserView[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'E-MAIL' }, { title: 'NAME', elastic: true }, { title: 'MAY' }, { title: '2FA' }, { title: 'SEEN' }],
    users.map((user) => [
      ...[user.email, user.name, rolesText(user)],
      ...[user.twoFactor ? 'on' : 'off', stateCell(user, screen)],
    ]),
  );

export const invitationTable = (invitations: readonly InvitationView[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'E-MAIL' }, { title: 'MAY', elastic: true }, { title: 'UNTIL' }, { title: 'BY' }],
    invitations.map((one) => [one.email, rolesText(one), one.expiresAt.slice(0, 10), one.createdBy]),
  );

export const linkText = (says: string, { link, expiresAt }: LinkView, screen: Screen): string =>
  [`${screen.ok} ${says}`, `  ${printable(link)}`, `  Until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC.`].join(
    '\n',
  );
