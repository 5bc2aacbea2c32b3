import { describe, expect, test } from 'vitest';
import { compareInvariants } from './compare-invariants.ts';
import { canonical, compareDecimals, readable } from './decimal.ts';
import type { Figures, MeasuredInvariant } from './invariants-views.ts';

const measured = (more: Partial<MeasuredInvariant> = {}): MeasuredInvariant => ({
  ...{ id: 'receivables', title: 'Receivables', means: 'Customers owe another sum.', own: false, compare: 'equal' },
  ...{ within: '0', fresh: 'breaks', state: 'measured', why: null },
  figures: [{ key: '1', of: 'Receivable total of company 1', unit: 'amount', value: '12340.5' }],
  ...more,
});
const valued = (value: string, more: Partial<MeasuredInvariant> = {}): MeasuredInvariant =>
  measured({ figures: [{ key: '1', of: 'Receivable total of company 1', unit: 'amount', value }], ...more });
const figures = (...invariants: readonly MeasuredInvariant[]): Figures => ({
  ...{ format: 1, subject: 'odoo_production', takenAt: '2026-11-21T10:00:00.000Z' },
  invariants: [...invariants],
});
const said = (before: MeasuredInvariant, after: MeasuredInvariant): string[] =>
  compareInvariants(figures(before), figures(after)).broken.map(({ says }) => says);

describe('a figure that changed', () => {
  test('is said in words, with thousands apart and two digits for money', () => {
    expect(said(measured(), valued('12300'))).toEqual(['Receivable total of company 1 was 12 340.50, is 12 300.00']);
  });

  test('is the same number when only zeros differ', () => {
    expect(said(measured(), valued('12340.50'))).toEqual([]);
  });

  test('may differ by as much as it says, and no cent more', () => {
    expect(said(measured({ within: '0.01' }), valued('12340.51', { within: '0.01' }))).toEqual([]);
    expect(said(measured({ within: '0.01' }), valued('12340.511'))).toHaveLength(1);
  });

  test('that only may not fall is broken when it falls', () => {
    const compare = 'not-lower';
    expect(said(measured({ compare }), valued('99999', { compare }))).toEqual([]);
    expect(said(measured({ compare }), valued('1', { compare }))).toEqual([
      'Receivable total of company 1 was 12 340.50, is 1.00',
    ]);
  });

  test('that is gone, or was not there, is said; one of nothing is not missed', () => {
    const none = measured({ figures: [] });
    expect(said(measured(), none)).toEqual(['Receivable total of company 1 was 12 340.50, is not there any more']);
    expect(said(none, measured())).toEqual(['Receivable total of company 1 was not there before, is 12 340.50']);
    expect(said(valued('0'), none)).toEqual([]);
    expect(said(none, valued('0.00'))).toEqual([]);
    expect(said({ ...none, fresh: 'allowed' }, measured())).toEqual([]);
  });

  test('may be a text', () => {
    const text = (value: string): MeasuredInvariant =>
      measured({ figures: [{ key: 'g', of: 'Members of base.group_system', unit: 'text', value }] });
    expect(said(text('users 2'), text('users 2, 5'))).toEqual([
      'Members of base.group_system was users 2, is users 2, 5',
    ]);
    expect(said(text(''), text('nobody'))).toEqual(['Members of base.group_system was empty, is nobody']);
  });
});

describe('what cannot be measured', () => {
  const failed = measured({ state: 'failed', why: 'column "x" does not exist', figures: [] });
  const absent = measured({ state: 'absent', why: 'there is no table sale_order', figures: [] });

  test('before is no proof, and after is a break', () => {
    expect(said(failed, measured())).toEqual(['Receivables could not be measured before: column "x" does not exist']);
    expect(said(measured(), failed)).toEqual([
      'Receivables could be measured before, and cannot now: column "x" does not exist',
    ]);
    expect(said(measured(), absent)).toEqual([
      'Receivables could be measured before, and cannot now: there is no table sale_order',
    ]);
  });

  test('because its module was not there is no break, and is told', () => {
    const { ok, left, compared } = compareInvariants(figures(absent), figures(measured()));

    expect({ ok, compared }).toEqual({ ok: true, compared: 0 });
    expect(left).toEqual([{ id: 'receivables', why: 'there was nothing to measure before' }]);
  });

  test('because it was asked on one side only is told', () => {
    expect(compareInvariants(figures(measured()), figures()).left).toEqual([
      { id: 'receivables', why: 'it was not asked afterwards' },
    ]);
    expect(compareInvariants(figures(), figures(measured())).left).toEqual([
      { id: 'receivables', why: 'it was not asked before' },
    ]);
  });
});

describe('decimals', () => {
  test.each([
    ['12.50', '12.5'],
    ['-0.00', '0'],
    ['007', '7'],
    ['1000', '1000'],
    ['-0.10', '-0.1'],
    ['NaN', 'NaN'],
    ['', ''],
  ])('%s is %s', (text, written) => {
    expect(canonical(text)).toBe(written);
  });

  test('are compared to the last digit, where floats would not', () => {
    expect(compareDecimals('9007199254740993', '9007199254740992')).toBe(1);
    expect(compareDecimals('1', '1.005', '0.005')).toBe(0);
    expect(compareDecimals('-1', '1')).toBe(-1);
    expect(compareDecimals('1', 'x')).toBeNull();
  });

  test.each([
    ['1234567.5', 2, '1 234 567.50'],
    ['-1234.125', 2, '-1 234.125'],
    ['12', 0, '12'],
    ['not a number', 2, 'not a number'],
  ])('%s with %i digits reads %s', (text, digits, words) => {
    expect(readable(text, digits)).toBe(words);
  });
});
