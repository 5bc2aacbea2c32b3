import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, runSlipway } from '../testing/run-slipway.ts';

const CONFIG = `version: 1
name: shop
odoo: { series: '19.0' }
budget:
  runs:
    - { environment: production, what: own, name: server, monthly: 9.5, share: 0.5 }
    - { environment: shared, what: digitalocean/registry-basic }
`;
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'slipway-cost-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));
const cost = (...words: string[]): Promise<Outcome> => runSlipway(['cost', ...words], { cwd });

describe('slipway cost', () => {
  it('says what each environment costs, with the source of each price, against the budget', async () => {
    await writeFile(join(cwd, 'slipway.yaml'), CONFIG);
    const { code, stdout, stderr } = await cost();

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatchSnapshot();
  });

  it('is data with --json, in dollars, and ends with 1 over the limit', async () => {
    await writeFile(join(cwd, 'slipway.yaml'), CONFIG);
    await mkdir(join(cwd, '.do'));
    const spec =
      'name: a\nservices: [{ name: web, instance_size_slug: apps-s-1vcpu-2gb }, { name: x, instance_size_slug: none }]\n';
    await writeFile(join(cwd, '.do/app.yaml'), spec);
    const { code, stdout } = await cost('--json');

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      currency: 'USD',
      total: 34.75,
      budget: { limit: 20, over: true, alert: 15 },
      environments: [
        { environment: 'production', monthly: 29.75 },
        { environment: 'shared', monthly: 5 },
      ],
      lines: [
        { what: 'own', unit: 9.5, share: 0.5, monthly: 4.75, price: null, file: 'slipway.yaml', line: 6 },
        { what: 'digitalocean/registry-basic', monthly: 5, price: { second_hand: false, read: '2026-11-21' } },
        { what: 'digitalocean/apps-s-1vcpu-2gb', monthly: 25, file: '.do/app.yaml', line: 2 },
        { what: 'digitalocean/none', monthly: null, price: null },
      ],
    });
  });

  it('shows the price list', async () => {
    expect((await cost('--prices')).stdout).toMatch(/supabase\/pro .* 25\.00/);
  });

  it('says so where nothing is planned, and names what is wrong in a slipway.yaml', async () => {
    expect(await cost()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is planned that costs') });
    await writeFile(join(cwd, 'slipway.yaml'), CONFIG.replace('share: 0.5', 'share: 2'));
    const { code, stderr } = await cost();

    expect(code).toBe(4);
    expect(stderr).toContain('budget.runs[0].share');
  });
});
