/** The verbs about shells and break-glass, as api-verbs.test.ts tries each verb. */
import type { ConnectView, EnvironmentUser, GlassView, ShellView } from '@slipway/contracts/shell-views';
import type { ApiCase } from './api-case.ts';

const project = ['--project', 'shop'];
const AT = '2026-03-01T10:00:00.000Z';
const UNTIL = '2026-03-01T10:30:00.000Z';

const connect: ConnectView = {
  url: 'http://pr-12.localhost/_slipway/connect?ticket=t',
  user: 'demo',
  expiresAt: UNTIL,
};
const user: EnvironmentUser = { login: 'demo', name: 'Marc', active: true, kind: 'internal' };
const shell: ShellView = {
  ...{ id: 'shl_1', environment: 'shop/production', kind: 'psql', readOnly: true, glass: 'glass_1', openedBy: 'ada' },
  ...{ openedAt: AT, attachedAt: AT, endsAt: UNTIL, endedAt: AT, exitCode: 3, why: 'exited', recorded: 2048 },
};
const glass: GlassView = {
  ...{ id: 'glass_1', project: 'shop', environment: 'shop/production', reason: 'An invoice cannot be posted' },
  ...{ write: false, openedBy: 'ada', openedAt: AT, until: UNTIL, closedAt: null, closedBy: null, shells: ['shl_1'] },
};
const closed: GlassView = { ...glass, closedAt: AT, closedBy: 'ada' };

export const SHELL_CASES: readonly ApiCase[] = [
  {
    path: 'connect',
    words: ['shop/pr-12', '--as', 'demo'],
    replies: { connect: () => connect },
    view: connect,
    reads: 'http://pr-12.localhost/_slipway/connect?ticket=t',
  },
  {
    path: 'connect',
    words: ['shop/pr-12', '--list'],
    replies: { environmentUsers: () => [user] },
    view: [user],
    reads: 'Marc',
  },
  {
    path: 'shells list',
    words: ['--open', '--environment', 'shop/production'],
    replies: { shells: () => [shell] },
    view: [shell],
    reads: 'psql, reads',
    empty: ['shells', 'slipway shell <environment>'],
  },
  { path: 'shells show', words: ['shl_1'], replies: { shell: () => shell }, view: shell, reads: 'exit 3' },
  { path: 'shells end', words: ['shl_1'], replies: { endShell: () => shell }, view: shell, reads: 'shop/production' },
  {
    path: 'break-glass open',
    words: ['--reason', 'An invoice cannot be posted', '--minutes', '30', ...project],
    replies: { openGlass: () => glass },
    view: glass,
    reads: 'slipway break-glass close glass_1',
  },
  {
    path: 'break-glass list',
    words: project,
    replies: { glasses: () => [glass] },
    view: [glass],
    reads: 'An invoice cannot be posted',
    empty: ['glasses', 'Production was not opened.'],
  },
  {
    path: 'break-glass close',
    words: ['glass_1', ...project],
    replies: { closeGlass: () => closed },
    view: closed,
    reads: 'is closed again',
  },
];
