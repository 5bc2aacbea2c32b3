import type { ServerResponse } from 'node:http';
import type { RunView } from '@slipway/contracts/views';
import { describe, expect, it } from 'vitest';
import { type Replies, startContractServer } from '../testing/contract-server.ts';
import { NOW, runSlipway } from '../testing/run-slipway.ts';
import { run, running } from '../testing/samples.ts';

const argv = ['backup', 'create', '--wait', '--project', 'shop'];

/** Each look sees the next moment; the last one stays. */
const story = (...moments: readonly RunView[]): Replies => {
  let i = 0;
  return {
    createSnapshot: () => ({ run: 'run_1' }),
    run: () => moments[Math.min(i++, moments.length - 1)],
  };
};
const queued: RunView = { ...running, state: 'queued', position: 2, reason: 'another run of production is open' };

describe('--wait of a verb that asks for a run', () => {
  it('shows each state once, then the run', async () => {
    await using server = await startContractServer(story(queued, queued, running, running, run));

    const { code, stdout, stderr } = await runSlipway(argv, { server });

    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      'open-preview queued, position 2 in the queue',
      'open-preview running, boot-blue (2 of 3)',
    ]);
    expect(stdout).toContain('succeeded');
  });

  it('draws one region over again on a terminal, with the reason, and takes it away', async () => {
    await using server = await startContractServer(story(queued, run));

    const { stderr } = await runSlipway(argv, { server, terminal: true });

    expect(stderr).toContain('another run of production is open');
    expect(stderr.endsWith('\u001b[2A\u001b[J')).toBe(true);
  });

  it('prints only the run at its end with --json', async () => {
    await using server = await startContractServer(story(running, run));

    const { stdout, stderr } = await runSlipway([...argv, '--json'], { server });

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(run);
  });

  it.each(['failed', 'cancelled', 'superseded'] as const)(
    'ends with 1 when the run %s, and says why',
    async (state) => {
      const failure = {
        code: 'store-unreachable',
        message: 'The bucket does not answer.',
        hint: 'Look at it.',
        facts: {},
      };
      const ended = { ...run, state, failure: { ...failure, step: 'write-snapshot', lastLines: [] } };
      await using server = await startContractServer(story(running, ended));

      const { code, stdout } = await runSlipway(argv, { server });

      expect(code).toBe(1);
      expect(stdout).toContain('The bucket does not answer.\n  Look at it.');
      expect((await runSlipway([...argv, '--json'], { server })).code).toBe(1);
    },
  );

  it('without it a run that fails is not ours to judge', async () => {
    await using server = await startContractServer(story({ ...run, state: 'failed' }));

    expect(
      (
        await runSlipway(
          argv.filter((word) => word !== '--wait'),
          { server },
        )
      ).code,
    ).toBe(0);
  });

  it('bears a control plane that restarts', async () => {
    const replies = story(running, run);
    const first = await startContractServer(replies);
    const port = Number(new URL(first.url).port);
    let again: PromiseLike<AsyncDisposable> | undefined;
    first.answer({
      // Cuts the answer off, and is back a moment later.
      run: () => (response: ServerResponse) => {
        response.destroy();
        again = first[Symbol.asyncDispose]().then(() => startContractServer(replies, port));
      },
    });

    const { code, stderr } = await runSlipway(argv, { server: first });
    await (await again)?.[Symbol.asyncDispose]();

    expect(code).toBe(0);
    expect(stderr).toContain('the server does not answer; trying again');
  });

  it('gives up with 5 on a control plane that stays away for a minute', async () => {
    let time = NOW.getTime();
    const now = () => {
      time += 5000;
      return new Date(time);
    };
    const server = await startContractServer({});
    server.answer({
      createSnapshot: () => ({ run: 'run_1' }),
      run: () => (response: ServerResponse) => {
        response.destroy();
        void server[Symbol.asyncDispose]();
      },
    });

    expect((await runSlipway(argv, { server, now })).code).toBe(5);
  });

  it('gives up after --timeout with 7; the run goes on', async () => {
    let time = NOW.getTime();
    const now = () => {
      time += 400;
      return new Date(time);
    };
    await using server = await startContractServer(story(running));

    const { code, stderr } = await runSlipway([...argv, '--timeout', '3s'], { server, now });

    expect(code).toBe(7);
    expect(stderr).toContain('Run run_1 took longer than 3 s; it goes on without us.');
    expect(server.asked.map(({ route }) => route)).not.toContain('cancelRun');
  });

  it('ends with 130 on Ctrl-C, and leaves the run alone', async () => {
    const interruption = new AbortController();
    await using server = await startContractServer(story(running));
    setTimeout(() => interruption.abort('SIGINT'), 100);

    const { code } = await runSlipway(argv, { server, signal: interruption.signal });

    expect(code).toBe(130);
    expect(server.asked.map(({ route }) => route)).not.toContain('cancelRun');
  });
});
