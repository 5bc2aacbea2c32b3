/** The verbs about accounts, as api-verbs.test.ts tries each verb. */
import type { InvitationView, UserView } from '@slipway/contracts/people-views';
import type { ApiCase } from './api-case.ts';

const AT = '2026-03-01T10:00:00.000Z';
const UNTIL = '2026-03-08T10:00:00.000Z';
const EMAIL = 'grace@example.com';
const user: UserView = {
  ...{ id: 'user_1', name: 'Grace Hopper', email: EMAIL, installation: false, active: true, twoFactor: true },
  ...{ roles: { shop: 'tester' }, createdAt: AT, lastSeenAt: null },
};
const invitation: InvitationView = {
  ...{ id: 'inv_1', email: 'hal@example.com', name: null, installation: true, roles: {}, state: 'open' },
  ...{ createdBy: 'ada@example.com', createdAt: AT, expiresAt: UNTIL },
};
const link = { link: `http://localhost:8080/password#token=${'A'.repeat(43)}`, expiresAt: UNTIL };

export const PEOPLE_CASES: readonly ApiCase[] = [
  {
    path: 'setup',
    replies: { newSetupLink: () => link },
    view: link,
    reads: 'make the first account; it works once:',
  },
  {
    path: 'user list',
    replies: { users: () => [user], invitations: () => [invitation, { ...invitation, state: 'revoked' }] },
    view: { users: [user], invitations: [invitation] },
    reads: 'shop=tester',
  },
  {
    path: 'user list',
    replies: { users: () => [], invitations: () => [] },
    view: { users: [], invitations: [] },
    reads: 'Nobody has an account. Make the first one: slipway setup',
  },
  {
    path: 'user invite',
    words: [EMAIL, '--role', 'shop=tester, blog=viewer', '--name', 'Grace'],
    replies: { invite: () => ({ ...invitation, link: link.link }) },
    view: { ...invitation, link: link.link },
    reads: link.link,
  },
  {
    path: 'user role',
    words: [EMAIL, 'shop=tester,blog=none', '--no-admin'],
    replies: { setUser: () => user },
    view: user,
    reads: 'Grace Hopper',
  },
  {
    path: 'user remove',
    words: [EMAIL, '--yes'],
    replies: { invitations: () => [invitation], removeUser: () => ({ removed: EMAIL }) },
    view: { removed: EMAIL },
    reads: 'grace@example.com is removed.',
  },
  {
    path: 'user remove',
    words: ['hal@example.com', '--yes'],
    replies: { invitations: () => [invitation], revokeInvitation: () => ({ ...invitation, state: 'revoked' }) },
    view: { removed: 'hal@example.com' },
    reads: 'hal@example.com is removed.',
  },
  {
    path: 'user reset-second-factor',
    words: [EMAIL, '--yes'],
    replies: { removeSecondFactor: () => ({ ...user, twoFactor: false }) },
    view: { ...user, twoFactor: false },
    reads: 'signs in with the password alone',
  },
  {
    path: 'user reset-password',
    words: [EMAIL, '--without-second-factor'],
    replies: { resetPassword: () => link },
    view: link,
    reads: 'Until 2026-03-08 10:00 UTC.',
  },
];
