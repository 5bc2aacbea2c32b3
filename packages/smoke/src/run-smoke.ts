import type { SmokeReport, SmokeResult } from '@slipway/contracts/smoke-views';
import type { CheckContext, Session, SmokeCheck, SmokeSubject } from './check.ts';
import { checksFor } from './registry.ts';
import { openSession } from './session.ts';

export interface SmokeRun extends SmokeSubject {
  /** Checks beside those of the registry, after them: the browser's. */
  readonly more?: readonly SmokeCheck[];
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
}

export type SmokeEvent =
  | { readonly kind: 'started'; readonly check: SmokeCheck; readonly index: number; readonly of: number }
  | { readonly kind: 'result'; readonly result: SmokeResult };

/** One check after the other: two at once would spoil what the other measures. Throws the signal's reason when it is aborted. */
export async function* runSmoke(run: SmokeRun): AsyncGenerator<SmokeEvent> {
  const context = contextOf(run);
  const checks = [...checksFor(run.settings), ...(run.more ?? [])];
  let silent: string | null = null;
  for (const [index, check] of checks.entries()) {
    run.signal.throwIfAborted();
    yield { kind: 'started', check, index, of: checks.length };
    const begun = run.now();
    const outcome =
      silent === null
        ? await check.run(context)
        : ({ state: 'skipped', measured: `nothing answers: ${silent}` } as const);
    // Where nobody answers at all, fifteen more time-outs say nothing new.
    if (index === 0 && outcome.state === 'fail') silent = await whySilent(context);
    const milliseconds = Math.round(run.now() - begun);
    const told = { check: check.id, title: check.title, state: outcome.state, measured: outcome.measured };
    yield { kind: 'result', result: { ...told, fix: outcome.state === 'fail' ? outcome.fix : null, milliseconds } };
  }
}

const contextOf = ({ http, more: _, ...run }: SmokeRun): CheckContext => {
  const context = { ...run, ask: (request: Parameters<SmokeSubject['http']>[0]) => http(request, run.signal) };
  let session: Promise<Session> | undefined;
  return {
    ...context,
    session: () => {
      session ??= openSession(context);
      return session;
    },
  };
};

const whySilent = async ({ ask }: CheckContext): Promise<string | null> => {
  const answer = await ask({ method: 'GET', path: '/web/login' });
  return 'error' in answer ? answer.error : null;
};

export const reportOf = (url: URL, results: readonly SmokeResult[], at: string): SmokeReport => {
  const failed = results.filter(({ state }) => state === 'fail').map(({ check }) => check);
  return { ok: failed.length === 0, url: url.href, at, failed, results: [...results] };
};

/** `login-page (answers 500), load (p95 812 ms)`: for one line of text. */
export const failedText = (results: readonly SmokeResult[]): string =>
  results
    .filter(({ state }) => state === 'fail')
    .map(({ check, measured }) => `${check} (${measured})`)
    .join(', ');
