import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import { guardSummary } from '@slipway/contracts/guards-views';
import { z } from 'zod';
import type { CheckReport, CheckRequest, RepositoryChecks } from '../../../ports/repository-checks.ts';
import { CommandError, type CommandResult, runCommand } from '../../shared/run-command.ts';

export interface CheckLimits {
  readonly seconds: number;
  /** Of what JavaScript holds, and again of what the XML parser does. */
  readonly megabytes: number;
}

const LIMITS: CheckLimits = { seconds: 60, megabytes: 256 };
/** The least that there is: whoever waits for a preview waits for something else. */
const IN_BACKGROUND = 19;
/** As every program of ours: somebody waits for it. */
const WAITED_FOR = 5;
const PATIENCE_MS = 2_000;
/** Expected at once; the oldest gives way. */
const MOST_EXPECTED = 4;
const MOST_ANSWER = 16 * 2 ** 20;
const WASM_PAGE_KB = 64;
const CHILD = join(import.meta.dirname, 'child.ts');

const answer = z.strictObject({ summary: guardSummary, json: z.string(), text: z.string() });

interface Check {
  readonly request: CheckRequest;
  readonly stop: AbortController;
  readonly report: Promise<CheckReport>;
}

/** `stop` ends what is under way, when the control plane does. */
export const openProcessChecks = (limits: CheckLimits = LIMITS): RepositoryChecks & { stop(): void } => {
  const expected = new Map<string, Check>();
  const forget = (environment: string): void => {
    expected.get(environment)?.stop.abort();
    expected.delete(environment);
  };
  const taken = (request: CheckRequest): Check | undefined => {
    const found = expected.get(request.environment);
    if (found === undefined || !isSame(found.request, request)) return undefined;
    expected.delete(request.environment);
    return found;
  };
  return {
    expect: (request) => {
      const found = expected.get(request.environment);
      if (found !== undefined && isSame(found.request, request)) return;
      forget(request.environment);
      const [oldest] = expected.keys();
      if (expected.size >= MOST_EXPECTED && oldest !== undefined) forget(oldest);
      expected.set(request.environment, begin(request, IN_BACKGROUND, limits));
    },
    report: async (request, signal) => {
      const early = taken(request);
      const ready = early === undefined ? null : await inTime(early, signal);
      signal.throwIfAborted();
      return ready ?? ended(begin(request, WAITED_FOR, limits), signal);
    },
    stop: () => {
      for (const environment of expected.keys()) forget(environment);
    },
  };
};

/** The report, or null when it is not there in a moment: then others had all of the processor, and it is begun anew in its turn. */
const inTime = async (early: Check, signal: AbortSignal): Promise<CheckReport | null> => {
  const over = new AbortController();
  const late = sleep(PATIENCE_MS, null, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => null);
  try {
    return await Promise.race([early.report.catch(() => null), late]);
  } finally {
    over.abort();
    early.stop.abort();
  }
};

const ended = async (check: Check, signal: AbortSignal): Promise<CheckReport> => {
  const stop = (): void => check.stop.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await check.report;
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

const isSame = (one: CheckRequest, other: CheckRequest): boolean =>
  one.folder === other.folder && one.today === other.today;

const begin = (request: CheckRequest, niceness: number, limits: CheckLimits): Check => {
  const stop = new AbortController();
  const report = look(request, niceness, limits, stop.signal);
  // Nobody may ever ask for it.
  report.catch(() => undefined);
  return { request, stop, report };
};

const look = async (
  request: CheckRequest,
  niceness: number,
  limits: CheckLimits,
  signal: AbortSignal,
): Promise<CheckReport> => {
  const result = await run(request, niceness, limits, signal);
  if (result.exitCode !== 0) throw unfinished(request, reasonOf(result, limits));
  return answer.parse(JSON.parse(result.stdout));
};

const run = async (
  { folder, today }: CheckRequest,
  niceness: number,
  { seconds, megabytes }: CheckLimits,
  signal: AbortSignal,
): Promise<CommandResult> => {
  const memory = [
    `--max-old-space-size=${megabytes}`,
    `--wasm-max-mem-pages=${(megabytes * 1024) / WASM_PAGE_KB}`,
    '--max-semi-space-size=4',
  ];
  // Should we be killed, nobody would end it: `timeout` does.
  const outlived = ['--foreground', '--kill-after=2', String(seconds + 5)];
  const child = [process.execPath, ...memory, '--no-warnings', CHILD, folder, today, String(niceness)];
  try {
    return await runCommand('timeout', [...outlived, ...child], {
      cwd: '/',
      niceness,
      signal,
      timeoutSeconds: seconds,
      maxBytes: MOST_ANSWER,
    });
  } catch (error) {
    if (!(error instanceof CommandError) || error.reason === 'aborted') throw error;
    const reason = error.reason === 'timed-out' ? `it took longer than ${seconds} s` : error.message;
    throw unfinished({ folder }, reason, error);
  }
};

const OUT_OF_MEMORY = /heap out of memory|Cannot allocate Wasm memory|Array buffer allocation failed/;

const reasonOf = ({ exitCode, stderr }: CommandResult, { megabytes }: CheckLimits): string => {
  if (OUT_OF_MEMORY.test(stderr)) return `it took more than ${megabytes} MB of memory`;
  const [said] = /^\w*(?:Error|Failure)\b.*$/m.exec(stderr) ?? [];
  return said?.slice(0, 300) ?? `it ended with code ${exitCode}`;
};

/** Checkouts are called as their commit is. */
const unfinished = ({ folder }: Pick<CheckRequest, 'folder'>, reason: string, cause?: unknown): Failure =>
  new Failure('check-unfinished', { sha: folder.split('/').at(-1)?.slice(0, 12), reason }, cause);
