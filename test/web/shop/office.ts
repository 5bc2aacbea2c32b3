/** Who may what: accounts, tokens, settings, the audit log. */
import { AMARA, ago, DAY, HOUR, JONAS, LENA, PRIYA, PROJECT, TOMAS } from './people.ts';

const user = (who: typeof LENA, id: string, more: object): object => ({
  ...{ id, name: who.name, email: who.email, installation: false, active: true, twoFactor: true, roles: {} },
  ...{ createdAt: ago(200 * DAY), lastSeenAt: ago(4), ...more },
});
export const USERS = [
  user(PRIYA, 'u1', { installation: true }),
  user(LENA, 'u2', { roles: { [PROJECT]: 'admin' }, lastSeenAt: ago(12) }),
  user(AMARA, 'u3', { roles: { [PROJECT]: 'tester' }, lastSeenAt: ago(35) }),
  user(TOMAS, 'u4', { roles: { [PROJECT]: 'developer' }, twoFactor: false, lastSeenAt: ago(2 * HOUR) }),
  user(JONAS, 'u5', { roles: { [PROJECT]: 'developer' }, lastSeenAt: ago(3 * DAY) }),
];
export const INVITATIONS = [
  {
    ...{ id: 'inv_8', email: 'mia@accountants.example', name: 'Mia Sørensen', installation: false, state: 'open' },
    ...{ roles: { [PROJECT]: 'viewer' }, createdBy: LENA.email, createdAt: ago(3 * HOUR), expiresAt: ago(-6 * DAY) },
  },
];
export const ME = {
  ...{ user: { id: 'u1', name: PRIYA.name, email: PRIYA.email, twoFactor: true }, via: 'session', installation: true },
  ...{ roles: {}, setup: false },
};
const session = (id: string, browser: string, address: string, minutes: number, current: boolean): object => ({
  ...{
    id,
    current,
    address,
    browser,
    createdAt: ago(minutes + 2 * DAY),
    lastUsedAt: ago(minutes),
    expiresAt: ago(-9 * DAY),
  },
});
export const SESSIONS = [
  session('s1', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '203.0.113.7', 0, true),
  session(
    's2',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile Safari/604.1',
    '198.51.100.23',
    9 * HOUR,
    false,
  ),
];
const token = (id: string, name: string, scopes: readonly string[], more: object): object => ({
  ...{
    id,
    name,
    scopes,
    createdAt: ago(40 * DAY),
    expiresAt: ago(-50 * DAY),
    lastUsedAt: ago(20),
    revokedAt: null,
    ...more,
  },
});
export const MY_TOKENS = [
  token('t1', 'laptop', ['read', 'promote'], { projects: [PROJECT] }),
  token('t2', 'old-laptop', ['read'], { projects: null, lastUsedAt: ago(60 * DAY), revokedAt: ago(40 * DAY) }),
];
export const TOKENS = [
  token('t3', 'github-actions', ['read'], { email: null, createdBy: PRIYA.email }),
  token('t4', 'release-bot', ['read', 'promote'], {
    email: 'bot@harbour-coffee.example',
    createdBy: LENA.email,
    lastUsedAt: ago(2 * DAY),
  }),
  token('t5', 'lena', ['read', 'promote', 'approve'], {
    email: LENA.email,
    createdBy: PRIYA.email,
    expiresAt: null,
    lastUsedAt: null,
  }),
  token('t6', 'old-ci', ['read'], {
    email: null,
    createdBy: PRIYA.email,
    revokedAt: ago(40 * DAY),
    lastUsedAt: ago(41 * DAY),
  }),
];

const AUDIT: readonly (readonly [
  who: string,
  what: string,
  target: string,
  minutes: number,
  from: string,
  result?: string,
])[] = [
  [PRIYA.email, 'shell.open', `${PROJECT}/production`, 3, 'web 203.0.113.7'],
  [AMARA.email, 'promotion.request', `${PROJECT}/production`, 12, 'web 198.51.100.4'],
  [LENA.email, 'rehearsal.request', `${PROJECT}/staging`, 25, 'cli 203.0.113.9'],
  ['github', 'preview.open', `${PROJECT}/pr-211`, 49, 'github'],
  [TOMAS.email, 'approvePromotion', `${PROJECT}/prom_19`, 58, 'web 198.51.100.31', 'refused'],
  [LENA.email, 'user.change', TOMAS.email, 3 * HOUR, 'web 203.0.113.9'],
  [PRIYA.email, 'token.create', 'release-bot', 5 * HOUR, 'web 203.0.113.7'],
  ['control-plane', 'staging.refresh', `${PROJECT}/staging`, 7 * HOUR, 'control-plane'],
  [JONAS.email, 'secret.set', `${PROJECT}/staging`, 9 * HOUR, 'web 203.0.113.44'],
  [LENA.email, 'production.rollback', `${PROJECT}/production`, 9 * DAY, 'web 203.0.113.9'],
];
export const AUDIT_LOG = AUDIT.map(([who, what, target, minutes, from, result = 'ok'], index) => ({
  ...{ id: 400 - index, who, what, target, at: ago(minutes), from, result },
  name: [LENA, TOMAS, AMARA, JONAS, PRIYA].find(({ email }) => email === who)?.name ?? null,
  details: what === 'shell.open' ? { kind: 'psql', readOnly: true } : {},
}));

const secret = (name: string, stage: string, version: number, who: typeof LENA, minutes: number): object => ({
  ...{ name, stage, version, updatedAt: ago(minutes), updatedBy: who.email },
});
export const SECRETS = [
  secret('CARRIER_API_KEY', 'production', 4, LENA, 12 * DAY),
  secret('CARRIER_API_KEY', 'staging', 2, JONAS, 9 * HOUR),
  secret('SMTP_PASSWORD', 'production', 1, PRIYA, 90 * DAY),
  secret('STRIPE_SECRET_KEY', 'production', 7, PRIYA, 30 * DAY),
];
export const MEMBERS = [LENA, AMARA, TOMAS, JONAS].map(({ name, email }, index) => ({
  ...{ user: `u${index + 2}`, name, email, role: ['admin', 'tester', 'developer', 'developer'][index], active: true },
  ...{ givenBy: PRIYA.email, givenAt: ago((160 - index * 20) * DAY) },
}));
const WEBHOOK = {
  ...{ id: 'wh_1', project: PROJECT, url: 'https://hooks.harbour-coffee.example/slipway', active: true, reason: null },
  ...{ kinds: ['deployment.succeeded', 'deployment.failed', 'promotion.requested'], failingSince: null },
  ...{ formerSecretUntil: null, createdBy: LENA.email, createdAt: ago(60 * DAY), updatedAt: ago(12 * DAY) },
};
export const WEBHOOKS = [
  WEBHOOK,
  {
    ...WEBHOOK,
    id: 'wh_2',
    url: 'https://chat.example/hooks/roastery',
    kinds: ['preview.failed'],
    failingSince: ago(40),
  },
];
const notice = (id: string, kind: string, title: string, minutes: number, more: object = {}): object => ({
  ...{ id, project: PROJECT, channel: 'team-chat', kind, title, state: 'sent', attempts: 1, error: null },
  ...{ createdAt: ago(minutes), sentAt: ago(minutes), nextAttemptAt: null, ...more },
});
export const NOTICES = [
  notice('n3', 'deployment-succeeded', 'Production runs “Shipping: labels from the new carrier”', 2 * DAY),
  notice('n2', 'deployment-failed', 'Staging: the deployment failed, the old version serves', 4 * DAY),
  notice('n1', 'backup-late', 'No backup for 7 hours', 11 * DAY, {
    state: 'given-up',
    attempts: 8,
    sentAt: null,
    error: 'the channel answered 503',
  }),
];
export const STATUS = {
  ...{ version: '0.1.0', instance: 'inst_7f3a', startedAt: ago(6 * DAY), previews: [] },
  ...{ edge: { url: 'https://harbour-coffee.example', listening: true }, docker: { ok: true, version: '28.5' } },
  database: { ok: true, version: '17.6', managed: true },
  projects: [
    { name: PROJECT, series: '19.0', source: 'harbour-coffee/odoo-addons', live: 4, queued: 1, max: 6 },
    { name: 'roastery-hr', series: '18.0', source: 'harbour-coffee/hr-addons', live: 1, queued: 0, max: 3 },
  ],
};
