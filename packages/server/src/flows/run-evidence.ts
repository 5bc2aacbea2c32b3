import type { LogSink, LogStream } from '../domain/log.ts';
import { type Evidence, openEvidence } from '../evidence/evidence.ts';
import { Redactor } from '../evidence/redactor.ts';
import { appendLogLines } from '../store/log-lines.ts';
import type { Run } from '../store/runs.ts';
import type { Slipway } from './slipway.ts';

const FLUSH_MILLISECONDS = 200;

export interface RunEvidence {
  /** What people watch: masked, kept in the database at once, and a file of the evidence at the end. */
  readonly log: LogSink;
  readonly keep: (path: string, content: string) => Promise<void>;
  /** Seals the run: a manifest of all files, in the chain. */
  readonly seal: (summary: unknown) => Promise<void>;
  readonly flush: () => Promise<void>;
}

/** The evidence of a run, opened again after a crash: what was kept before stays. */
export const openRunEvidence = async (slipway: Slipway, run: Run): Promise<RunEvidence> => {
  const redactor = new Redactor(await slipway.knownSecrets());
  const evidence = atFirstUse(() =>
    openEvidence({
      folder: slipway.evidenceFolder,
      db: slipway.db,
      run: run.id,
      fence: run.fence,
      signing: slipway.evidenceSigning,
      startedAt: new Date(run.requestedAt),
      redactor,
      clock: slipway.clock,
    }),
  );
  let waiting: { at: string; stream: LogStream; text: string }[] = [];
  let flushing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    if (lines.length > 0) {
      flushing = flushing
        .then(() => appendLogLines(slipway.db, run.id, lines))
        .catch((error: unknown) => slipway.logger.warn({ err: error, run: run.id }, 'log lines could not be stored'));
    }
    return flushing;
  };
  let timer: NodeJS.Timeout | undefined;
  const log: LogSink = (stream, line) => {
    waiting.push({ at: slipway.clock.now().toISOString(), stream, text: redactor.text(line) });
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, FLUSH_MILLISECONDS);
  };
  return {
    log,
    keep: async (path, content) => (await evidence()).add(path, content),
    seal: async (summary) => {
      await flush();
      const opened = await evidence();
      await opened.add('build/run.json', `${JSON.stringify(summary, null, 2)}\n`);
      await opened.seal();
    },
    flush: () => {
      clearTimeout(timer);
      timer = undefined;
      return flush();
    },
  };
};

/** A disk that is full is then a failure of the run, and not a run that can neither begin nor end. */
const atFirstUse = (open: () => Promise<Evidence>): (() => Promise<Evidence>) => {
  let opening: Promise<Evidence> | undefined;
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
};
