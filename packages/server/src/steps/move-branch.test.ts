import { Failure } from '@slipway/contracts/failure';
import { describe, expect, it } from 'vitest';
import type { ReleaseBranch } from '../ports/release-branch.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import { bindStep } from './index.ts';
import { moveBranch } from './move-branch.ts';
import type { StepContext } from './step.ts';

const SHA = 'a'.repeat(40);
const step = moveBranch.as('move-branch', {
  ...{ project: 'shop', branch: 'main', sha: SHA, tag: 'production-2026-11-21', message: 'Released' },
});
const away = new Failure('repository-unreachable', { repository: 'shop', reason: 'no route' });

/** A repository whose branch is at `head`, and one that answers `forward` as it is told. */
const carryOut = async (
  given: {
    readonly head?: string;
    readonly contained?: boolean;
    readonly forward?: () => Promise<'moved'>;
    readonly signal?: AbortSignal;
  } = {},
) => {
  const calls: string[] = [];
  const waits: number[] = [];
  const release: ReleaseBranch = {
    forward: async (branch, sha) => {
      calls.push(`forward ${branch} ${sha.slice(0, 4)}`);
      return given.forward?.() ?? 'moved';
    },
    tag: async ({ prefix }) => {
      calls.push(`tag ${prefix}`);
      return `${prefix}-1`;
    },
  };
  const repository = {
    branches: async () => ({ main: given.head ?? 'b'.repeat(40) }),
    history: { contains: async () => given.contained ?? false, commits: async () => [] },
  } as unknown as SourceRepository;
  const ports = { releases: async () => release, repository: async () => repository };
  const context = {
    ports,
    signal: given.signal ?? new AbortController().signal,
    log: () => undefined,
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
  } as unknown as StepContext;
  const outcome = await bindStep(step).run(context);
  return { calls, waits, ...outcome };
};

describe('moving the branch of production', () => {
  it('moves it forward and tags the release', async () => {
    expect(await carryOut()).toMatchObject({
      calls: ['forward main aaaa', 'tag production-2026-11-21'],
      note: 'main moved forward, tagged production-2026-11-21-1',
      receipt: { moved: true, branch: 'moved', tag: 'production-2026-11-21-1', reason: null },
    });
  });

  it('leaves a branch that has the release already, and tags all the same', async () => {
    expect(await carryOut({ contained: true })).toMatchObject({
      calls: ['tag production-2026-11-21'],
      receipt: { moved: true, branch: 'there' },
    });
  });

  it('never fails a deployment: a branch that has diverged is told', async () => {
    const diverged = async () => Promise.reject(new Failure('branch-diverged', { branch: 'main', sha: SHA }));

    expect(await carryOut({ forward: diverged })).toMatchObject({
      waits: [],
      receipt: { moved: false, reason: expect.stringContaining('never moved by force') },
    });
  });

  it('tries again while the repository is away, and gives up in a minute', async () => {
    const { waits, receipt } = await carryOut({ forward: () => Promise.reject(away) });

    expect(waits).toEqual([2000, 4000, 8000, 16_000]);
    expect(receipt).toMatchObject({ moved: false, reason: expect.stringContaining('no route') });
  });

  it('goes on where it was when the repository is back', async () => {
    const answers = [() => Promise.reject(away), async () => 'moved' as const];

    const { receipt } = await carryOut({ forward: () => (answers.shift() ?? answers[0])?.() ?? Promise.reject(away) });
    expect(receipt).toMatchObject({ moved: true });
  });

  it('that is asked to stop is not done', async () => {
    const forward = () => Promise.reject(away);

    await expect(carryOut({ forward, signal: AbortSignal.abort() })).rejects.toThrow(away.message);
  });
});
