/** Facts of a promotion that every gate passes; a test changes what it is about. */
import { type PromotionSettings, promotionSection } from '@slipway/contracts/promotion-config';
import type { z } from 'zod';
import type { Approval, PromotionFacts } from '../domain/promotion.ts';

export const SHA = 'a'.repeat(40);
export const BEFORE = 'b'.repeat(40);
export const IMAGE = { image: `slipway/shop:sha-${SHA}`, imageDigest: `sha256:${'1'.repeat(64)}` };
/** A Wednesday. */
export const NOW = '2026-11-18T10:00:00.000Z';

export const approvalOf = (given: Partial<Approval> = {}): Approval => ({
  who: 'grace',
  email: 'grace@example.com',
  sha: SHA,
  imageDigest: IMAGE.imageDigest,
  decision: 'approved',
  reason: null,
  at: NOW,
  ...given,
});

export const factsOf = (given: Partial<PromotionFacts> = {}): PromotionFacts => ({
  project: 'shop',
  now: NOW,
  requestedBy: { who: 'ada', email: 'ada@example.com' },
  release: { sha: SHA, build: 'bld_1', ...IMAGE, lockHash: 'l', contentHash: 'c' },
  commits: [
    { sha: SHA, author: 'Mona', email: 'mona@example.com', subject: 'A change', at: '2026-11-17T09:00:00.000Z' },
  ],
  change: { action: 'update', update: ['shop_order'], install: [], modules: [], why: 'with a migration' },
  production: { sha: BEFORE, image: 'slipway/shop:old', since: '2026-11-01T00:00:00.000Z' },
  branch: { name: 'main', head: BEFORE, contained: true },
  staging: { sha: SHA, ...IMAGE, since: '2026-11-18T08:00:00.000Z' },
  tests: 'green',
  guards: { errors: 0, warnings: 2, at: NOW },
  security: { secrets: 0, manifests: 0, at: NOW },
  neutralisation: { valid: true, problems: [], at: NOW },
  smoke: { failed: [], at: NOW },
  backup: { id: 'snap_1', takenAt: '2026-11-18T02:00:00.000Z' },
  drift: { columns: [], at: NOW },
  rehearsal: {
    ...{ run: 'run_3', sha: SHA, imageDigest: IMAGE.imageDigest, succeeded: true, failed: null },
    ...{ productionSha: BEFORE, productionSince: '2026-11-01T00:00:00.000Z', snapshot: 'snap_2' },
    ...{ snapshotTakenAt: '2026-11-18T06:00:00.000Z', at: NOW, seconds: 240 },
    forecast: 'about 4 min read-only, 1 module, no lock > 2 s',
  },
  invariants: { broken: [], at: NOW },
  evidence: null,
  approvals: [approvalOf()],
  emergency: null,
  ...given,
});

export const settingsOf = (given: z.input<typeof promotionSection> = {}): PromotionSettings =>
  promotionSection.parse(given);
