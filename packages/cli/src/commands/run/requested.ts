import type { RunView } from '@slipway/contracts/views';
import type { z } from 'zod';
import type { ApiClient } from '../../api/client.ts';
import type { Flag } from '../../command.ts';
import type { ExitName } from '../../exit-codes.ts';
import { milliseconds } from '../../inputs.ts';
import type { Screen } from '../../output/screen.ts';
import type { Session } from '../../session.ts';
import { runText } from '../../show/run.ts';
import { awaitRun } from './await-run.ts';

/** For verbs that ask for a run: whether to wait for its end, and how long. */
export const WAIT: readonly Flag[] = [
  { flags: '--wait', says: 'wait until it has ended' },
  { flags: '--timeout <duration>', says: 'how long to wait (default: 6h)' },
];
export const timeout = milliseconds.prefault('6h');

export const requestedRun = async (
  session: Session,
  input: { readonly wait: boolean; readonly timeout: z.output<typeof timeout> },
  ask: (api: ApiClient, project: string) => Promise<{ readonly run: string }>,
): Promise<RunView> => {
  const [api, project] = [await session.api(), await session.project()];
  const { run } = await ask(api, project);
  return input.wait
    ? awaitRun(run, { session, api, timeout: input.timeout })
    : api.call('run', { parameters: { run } });
};

export const requestedText = (run: RunView, screen: Screen, { wait }: { readonly wait: boolean }): string =>
  wait
    ? runText(run, screen)
    : `${screen.ok} Taken as run ${run.id}.\n  Follow it: slipway run logs ${run.id} --follow`;

export const requestedExit = (run: RunView, { wait }: { readonly wait: boolean }): ExitName =>
  wait && run.state !== 'succeeded' ? 'failed' : 'ok';
