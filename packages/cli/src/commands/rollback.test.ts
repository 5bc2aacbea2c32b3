import { describe, expect, it } from 'vitest';
import { type Replies, startContractServer } from '../testing/contract-server.ts';
import { first, production } from '../testing/production-cases.ts';
import { runSlipway, type Situation } from '../testing/run-slipway.ts';
import { run } from '../testing/samples.ts';

const LOSSLESS = {
  ...production,
  wayBack: { deployment: 'run_1', sha: 'b'.repeat(40), losesData: false, since: null },
};

const rollBack = async (view: object, words: readonly string[], situation: Situation = {}) => {
  const replies: Replies = { production: () => view, rollbackProduction: () => ({ run: 'run_1' }), run: () => run };
  await using server = await startContractServer(replies);
  const outcome = await runSlipway(['rollback', '--project', 'shop', ...words], { server, ...situation });
  const sent = server.asked.filter(({ route }) => route === 'rollbackProduction').map(({ body }) => body);
  return { ...outcome, sent };
};

describe('slipway rollback', () => {
  it('says what going back loses, and asks', async () => {
    const no = await rollBack(production, [], { answer: 'n' });
    expect(no.stderr).toContain(
      'back to bbbbbbbb (run_1), with the database that it had; what was written since 2026-03-01T10:00:00.000Z is not in it?',
    );
    expect({ code: no.code, sent: no.sent }).toEqual({ code: 6, sent: [] });

    const yes = await rollBack(production, [], { answer: 'y' });
    expect({ code: yes.code, sent: yes.sent }).toEqual({ code: 0, sent: [{ to: null, confirm: true }] });
  });

  it('says that nothing is lost where it is the same database', async () => {
    const { stderr } = await rollBack(LOSSLESS, [], { answer: 'n' });
    expect(stderr).toContain('on the same database; nothing is lost?');
  });

  it('goes back to a deployment that is named', async () => {
    const { stderr, sent } = await rollBack(production, ['--to', 'run_1'], { answer: 'y' });
    expect(stderr).toContain('Bring production of shop back to run_1? What was written since may be lost.');
    expect(sent).toEqual([{ to: 'run_1', confirm: true }]);
  });

  it('asks nothing where there is nothing to go back to', async () => {
    const { code, stderr, sent } = await rollBack(first, [], { answer: 'y' });
    expect(stderr).toContain('There is nothing to go back to: run_1 is the first version');
    expect(stderr).not.toContain('[y/N]');
    expect({ code, sent }).toEqual({ code: 6, sent: [] });
  });

  it('needs --yes where nobody can answer', async () => {
    const { code, stderr, sent } = await rollBack(production, []);
    expect({ code, sent }).toEqual({ code: 2, sent: [] });
    expect(stderr).toContain('needs --yes');
    expect((await rollBack(production, ['--yes'])).sent).toEqual([{ to: null, confirm: true }]);
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
