import type { EnvironmentUser, GlassView, ShellView } from '@slipway/contracts/shell-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { type Cell, table } from '../output/table.ts';
import { age } from '../output/time.ts';

export const userTable = (users: readonly EnvironmentUser[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'LOGIN' }, { title: 'NAME', elastic: true }, { title: 'KIND' }, { title: 'ACTIVE' }],
    users.map(({ login, name, kind, active }) => [login, name, kind, active ? 'yes' : 'no']),
  );

const stateCell = ({ endedAt, attachedAt, exitCode, why }: ShellView): Cell => {
  if (endedAt === null) return { text: attachedAt === null ? 'waits' : 'open', colour: 'green' };
  return exitCode === null ? (why ?? 'ended') : `exit ${exitCode}`;
};

export const shellTable = (shells: readonly ShellView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'SHELL' },
      { title: 'ENVIRONMENT' },
      { title: 'KIND' },
      { title: 'BY' },
      { title: 'OPENED' },
      { title: 'STATE', elastic: true },
    ],
    shells.map((shell) => [
      ...[shell.id, shell.environment, shell.readOnly ? `${shell.kind}, reads` : shell.kind, shell.openedBy],
      ...[age(shell.openedAt, screen.now), stateCell(shell)],
    ]),
  );

export const glassTable = (glasses: readonly GlassView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'ID' },
      { title: 'BY' },
      { title: 'MAY' },
      { title: 'OPENED' },
      { title: 'UNTIL' },
      { title: 'REASON', elastic: true },
    ],
    glasses.map((glass) => [
      ...[glass.id, glass.openedBy, glass.write ? 'write' : 'read', age(glass.openedAt, screen.now)],
      ...[glass.closedAt === null ? glass.until : `closed ${glass.closedAt}`, glass.reason],
    ]),
  );

export const glassText = ({ id, environment, until, write, closedAt }: GlassView, screen: Screen): string =>
  closedAt === null
    ? [
        `${screen.ok} ${printable(environment)} is open to ${write ? 'read and write' : 'read'} until ${until}. Everybody was told.`,
        `  A shell: slipway psql ${printable(environment)}`,
        `  Close it: slipway break-glass close ${printable(id)}`,
      ].join('\n')
    : `${screen.ok} ${printable(environment)} is closed again.`;
