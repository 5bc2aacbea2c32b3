import { GATE_IDS, type GateId, OPTIONAL_GATES, type promotionSection } from '@slipway/contracts/promotion-config';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { PromotionFacts } from '../domain/promotion.ts';
import { approvalOf, BEFORE, factsOf, IMAGE, SHA, settingsOf } from './gates.contract.ts';
import { GATES, judgeGates, judgePromotion } from './index.ts';

type Case = readonly [
  says: string,
  state: 'pass' | 'wait' | 'fail',
  facts: Partial<PromotionFacts>,
  why: RegExp,
  settings?: z.input<typeof promotionSection>,
];
const staging = { sha: SHA, ...IMAGE, since: '2026-11-18T08:00:00.000Z' };
const rehearsal = factsOf().rehearsal as NonNullable<PromotionFacts['rehearsal']>;
const failed = { succeeded: false, failed: 'shop_order could not be updated' };
const codeOnly = { change: { ...factsOf().change, action: 'restart', update: [] } } as const;
const none = { production: null };

const CASES: Readonly<Record<GateId, readonly Case[]>> = {
  artifact: [
    ['staging runs the commit in the image', 'pass', {}, /aaaaaaaa/],
    ['staging runs nothing', 'wait', { staging: null }, /nothing/],
    ['staging has moved on', 'fail', { staging: { ...staging, sha: BEFORE } }, /bbbbbbbb by now/],
    ['staging runs another image', 'fail', { staging: { ...staging, image: 'x' } }, /the image x/],
    ['the image is gone', 'fail', { staging: { ...staging, imageDigest: '' } }, /gone/],
    ['the image was built again', 'fail', { staging: { ...staging, imageDigest: 'sha256:2' } }, /built again/],
  ],
  evidence: [
    ['nothing was altered', 'pass', {}, /holds/],
    ['a file was altered', 'fail', { evidence: 'x/plan.txt: the file was altered' }, /plan\.txt/],
  ],
  branch: [
    ['it can be moved forward', 'pass', {}, /forward from bbbbbbbb/],
    ['it is there already', 'pass', { branch: { name: 'main', head: SHA, contained: true } }, /already/],
    ['there is none yet', 'pass', { branch: { name: 'main', head: null, contained: false } }, /no branch main yet/],
    ['it has diverged', 'fail', { branch: { name: 'main', head: BEFORE, contained: false } }, /diverged/],
  ],
  tests: [
    ['green', 'pass', {}, /green/],
    ['yellow', 'pass', { tests: 'yellow' }, /yellow/],
    ['red', 'fail', { tests: 'red' }, /red/],
    ['not known', 'wait', { tests: null }, /no verdict/],
  ],
  guards: [
    ['warnings only', 'pass', {}, /2 warnings/],
    ['one error', 'fail', { guards: { errors: 1, warnings: 0, at: '' } }, /1 error in/],
    ['not known', 'wait', { guards: null }, /no guard/],
  ],
  security: [
    ['nothing found', 'pass', {}, /no secrets/],
    ['a secret', 'fail', { security: { secrets: 2, manifests: 0, at: '' } }, /2 secrets/],
    ['a broken manifest', 'fail', { security: { secrets: 0, manifests: 1, at: '' } }, /1 error in manifests/],
    ['not known', 'wait', { security: null }, /nobody has looked/],
  ],
  neutralisation: [
    ['valid', 'pass', {}, /nothing outside/],
    ['not valid', 'fail', { neutralisation: { valid: false, problems: ['mail'], at: '' } }, /mail/],
    ['not known', 'wait', { neutralisation: null }, /never looked at/],
  ],
  smoke: [
    ['all passed', 'pass', {}, /passed/],
    ['one failed', 'fail', { smoke: { failed: ['login'], at: '' } }, /login/],
    ['not known', 'wait', { smoke: null }, /no smoke test/],
  ],
  drift: [
    ['none', 'pass', {}, /last snapshot/],
    ['columns came', 'fail', { drift: { columns: ['res_partner.x'], at: '' } }, /res_partner\.x/],
    ['not known', 'wait', { drift: null }, /never compared/],
    ['nothing in production', 'pass', { ...none, drift: null }, /nothing is in production/],
  ],
  backup: [
    ['8 hours old', 'pass', {}, /8 hours/],
    ['none', 'wait', { backup: null }, /no backup/],
    ['too old', 'wait', { backup: { id: 's', takenAt: '2026-11-17T09:59:00.000Z' } }, /24 hours old, at most 24h/],
    [
      'old, but allowed',
      'pass',
      { backup: { id: 's', takenAt: '2026-11-17T09:00:00.000Z' } },
      /25/,
      { backup_max_age: '2d' },
    ],
    ['from the future', 'wait', { backup: { id: 's', takenAt: '2026-11-19T09:00:00.000Z' } }, /at most/],
    ['without a time', 'wait', { backup: { id: 's', takenAt: 'x' } }, /at most/],
    ['nothing in production', 'pass', { ...none, backup: null }, /nothing is in production/],
  ],
  rehearsal: [
    ['fresh', 'pass', {}, /^about 4 min read-only, 1 module, no lock > 2 s; on data that is 4 hours old$/],
    ['that has no words', 'pass', { rehearsal: { ...rehearsal, forecast: null } }, /^took 4 minutes; on data/],
    ['code only', 'pass', { rehearsal: null, ...codeOnly }, /nothing to rehearse/],
    ['nothing in production', 'pass', { ...none, rehearsal: null }, /nothing is in production/],
    ['none', 'wait', { rehearsal: null }, /not rehearsed/],
    ['of another commit', 'wait', { rehearsal: { ...rehearsal, sha: BEFORE } }, /was of bbbbbbbb/],
    ['of another image', 'wait', { rehearsal: { ...rehearsal, imageDigest: 'sha256:2' } }, /another image/],
    ['production changed since', 'wait', { rehearsal: { ...rehearsal, productionSha: SHA } }, /production has changed/],
    [
      'production went there and back since',
      'wait',
      { rehearsal: { ...rehearsal, productionSince: '2026-10-01T00:00:00.000Z' } },
      /production has changed/,
    ],
    ['it failed', 'fail', { rehearsal: { ...rehearsal, ...failed } }, /failed: shop_order could not be updated$/],
    [
      'it failed, and production has changed',
      'wait',
      { rehearsal: { ...rehearsal, ...failed, productionSha: SHA } },
      /changed/,
    ],
    ['it failed without data', 'fail', { rehearsal: { ...rehearsal, ...failed, snapshotTakenAt: null } }, /failed/],
    ['data from the future', 'wait', { rehearsal: { ...rehearsal, snapshotTakenAt: '2026-11-19T00:00:00Z' } }, /stale/],
    ['stale data', 'wait', { rehearsal: { ...rehearsal, snapshotTakenAt: '2026-11-10T00:00:00Z' } }, /stale/],
    ['data without a time', 'wait', { rehearsal: { ...rehearsal, snapshotTakenAt: '' } }, /stale/],
  ],
  invariants: [
    ['equal', 'pass', {}, /no figure/],
    ['broken', 'fail', { invariants: { broken: ['Stock was 3, is 2'], at: '' } }, /Stock was 3/],
    ['not known', 'wait', { invariants: null }, /no figures/],
    ['not rehearsed', 'wait', { invariants: null, rehearsal: null }, /not rehearsed/],
    [
      'of a rehearsal that is over',
      'wait',
      { rehearsal: { ...rehearsal, productionSha: SHA } },
      /production has changed/,
    ],
    ['code only', 'pass', { rehearsal: null, invariants: null, ...codeOnly }, /nothing to rehearse/],
  ],
  window: [
    ['no windows, no freeze', 'pass', {}, /no freeze/],
    [
      'inside a window',
      'pass',
      {},
      /inside wed 09:00 to 17:00/,
      { windows: [{ days: ['wed'], from: '09:00', until: '17:00' }] },
    ],
    ['at its end', 'wait', {}, /outside/, { windows: [{ from: '09:00', until: '10:00' }] }],
    ['on another day', 'wait', {}, /outside tue/, { windows: [{ days: ['tue'], from: '09:00', until: '17:00' }] }],
    [
      'over midnight, begun yesterday',
      'pass',
      {},
      /inside/,
      { windows: [{ days: ['tue'], from: '22:00', until: '11:00' }] },
    ],
    [
      'over midnight, begun on another day',
      'wait',
      {},
      /outside/,
      { windows: [{ days: ['wed'], from: '22:00', until: '11:00' }] },
    ],
    [
      'in another time zone',
      'wait',
      {},
      /19:00 \(Asia\/Tokyo\)/,
      { timezone: 'Asia/Tokyo', windows: [{ from: '09:00', until: '17:00' }] },
    ],
    [
      'in a time zone of its own',
      'pass',
      {},
      /inside/,
      { windows: [{ from: '18:30', until: '19:30', timezone: 'Asia/Tokyo' }] },
    ],
    [
      'in a freeze',
      'wait',
      {},
      /frozen until 2026-11-18 .*: Audit/,
      { freezes: [{ from: '2026-11-18', until: '2026-11-18', reason: 'Audit' }] },
    ],
    [
      'after a freeze',
      'pass',
      {},
      /no freeze/,
      { freezes: [{ from: '2026-11-01', until: '2026-11-17', reason: 'Audit' }] },
    ],
    [
      'before its minute',
      'pass',
      {},
      /no freeze/,
      { freezes: [{ from: '2026-11-18 10:01', until: '2026-11-20', reason: 'Audit' }] },
    ],
    [
      'at its last minute',
      'pass',
      {},
      /no freeze/,
      { freezes: [{ from: '2026-11-18', until: '2026-11-18T10:00', reason: 'Audit' }] },
    ],
    [
      'frozen where it is tomorrow already',
      'wait',
      { now: '2026-11-18T18:00:00Z' },
      /Audit/,
      { freezes: [{ from: '2026-11-19', until: '2026-11-19', reason: 'Audit', timezone: 'Asia/Tokyo' }] },
    ],
  ],
  approval: [
    ['by somebody else', 'pass', {}, /grace/],
    ['by nobody', 'wait', { approvals: [] }, /nobody/],
    [
      'by the author, told by e-mail',
      'wait',
      { approvals: [approvalOf({ who: 'm', email: 'MONA@example.com' })] },
      /m's does not count: they wrote aaaaaaaa/,
    ],
    [
      'by the author, told by name',
      'wait',
      { approvals: [approvalOf({ who: 'mona', email: 'm@x.example' })] },
      /they wrote/,
    ],
    ['by the one who asked', 'wait', { approvals: [approvalOf({ who: 'ada', email: null })] }, /asked for it/],
    [
      'by the one who asked, with another token',
      'wait',
      { approvals: [approvalOf({ who: 'a', email: 'ada@example.com' })] },
      /asked for it/,
    ],
    ['by nobody who can be told', 'wait', { approvals: [approvalOf({ email: null })] }, /nobody/],
    ['of another commit', 'wait', { approvals: [approvalOf({ sha: BEFORE })] }, /nobody/],
    ['of another image', 'wait', { approvals: [approvalOf({ imageDigest: 'sha256:2' })] }, /nobody/],
    ['by one of two', 'wait', {}, /approved by grace; 2 are needed/, { approvals: 2 }],
    [
      'twice by one person',
      'wait',
      { approvals: [approvalOf(), approvalOf({ who: 'g' })] },
      /2 are needed/,
      { approvals: 2 },
    ],
    [
      'by two',
      'pass',
      { approvals: [approvalOf(), approvalOf({ who: 'eve', email: 'eve@example.com' })] },
      /grace, eve/,
      { approvals: 2 },
    ],
    [
      'refused by one',
      'fail',
      { approvals: [approvalOf(), approvalOf({ who: 'eve', decision: 'refused', reason: 'No' })] },
      /eve refused it: No/,
    ],
  ],
};

describe.each(GATES.map((gate) => [gate.id, gate] as const))('%s', (id, gate) => {
  const cases = CASES[id].map(([says, state, facts, why, settings]) => ({ says, state, facts, why, settings }));
  it.each(cases)('$says: $state', ({ state, facts, why, settings }) => {
    const judged = gate.judge(factsOf(facts), settingsOf(settings));

    expect(judged).toMatchObject({ state, why: expect.stringMatching(why) });
    if (state === 'pass') expect(judged.fix).toBeNull();
    else expect(judged.fix).toMatch(/\.$/);
  });
});

describe('all gates', () => {
  const nothingKnown: Partial<PromotionFacts> = {
    ...{ staging: null, tests: null, guards: null, security: null, neutralisation: null, smoke: null, backup: null },
    ...{ drift: null, rehearsal: null, invariants: null, approvals: [] },
  };
  const all = settingsOf();

  it('are those that slipway.yaml knows', () => {
    expect(GATES.map(({ id }) => id)).toEqual(expect.arrayContaining([...GATE_IDS]));
    expect(GATES).toHaveLength(GATE_IDS.length);
  });

  it('take nothing that is not known for a yes', () => {
    const passed = judgeGates(factsOf(nothingKnown), all).filter(({ state }) => state === 'pass');

    // Of these three nothing is ever unknown: a branch that cannot be read and evidence that cannot be checked end the promotion.
    expect(passed.map(({ gate }) => gate)).toEqual(['evidence', 'branch', 'window']);
  });

  it('that are off are not asked, and do not pass', () => {
    const off = Object.fromEntries(OPTIONAL_GATES.map((id) => [id, 'off' as const]));
    const { gates, blocking } = judgePromotion(factsOf(nothingKnown), settingsOf({ gates: off }));

    expect(gates.filter(({ state }) => state === 'off').map(({ gate }) => gate)).toEqual(
      [...GATES.map(({ id }) => id)].slice(3),
    );
    expect(blocking.map(({ gate }) => gate)).toEqual(['artifact']);
  });

  it('list a rehearsal that is not asked for as off, never as passed', () => {
    const off = settingsOf({ gates: { rehearsal: 'off', invariants: 'off' } });
    const { gates } = judgePromotion(factsOf(), off);

    expect(gates.find(({ gate }) => gate === 'rehearsal')).toMatchObject({ state: 'off' });
    expect(gates.find(({ gate }) => gate === 'invariants')).toMatchObject({ state: 'off' });
  });
});

describe('an emergency', () => {
  const emergency = { who: 'ada', reason: 'The shop is down', at: '2026-11-18T10:00:00Z' };
  const bad: Partial<PromotionFacts> = {
    ...{ emergency, approvals: [], tests: 'red', evidence: 'x', staging: null },
    branch: { name: 'main', head: BEFORE, contained: false },
  };

  it('passes over what may be passed over, and never over artifact, evidence and branch', () => {
    const { blocking, passedOver } = judgePromotion(factsOf(bad), settingsOf());

    expect(blocking.map(({ gate }) => gate)).toEqual(['artifact', 'evidence', 'branch']);
    expect(passedOver.map(({ gate }) => gate)).toEqual(['tests', 'approval']);
  });

  it('passes over no more than slipway.yaml lets it', () => {
    const { blocking, passedOver } = judgePromotion(factsOf(bad), settingsOf({ emergency: ['approval'] }));

    expect(blocking.map(({ gate }) => gate)).toContain('tests');
    expect(passedOver.map(({ gate }) => gate)).toEqual(['approval']);
  });

  it('that nobody called for passes over nothing', () => {
    expect(judgePromotion(factsOf({ ...bad, emergency: null }), settingsOf()).passedOver).toEqual([]);
  });
});
