import { describe, expect, it } from 'vitest';
import { type Replies, startContractServer } from '../testing/contract-server.ts';
import { runSlipway, type Situation } from '../testing/run-slipway.ts';
import { run } from '../testing/samples.ts';

const AT = '2026-03-01T10:00:00.000Z';
const order = {
  ...{ model: 'sale.order', title: 'Quotations and orders', kind: 'business' },
  ...{ created: 1, changed: 0, deleted: 0, totals: [{ currency: 'EUR', amount: '120.00' }] },
  rows: [{ id: '7', name: 'S00007', what: 'created', who: 'ada', at: AT, amount: '120.00', currency: 'EUR' }],
};
const LOSING = {
  ...{ deployment: 'run_1', sha: 'b'.repeat(40), losesData: true, since: AT },
  bill: {
    ...{ project: 'shop', database: 'odoo_production_b', former: 'odoo_production', since: AT, takenAt: AT },
    ...{ listed: 500, documents: [order], unread: [] },
  },
};
const LOSSLESS = { ...LOSING, losesData: false, since: null, bill: null };

const rollBack = async (bill: object, words: readonly string[], situation: Situation = {}) => {
  const replies: Replies = { rollbackBill: () => bill, rollbackProduction: () => ({ run: 'run_1' }), run: () => run };
  await using server = await startContractServer(replies);
  const outcome = await runSlipway(['rollback', '--project', 'shop', ...words], { server, ...situation });
  const sent = server.asked.filter(({ route }) => route === 'rollbackProduction').map(({ body }) => body);
  return { ...outcome, sent };
};

describe('slipway rollback', () => {
  it('lists what going back loses, and asks', async () => {
    const no = await rollBack(LOSING, [], { answer: 'n' });
    expect(no.stderr).toContain('Back to bbbbbbbb (run_1), with the database that it had.');
    expect(no.stderr).toContain('S00007');
    expect({ code: no.code, sent: no.sent }).toEqual({ code: 6, sent: [] });

    const yes = await rollBack(LOSING, ['--to', 'run_1'], { answer: 'y' });
    expect({ code: yes.code, sent: yes.sent }).toEqual({ code: 0, sent: [{ to: 'run_1', confirm: true }] });
  });

  it('says that nothing is lost where it is the same database', async () => {
    const { stderr } = await rollBack(LOSSLESS, [], { answer: 'n' });
    expect(stderr).toContain('on the database that serves: nothing is lost.');
  });

  it('only lists, for people and for a spreadsheet, when it is asked to', async () => {
    const { stdout, sent } = await rollBack(LOSING, ['--dry-run']);
    expect(stdout).toContain('S00007');
    expect(sent).toEqual([]);
    expect((await rollBack(LOSING, ['--dry-run', '--csv'])).stdout).toMatch(/^[^\n]*,[^\n]*\r\n.*S00007/s);
    expect((await rollBack(LOSSLESS, ['--dry-run', '--csv'])).stderr).toContain('nothing would be lost');
    expect((await rollBack(LOSING, ['--csv'])).stderr).toContain('--csv goes with --dry-run');
  });

  it('needs --yes where nobody can answer', async () => {
    const { code, stderr, sent } = await rollBack(LOSING, []);
    expect({ code, sent }).toEqual({ code: 2, sent: [] });
    expect(stderr).toContain('needs --yes');
    expect((await rollBack(LOSING, ['--yes'])).sent).toEqual([{ to: null, confirm: true }]);
  });

  it('fails, once it is waited for, when its run did', async () => {
    await using server = await startContractServer({
      rollbackProduction: () => ({ run: 'run_1' }),
      run: () => ({ ...run, state: 'failed' }),
    });
    expect((await runSlipway(['rollback', '--yes', '--wait', '--project', 'shop'], { server })).code).toBe(1);
  });
});

describe('slipway production open', () => {
  it('sends the backup that it begins with, or none', async () => {
    await using server = await startContractServer({ openProduction: () => ({ run: 'run_1' }), run: () => run });
    await runSlipway(['production', 'open', '--from', 'snap_1', '--project', 'shop'], { server });
    await runSlipway(['production', 'open', '--project', 'shop'], { server });
    const sent = server.asked.filter(({ route }) => route === 'openProduction').map(({ body }) => body);
    expect(sent).toEqual([{ from: 'snap_1' }, { from: null }]);
  });
});
