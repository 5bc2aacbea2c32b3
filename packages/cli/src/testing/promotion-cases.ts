/** The verbs about promotions and tokens, as api-verbs.test.ts tries each verb. */
import type { PromotionInList, PromotionView } from '@slipway/contracts/promotion-views';
import type { NewTokenView, TokenView } from '@slipway/contracts/token-views';
import type { ApiCase } from './api-case.ts';
import { planned } from './deployment-samples.ts';
import { run } from './samples.ts';

const project = ['--project', 'shop'];
const SHA = '4f1c0de5a3b2918273645566778899aabbccddee';
const AT = '2026-03-01T10:00:00.000Z';

export const promotion: PromotionView = {
  id: 'prom_1',
  project: 'shop',
  state: 'open',
  reason: null,
  release: { sha: SHA, build: 'bld_1', image: `slipway/shop:sha-${SHA}`, imageDigest: `sha256:${'1'.repeat(64)}` },
  requestedBy: { who: 'ada@example.com', name: 'Ada Lovelace', email: 'ada@example.com' },
  commits: [{ sha: SHA, author: 'Mona', email: 'mona@example.com', subject: 'Round invoices', at: AT }],
  change: {
    action: 'update',
    update: ['shop_order'],
    install: [],
    modules: [{ name: 'shop_order', action: 'update', why: 'views/order.xml changed', version: '19.0.1.0.0' }],
    why: 'With a migration: it updates shop_order.',
  },
  deployment: planned,
  times: null,
  production: { sha: 'b'.repeat(40), image: 'slipway/shop:old', since: AT },
  rehearsal: { id: 'run_9', succeeded: true, at: AT, says: 'about 4 min read-only, 1 module, no lock > 2 s' },
  branch: { name: 'main', head: 'b'.repeat(40), contained: true },
  gates: [
    { gate: 'artifact', state: 'pass', why: 'staging runs 4f1c0de5', fix: null, passedOver: false },
    { gate: 'rehearsal', state: 'off', why: '`promotion.gates.rehearsal` is off', fix: null, passedOver: false },
    { gate: 'approval', state: 'wait', why: 'nobody has approved it', fix: 'Somebody has to.', passedOver: false },
  ],
  ready: false,
  approvals: [],
  emergency: null,
  run: null,
  createdAt: AT,
  expiresAt: '2026-03-04T10:00:00.000Z',
  wentAt: null,
  endedAt: null,
};
export const approved: PromotionView = {
  ...promotion,
  ready: true,
  gates: promotion.gates.map((gate) => ({ ...gate, state: 'pass', fix: null })),
  approvals: [{ who: 'grace', name: null, email: 'grace@example.com', decision: 'approved', reason: null, at: AT }],
};
export const deploying: PromotionView = { ...approved, state: 'deploying', ready: false, run: 'run_1', wentAt: AT };
const listed: PromotionInList = {
  ...{ id: 'prom_1', project: 'shop', state: 'open', reason: null, sha: SHA, requestedBy: 'ada' },
  requesterName: null,
  ...{ waitsFor: ['approval'], run: null, createdAt: AT, endedAt: null },
};
const refused: PromotionView = { ...promotion, state: 'refused', reason: 'refused by grace: Not today' };
const token: TokenView = {
  ...{ id: 'tok_1', name: 'grace', email: 'grace@example.com', scopes: ['approve'], createdBy: 'operator' },
  ...{ createdAt: AT, expiresAt: '2027-03-01T10:00:00.000Z', lastUsedAt: null, revokedAt: null },
};
const fresh: NewTokenView = { ...token, token: `slipway_${'A'.repeat(43)}` };

export const PROMOTION_CASES: readonly ApiCase[] = [
  {
    path: 'promote',
    words: ['--yes', '--wait', '--timeout', '2h', ...project],
    replies: {
      requestPromotion: () => approved,
      goPromotion: () => deploying,
      run: () => run,
      promotion: () => ({ ...deploying, state: 'succeeded' }),
    },
    view: { ...deploying, state: 'succeeded' },
    reads: 'With a migration: it updates shop_order.',
  },
  {
    path: 'promote',
    words: ['--emergency', 'Nobody can invoice', '--yes', ...project],
    replies: { requestPromotion: () => approved, goPromotion: () => deploying },
    view: deploying,
    reads: 'Follow it: slipway run logs run_1 --follow',
  },
  {
    path: 'promote',
    words: ['--dry-run', ...project],
    replies: { requestPromotion: () => ({ ...approved, id: null }) },
    view: { ...approved, id: null },
    reads: 'Nothing holds it up.',
  },
  {
    path: 'promotion list',
    words: ['--limit', '5', ...project],
    replies: { promotions: () => [listed] },
    view: [listed],
    reads: 'waits for approval',
    empty: ['promotions', 'No promotions. Ask for one: slipway promote'],
  },
  {
    path: 'promotion show',
    words: ['prom_1', ...project],
    replies: { promotion: () => promotion },
    view: promotion,
    reads: 'approval: Somebody has to.',
  },
  {
    path: 'promotion approve',
    words: ['prom_1', '--reason', 'Looked at it', '--yes', ...project],
    replies: { promotion: () => promotion, approvePromotion: () => approved },
    view: approved,
    reads: 'It may go: slipway promote',
  },
  {
    path: 'promotion refuse',
    words: ['prom_1', '--reason', 'Not today', ...project],
    replies: { refusePromotion: () => refused },
    view: refused,
    reads: 'prom_1 (4f1c0de5) does not go: refused by grace: Not today.',
  },
  {
    path: 'token create',
    words: ['grace', '--email', 'grace@example.com', '--scope', 'approve', '--expires', '90d'],
    replies: { createToken: () => fresh },
    view: fresh,
    reads: `slipway_${'A'.repeat(43)}`,
  },
  {
    path: 'token list',
    replies: { tokens: () => [token] },
    view: [token],
    reads: 'grace@example.com',
    empty: ['tokens', 'No tokens but the one of the installation.'],
  },
  {
    path: 'token revoke',
    words: ['grace'],
    replies: { revokeToken: () => ({ ...token, revokedAt: AT }) },
    view: { ...token, revokedAt: AT },
    reads: 'The token of grace is worth nothing now.',
  },
];
