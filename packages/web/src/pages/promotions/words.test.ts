import type { PromotionView } from '@slipway/contracts/promotion-views';
import { describe, expect, test } from 'vitest';
import { gateWords, noApprovalBy, secondsWords } from './words.ts';

const view = (given: Partial<PromotionView>): PromotionView =>
  ({
    requestedBy: { who: 'ada', name: null, email: 'ada@example.org' },
    commits: [],
    approvals: [],
    ...given,
  }) as unknown as PromotionView;
const commit = { sha: 'a', author: 'Eve', email: 'Eve@Example.org', subject: 'x', at: '' };

describe('who may approve', () => {
  test('not who asked for it', () => expect(noApprovalBy('Ada@example.org', view({}))).toMatch(/asked/));
  test('not who wrote a part of it', () =>
    expect(noApprovalBy('eve@example.org', view({ commits: [commit] }))).toMatch(/wrote/));
  test('not without an address', () => expect(noApprovalBy(null, view({}))).toMatch(/e-mail/));
  test('everybody else', () => expect(noApprovalBy('bob@example.org', view({ commits: [commit] }))).toBeNull());
});

test('a gate that an emergency goes past says so, unless it passes anyway', () => {
  const gate = { gate: 'window', why: '', fix: null, passedOver: true };
  expect(gateWords({ ...gate, state: 'fail' })).toEqual(['warn', 'Passed over']);
  expect(gateWords({ ...gate, state: 'pass' })).toEqual(['good', 'Passes']);
});

test.each([
  [0, 'no time'],
  [0.3, 'under 1 s'],
  [45, '45 s'],
  [240, '4 min'],
  [4200, '70 min'],
  [7800, '2 h 10 min'],
])('%s seconds are %s', (seconds, words) => expect(secondsWords(seconds)).toBe(words));
