import type { ServerResponse } from 'node:http';
import type { PreviewView, RunView } from '@slipway/contracts/views';
import { describe, expect, it } from 'vitest';
import { type Replies, startContractServer } from '../../testing/contract-server.ts';
import { NOW, runSlipway } from '../../testing/run-slipway.ts';
import { preview, run, running } from '../../testing/samples.ts';

const argv = ['preview', 'open', '--pr', '12', '--ref', 'x', '--project', 'shop', '--wait'];
const failure = {
  code: 'odoo-install-failed',
  message: 'Odoo could not install or update shop_order: ParseError',
  hint: 'The last lines of the log say where.',
  facts: {},
  step: 'update-modules',
  lastLines: ['ParseError: while parsing order.xml:3'],
};

/** Each look sees the next moment; the last one stays. */
const story = (moments: readonly (readonly [Partial<PreviewView>, RunView | null])[]): Replies => {
  let i = 0;
  const at = () => moments[Math.min(i, moments.length - 1)] ?? [{}, null];
  return {
    openPreview: () => ({ run: 'run_1', preview: { ...preview, state: 'queued' } }),
    preview: () => {
      const [changed, of] = at();
      if (of === null) i += 1;
      return { ...preview, run: of === null ? null : 'run_1', ...changed };
    },
    run: () => {
      const [, of] = at();
      i += 1;
      return of;
    },
  };
};

describe('preview open --wait', () => {
  it('shows each state once, then the address and the login', async () => {
    const queued = { ...running, state: 'queued' as const };
    await using server = await startContractServer(
      story([
        [{ state: 'queued', position: 3 }, queued],
        [{ state: 'queued', position: 1 }, queued],
        [{ state: 'building' }, running],
        [{ state: 'building' }, running],
        [{ state: 'live' }, run],
      ]),
    );

    const { code, stdout, stderr } = await runSlipway(argv, { server });

    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      'preview 12 queued, position 3 in the queue',
      'preview 12 queued, position 1 in the queue',
      'preview 12 building, boot-blue (2 of 3)',
    ]);
    expect(stdout).toContain('http://pr-12-round-invoices.localhost:8080');
    expect(stdout).toContain('admin / tall-otter-31');
  });

  it('draws one region over again on a terminal', async () => {
    await using server = await startContractServer(
      story([
        [{ state: 'building' }, running],
        [{}, run],
      ]),
    );

    const { stderr } = await runSlipway(argv, { server, terminal: true });

    expect(stderr).toContain('preview 12 building, boot-blue (2 of 3)');
    expect(stderr.endsWith('\u001b[1A\u001b[J')).toBe(true);
  });

  it('prints only the final view with --json', async () => {
    await using server = await startContractServer(
      story([
        [{ state: 'building' }, running],
        [{}, run],
      ]),
    );

    const { stdout, stderr } = await runSlipway([...argv, '--json'], { server });

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(preview);
  });

  it('waits for the run although an older commit is live meanwhile', async () => {
    const older = 'f'.repeat(40);
    await using server = await startContractServer(
      story([
        [{ state: 'live', liveSha: older }, running],
        [{ state: 'live', liveSha: older }, running],
        [{ state: 'live' }, run],
      ]),
    );

    const { code } = await runSlipway(argv, { server });

    expect(code).toBe(0);
    expect(server.asked.filter(({ route }) => route === 'preview')).toHaveLength(3);
  });

  it.each([
    ['failed', { state: 'failed', failure } as const, { ...run, state: 'failed' } as const],
    [
      'live with an older commit, because the newer one failed',
      { liveSha: 'f'.repeat(40), failure } as const,
      { ...run, state: 'failed' } as const,
    ],
    ['closed', { state: 'closed', url: null } as const, null],
    ['blocked', { state: 'blocked', reason: 'not approved' } as const, null],
  ])('ends with 1 when the preview is %s', async (_, moment, of) => {
    await using server = await startContractServer(story([[moment, of]]));

    const { code, stdout } = await runSlipway(argv, { server });

    expect(code).toBe(1);
    expect(stdout).toContain(moment === undefined ? '' : 'State');
  });

  it('names the step and the last lines of what failed', async () => {
    await using server = await startContractServer(
      story([
        [
          { state: 'failed', failure },
          { ...run, state: 'failed' },
        ],
      ]),
    );

    const { stdout } = await runSlipway(argv, { server });

    expect(stdout).toContain('Failed at step update-modules: Odoo could not install');
    expect(stdout).toContain('    ParseError: while parsing order.xml:3');
  });

  it('follows the run that took the place of ours', async () => {
    const replies = story([
      [{ state: 'building', run: 'run_2' }, running],
      [
        { state: 'live', run: 'run_2' },
        { ...run, id: 'run_2' },
      ],
    ]);
    await using server = await startContractServer(replies);

    const { code } = await runSlipway(argv, { server });

    expect(code).toBe(0);
    expect(server.asked.filter(({ route }) => route === 'run').map(({ parameters }) => parameters.run)).toContain(
      'run_2',
    );
  });

  it('gives up after --timeout with 7', async () => {
    let time = NOW.getTime();
    const now = () => {
      time += 400;
      return new Date(time);
    };
    await using server = await startContractServer(story([[{ state: 'building' }, running]]));

    const { code, stderr } = await runSlipway([...argv, '--timeout', '3s'], { server, now });

    expect(code).toBe(7);
    expect(stderr).toContain('Preview 12 took longer than 3 s; it goes on without us.');
  });

  it('bears a control plane that restarts', async () => {
    const replies = story([
      [{ state: 'building' }, running],
      [{}, run],
    ]);
    const first = await startContractServer(replies);
    const port = Number(new URL(first.url).port);
    let again: PromiseLike<AsyncDisposable> | undefined;
    first.answer({
      // Cuts the answer off, and is back a moment later.
      preview: () => (response: ServerResponse) => {
        response.destroy();
        again = first[Symbol.asyncDispose]().then(() => startContractServer(replies, port));
      },
    });

    const { code, stderr } = await runSlipway(argv, { server: first });
    await (await again)?.[Symbol.asyncDispose]();

    expect(code).toBe(0);
    expect(stderr).toContain('the server does not answer; trying again');
  });

  it('ends with 130 on Ctrl-C, and leaves the preview alone', async () => {
    const interruption = new AbortController();
    const replies = story([[{ state: 'building' }, running]]);
    await using server = await startContractServer(replies);
    setTimeout(() => interruption.abort('SIGINT'), 100);

    const { code } = await runSlipway(argv, { server, signal: interruption.signal });

    expect(code).toBe(130);
    expect(server.asked.map(({ route }) => route)).not.toContain('closePreview');
  });
});
