import type { GuardSummary } from '@slipway/contracts/guards-views';

/** The files of one commit, for one environment. */
export interface CheckRequest {
  readonly environment: string;
  /** Absolute; a checkout that nobody changes. */
  readonly folder: string;
  /** ISO date: accepted findings have a last day. */
  readonly today: string;
}

/** What the guards found: what `slipway guard` finds in the same files on the same day. */
export interface CheckReport {
  readonly summary: GuardSummary;
  /** As `slipway guard --json` prints it, but for findings beyond the first thousands, which are only counted. */
  readonly json: string;
  readonly text: string;
}

/** Runs the guards over a repository, bounded in time and memory; nothing of it is executed. */
export interface RepositoryChecks {
  /**
   * Says that a report will be asked for: it is begun below everything else that this machine does, and not waited for. It may fail in
   * silence, or be left out. Another request of the same environment takes its place.
   */
  expect(request: CheckRequest): void;
  /** The report; begun now when it was not expected. Aborting ends the work. Failure: check-unfinished, when time or memory were not enough. */
  report(request: CheckRequest, signal: AbortSignal): Promise<CheckReport>;
}
