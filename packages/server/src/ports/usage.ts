import type { SlotName } from './workload.ts';

/** What one container takes now; what a stopped one takes is null. */
export interface SlotUsage {
  readonly running: boolean;
  /** ISO. */
  readonly startedAt: string | null;
  readonly memoryBytes: number | null;
  /** Null: it has none. */
  readonly memoryLimitBytes: number | null;
  /** 100 is one whole core. */
  readonly cpuPercent: number | null;
}

/** How much of the machine containers use. Looks only. Failure: docker-unreachable (retry). */
export interface Usage {
  /** Null: there is no such container. */
  of(name: SlotName): Promise<SlotUsage | null>;
}
