import { describe, expect, it } from 'vitest';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';
import { preview } from '../testing/samples.ts';

const project = ['--project', 'shop'];
const accepted = { run: 'run_1', preview };

describe('what cannot be undone', () => {
  const replies = { preview: () => preview, closePreview: () => accepted, rebuildPreview: () => accepted };
  const close = ['preview', 'close', '12', ...project];
  const fresh = ['preview', 'rebuild', '12', '--fresh', ...project];

  it.each([
    [close, 'Close preview 12 of shop (Round invoices) and remove its database odoo_pr_12 and its files? [y/N]'],
    [fresh, 'Throw away the database of preview 12 of shop, with what was entered in it? [y/N]'],
  ])('%j is asked for on a terminal', async (argv, question) => {
    await using server = await startContractServer(replies);

    const refused = await runSlipway(argv, { server, answer: 'no' });
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain(question);
    expect(refused.stderr).toMatch(/Nothing was (closed|built)\./);
    expect(server.asked.filter(({ route }) => route !== 'preview')).toEqual([]);

    expect((await runSlipway(argv, { server, answer: 'y' })).code).toBe(0);
    expect(server.asked.at(-1)?.route).toMatch(/closePreview|rebuildPreview/);
  });

  it.each([
    [close, undefined],
    [fresh, undefined],
    [[...close, '--json'], 'y'],
  ])('%j needs --yes where nobody can answer', async (argv, answer) => {
    await using server = await startContractServer(replies);

    const { code, stderr } = await runSlipway(argv, { server, ...(answer === undefined ? {} : { answer }) });

    expect(code).toBe(2);
    expect(stderr).toContain('nobody is here to be asked, so this needs --yes.');
    expect(server.asked).toEqual([]);
    expect((await runSlipway([...argv, '--yes'], { server })).code).toBe(0);
  });

  it('a rebuild that keeps the database asks nothing', async () => {
    await using server = await startContractServer(replies);

    expect((await runSlipway(['preview', 'rebuild', '12', ...project], { server })).code).toBe(0);
  });
});

describe('a verb whose end is reached', () => {
  it('says that there was nothing to do', async () => {
    const answer = { run: null, preview: { ...preview, state: 'sleeping' } };
    await using server = await startContractServer({ sleepPreview: () => answer });

    const { code, stdout } = await runSlipway(['preview', 'sleep', '12', ...project], { server });

    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ Nothing to do: preview 12 is sleeping already.\n' });
  });
});
