import { parseProjectConfig } from '@slipway/contracts/config-file';
import { describe, expect, it } from 'vitest';
import { treeOf } from '../memory-tree.ts';
import { findingsOf, places } from '../testing/findings-of.ts';
import { costOf } from './cost.ts';
import { budget } from './index.ts';
import { PRICES } from './prices.ts';

const CONFIG = `version: 1
name: shop
odoo:
  series: '19.0'
budget:
  limit: 20
  alerts: [10, 15]
  runs:
    - environment: production
      what: own
      name: the server
      monthly: 8
      share: 0.5
    - { environment: staging, what: digitalocean/registry-basic }
`;
const APP = `name: shop
services:
  - name: odoo
    instance_size_slug: apps-s-1vcpu-1gb
    instance_count: 1
jobs:
  - name: migrate
    instance_size_slug: apps-s-1vcpu-1gb
databases:
  - name: cluster
    production: true
`;

const configOf = (text: string) => {
  const parsed = parseProjectConfig(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { value: parsed.config, file: 'slipway.yaml' };
};
const findIn = (files: Readonly<Record<string, string>>, today = '2026-11-21') =>
  findingsOf(budget, files, { config: configOf(files['slipway.yaml'] ?? ''), today });
const costIn = (text: string, files: Readonly<Record<string, string>> = {}, today = '2026-11-21') =>
  costOf(
    treeOf({ 'slipway.yaml': text, ...files }),
    { budget: configOf(text).value.budget, file: 'slipway.yaml' },
    today,
  );

describe('the budget', () => {
  it('is kept by a plan below the first alert', async () => {
    expect(await findIn({ 'slipway.yaml': CONFIG })).toEqual([]);
  });

  it('is about everything: what slipway.yaml lists, and what app specs run all the time', async () => {
    const cost = await costIn(CONFIG, { '.do/app.staging.yaml': APP });

    expect(cost.lines.map(({ environment, what, cents }) => [environment, what, cents])).toEqual([
      ['production', 'own', 400],
      ['staging', 'digitalocean/registry-basic', 500],
      ['staging', 'digitalocean/apps-s-1vcpu-1gb', 1200],
    ]);
    expect(cost.environments).toEqual([
      { environment: 'production', cents: 400 },
      { environment: 'staging', cents: 1700 },
    ]);
    expect(cost).toMatchObject({ total: 2100, limit: 2000, over: true });
  });

  it('is over its limit at the line of the limit', async () => {
    const found = await findIn({ 'slipway.yaml': CONFIG, '.do/app.yaml': APP });

    expect(places(found)).toEqual(['budget/over-limit slipway.yaml:6:10']);
    expect(found[0]?.message).toBe('all environments cost 21.00 USD a month; the limit is 20.00');
  });

  it('warns of the highest alert that is reached, once', async () => {
    const found = await findIn({ 'slipway.yaml': CONFIG.replace('monthly: 8', 'monthly: 20') });

    expect(places(found)).toEqual(['budget/alert slipway.yaml:6:10']);
    expect(found[0]?.message).toContain('15.00 USD a month, past the alert at 15.00');
  });

  it('has a limit and alerts also where nobody set them', async () => {
    const files = { '.do/app.yaml': APP.replace('instance_count: 1', 'instance_count: 2') };

    expect(places(await findingsOf(budget, files))).toEqual(['budget/over-limit .do/app.yaml:1:1']);
    expect(places(await findingsOf(budget, { '.do/app.yaml': APP }))).toEqual(['budget/alert .do/app.yaml:1:1']);
    expect(await findingsOf(budget, { 'README.md': '' })).toEqual([]);
  });

  it('finds what has no price', async () => {
    const found = await findIn({ 'slipway.yaml': CONFIG.replace('registry-basic', 'registry-basics') });

    expect(places(found)).toEqual(['budget/price-unknown slipway.yaml:14:37']);
    expect(found[0]?.fix).toContain('digitalocean/registry-starter');
    const own = await findIn({ 'slipway.yaml': CONFIG.replace('      monthly: 8\n', '') });
    expect(places(own)).toEqual(['budget/price-unknown slipway.yaml:10:13']);
  });

  it('says when a price is old', async () => {
    expect(places(await findIn({ 'slipway.yaml': CONFIG }, '2027-11-21'))).toEqual([]);
    expect(places(await findIn({ 'slipway.yaml': CONFIG }, '2027-11-23'))).toEqual([
      'budget/price-old slipway.yaml:14:37',
    ]);
  });

  it('rounds a line up to the cent, and adds up what it shows', async () => {
    const runs = Array.from(
      { length: 3 },
      () => '    - { environment: shared, what: own, monthly: 0.1, share: 0.333 }',
    ).join('\n');
    const cost = await costIn(`version: 1\nname: shop\nodoo: { series: '19.0' }\nbudget:\n  runs:\n${runs}\n`);

    expect(cost.lines.map(({ cents }) => cents)).toEqual([4, 4, 4]);
    expect(cost.total).toBe(12);
  });

  it('counts no cent too many for what a computer writes as 28.999999', async () => {
    const cost = await costIn(
      `version: 1\nname: shop\nodoo: { series: '19.0' }\nbudget:\n  runs:\n    - { environment: shared, what: own, monthly: 0.29, count: 3 }\n`,
    );

    expect(cost.total).toBe(87);
  });

  it('forecasts the rest of the month, with today, and a year', async () => {
    expect((await costIn(CONFIG, {}, '2026-11-21')).forecast).toEqual({ restOfMonth: 300, year: 10_800 });
    expect((await costIn(CONFIG, {}, '2028-02-29')).forecast.restOfMonth).toBe(32);
  });

  it('counts as many instances as an app may grow to', async () => {
    const cost = await costIn(CONFIG, {
      '.do/app.yaml': APP.replace(
        '    instance_count: 1',
        '    autoscaling: { min_instance_count: 1, max_instance_count: 3 }',
      ),
    });

    expect(cost.lines.at(-1)).toMatchObject({ count: 3, cents: 3600 });
  });

  it.each([
    '[]',
    'services: 1',
    'services: [1, null]',
    'services: [{ instance_count: 1.0e+300, instance_size_slug: [x] }]',
    'databases: { a: 1 }',
  ])('takes an app spec of %j', async (text) => {
    const cost = await costIn(CONFIG, { '.do/app.yaml': text });

    expect(Number.isSafeInteger(cost.total)).toBe(true);
  });
});

describe('the price list', () => {
  it('says of each price who says so, and when it was read', () => {
    expect(PRICES.length).toBeGreaterThan(30);
    expect(new Set(PRICES.map(({ id }) => id)).size).toBe(PRICES.length);
    for (const { id, source } of PRICES) expect(source, id).toMatch(/^https:\/\/\S/);
  });
});
