import { Failure } from '@slipway/contracts/failure';
import type { PromotionView } from '@slipway/contracts/promotion-views';
import { describe, expect, it } from 'vitest';
import { type Replies, startContractServer } from '../testing/contract-server.ts';
import { approved, deploying, promotion } from '../testing/promotion-cases.ts';
import { runSlipway, type Situation } from '../testing/run-slipway.ts';
import { run } from '../testing/samples.ts';

const failing: PromotionView = {
  ...promotion,
  gates: [{ gate: 'tests', state: 'fail', why: 'red on staging', fix: 'Mend what fails.', passedOver: false }],
};
const succeeded: PromotionView = { ...deploying, state: 'succeeded' };

const promote = async (replies: Replies, words: readonly string[] = ['--yes'], situation: Situation = {}) => {
  await using server = await startContractServer(replies);
  const outcome = await runSlipway(['promote', '--project', 'shop', ...words], { server, ...situation });
  return { ...outcome, asked: server.asked.map(({ route }) => route), bodies: server.asked.map(({ body }) => body) };
};

describe('slipway promote', () => {
  it('that a gate holds up ends with its own code, says why and what to do, and does not go', async () => {
    const { code, stdout, asked } = await promote({ requestPromotion: () => promotion });

    expect(code).toBe(6);
    expect(stdout).toContain('nobody has approved it');
    expect(stdout).toContain('! approval: Somebody has to.');
    expect(asked).toEqual(['requestPromotion']);
  });

  it('shows what would go live, and asks', async () => {
    const replies: Replies = {
      requestPromotion: () => approved,
      goPromotion: () => deploying,
    };
    const yes = await promote(replies, [], { answer: 'y' });
    expect(yes.stderr).toContain('4f1c0de5  Round invoices (Mona)');
    expect(yes.stderr).toContain('Promote 4f1c0de5 of shop to production? [y/N]');
    expect({ code: yes.code, asked: yes.asked }).toEqual({
      code: 0,
      asked: ['requestPromotion', 'requestPromotion', 'goPromotion'],
    });
    expect(yes.bodies[0]).toEqual({ emergency: null, dry_run: true });

    const no = await promote(replies, [], { answer: 'n' });
    expect(no).toMatchObject({ code: 6, asked: ['requestPromotion'] });
  });

  it('needs --yes where nobody can answer, also for an emergency', async () => {
    expect(await promote({}, [])).toMatchObject({ code: 2, asked: [] });
    expect(await promote({}, ['--emergency', 'The shop is down', '--json'])).toMatchObject({ code: 2, asked: [] });
  });

  it('waits for an approval, goes, and waits for the end of the deployment', async () => {
    const looks = [promotion, promotion, approved];
    let gone = false;
    const { code, asked, stderr } = await promote(
      {
        requestPromotion: () => promotion,
        promotion: () => (gone ? succeeded : (looks.shift() ?? approved)),
        goPromotion: () => {
          gone = true;
          return deploying;
        },
        run: () => run,
      },
      ['--yes', '--wait'],
    );

    expect(code).toBe(0);
    expect(stderr).toContain('waiting for approval: nobody has approved it');
    expect(asked).toEqual([
      ...['requestPromotion', 'promotion', 'promotion', 'promotion'],
      ...['goPromotion', 'run', 'promotion'],
    ]);
  });

  it('does not wait for what waiting cannot mend', async () => {
    expect(await promote({ requestPromotion: () => failing }, ['--yes', '--wait'])).toMatchObject({
      code: 6,
      asked: ['requestPromotion'],
    });
  });

  it('has everything gathered anew while a backup is awaited', async () => {
    const gate = { gate: 'backup', state: 'wait', why: 'none', fix: 'One is made.', passedOver: false } as const;
    const waiting: PromotionView = { ...promotion, gates: [gate] };
    const answers = [waiting, approved];
    let minutes = 0;
    const { code, asked } = await promote(
      {
        requestPromotion: () => answers.shift() ?? approved,
        promotion: () => waiting,
        goPromotion: () => ({ ...deploying, run: null }),
      },
      ['--yes', '--wait'],
      { now: () => new Date(Date.parse('2026-03-01T10:01:00.000Z') + 20_000 * minutes++) },
    );

    expect(code).toBe(0);
    expect(asked.filter((route) => route === 'requestPromotion')).toHaveLength(2);
    expect(asked.at(-1)).toBe('goPromotion');
  });

  it('does not promote another release that took the place of the one that was seen', async () => {
    const superseded: PromotionView = { ...promotion, state: 'superseded', reason: 'superseded by prom_2' };
    const { code, stdout, asked } = await promote({ requestPromotion: () => promotion, promotion: () => superseded }, [
      '--yes',
      '--wait',
    ]);

    expect({ code, last: asked.at(-1) }).toEqual({ code: 6, last: 'promotion' });
    expect(stdout).toContain('superseded by prom_2');
  });

  it('that is refused at the last moment says which gate it was', async () => {
    const refusal = new Failure('promotion-refused', { promotion: 'prom_1', gates: 'artifact (it was built again)' });
    const { code, stderr } = await promote({ requestPromotion: () => approved, goPromotion: () => refusal });

    expect(code).toBe(6);
    expect(stderr).toContain('Promotion prom_1 may not go: artifact (it was built again)');
    expect(stderr).toContain('slipway promotion show prom_1');
  });

  it('whose deployment failed ends with 1', async () => {
    const failed: PromotionView = { ...deploying, state: 'failed', reason: 'Odoo did not start' };
    const { code, stdout } = await promote(
      { requestPromotion: () => approved, goPromotion: () => deploying, run: () => run, promotion: () => failed },
      ['--yes', '--wait'],
    );

    expect(code).toBe(1);
    expect(stdout).toContain('Odoo did not start');
  });

  it.each([
    [['--dry-run', '--wait'], 'not both'],
    [['--emergency', 'x', '--yes'], 'must say why'],
  ])('takes no %j', async (words, reason) => {
    const { code, stderr } = await promote({}, words);

    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});

describe('slipway promotion approve', () => {
  it('approves the commit that was shown', async () => {
    await using server = await startContractServer({ promotion: () => promotion, approvePromotion: () => approved });
    const words = ['promotion', 'approve', 'prom_1', '--project', 'shop'];
    const { code, stderr } = await runSlipway(words, { server, answer: 'y' });

    expect(code).toBe(0);
    expect(stderr).toContain('Approve 4f1c0de5 of shop for production?');
    expect(server.asked.at(-1)?.body).toEqual({ sha: promotion.release.sha, reason: null });
  });

  it('approves nothing without a yes', async () => {
    await using server = await startContractServer({ promotion: () => promotion });
    const words = ['promotion', 'approve', 'prom_1', '--project', 'shop'];

    expect((await runSlipway(words, { server, answer: 'n' })).code).toBe(6);
    expect(server.asked.map(({ route }) => route)).toEqual(['promotion']);
  });
});
