import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from '@slipway/contracts/invariants-views';
import { afterAll, describe, expect, it } from 'vitest';
import { startContractServer } from '../../testing/contract-server.ts';
import { figures } from '../../testing/figures-cases.ts';
import { runSlipway } from '../../testing/run-slipway.ts';

const cwd = mkdtempSync(join(tmpdir(), 'slipway-figures-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const put = (name: string, value: unknown): string => {
  writeFileSync(join(cwd, name), typeof value === 'string' ? value : JSON.stringify(value));
  return name;
};
const [first, ...others] = figures.invariants;
const less: Figures = {
  ...figures,
  subject: 'shop/production',
  invariants: [{ ...first, figures: [{ ...first?.figures[0], value: '12300' }] }, ...others] as Figures['invariants'],
};

describe('invariants measure', () => {
  it('writes what it measured to a file, of an environment or an address, and nothing over one that is there', async () => {
    await using server = await startContractServer({ measureInvariants: () => figures });
    const measure = (...words: string[]) => runSlipway(['invariants', 'measure', ...words], { server, cwd });

    expect((await measure('shop/staging', '--out', 'a.json')).code).toBe(0);
    expect((await measure('postgresql://u@db.example.com/odoo')).code).toBe(0);
    const again = await measure('shop/staging', '--out', 'a.json');

    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'))).toEqual(figures);
    expect(server.asked.slice(0, 2).map(({ body }) => body)).toEqual([
      { environment: 'shop/staging' },
      { url: 'postgresql://u@db.example.com/odoo' },
    ]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('a.json is there already')]);
  });

  it('fails, and says which and why, when one cannot be measured', async () => {
    const failed = { ...first, id: 'own/mine', title: 'mine', state: 'failed', why: 'column "x" does not exist' };
    const answer = { ...figures, invariants: [...figures.invariants, { ...failed, figures: [] }] } as Figures;
    await using server = await startContractServer({ measureInvariants: () => answer });

    const { code, stdout } = await runSlipway(['invariants', 'measure', 'shop/staging'], { server });

    expect(code).toBe(1);
    expect(stdout).toContain('mine cannot be measured: column "x" does not exist');
    expect(stdout).toContain('1 figures of shop/staging at 2026-03-01T10:00:00.000Z; 1 invariants do not apply.');
  });
});

describe('invariants compare', () => {
  it('needs no server for two files, and fails when a figure changed', async () => {
    const words = ['invariants', 'compare', put('before.json', figures), put('after.json', less)];

    const { code, stdout } = await runSlipway(words, { cwd });
    const json = await runSlipway([...words, '--json'], { cwd });

    expect(code).toBe(1);
    expect(stdout).toContain('1 of 1 figures changed (shop/staging at');
    expect(stdout).toContain('Receivables and payables: Customers owe another sum.');
    expect(stdout).toContain('Receivable total of company 1 (My Company) was 12 340.50, is 12 300.00');
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, broken: [{ id: 'receivable-payable' }] });
  });

  it('measures an environment and says that all is as it was', async () => {
    await using server = await startContractServer({ measureInvariants: () => figures });

    const words = ['invariants', 'compare', put('then.json', figures), 'shop/staging'];
    const { code, stdout } = await runSlipway(words, { server, cwd });

    expect(code).toBe(0);
    expect(stdout).toContain('All 1 figures are what they were');
    expect(stdout).not.toContain('Not compared');
  });

  it.each([
    ['nothing.json', 'There is no file nothing.json.'],
    ['text.json', 'text.json is not JSON.'],
    ['other.json', 'other.json is not what `slipway invariants measure --out` writes.'],
  ])('%s is refused', async (file, reason) => {
    put('text.json', 'not JSON');
    put('other.json', { format: 2 });

    const { code, stderr } = await runSlipway(['invariants', 'compare', file, 'other.json'], { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
