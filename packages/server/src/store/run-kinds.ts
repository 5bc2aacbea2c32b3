import { Failure } from '@slipway/contracts/failure';

export interface RunKind {
  readonly kind: string;
  /** Builds images or databases: at most `builds` of these run at once, over all control planes. */
  readonly heavy: boolean;
  /** Ends with a running Odoo, so it holds one of the project's `max` places while it runs. */
  readonly takesPlace: boolean;
  /** What a new run of this kind makes needless: waiting and running ones of the environment, or only waiting ones of its own kind. */
  readonly supersedes: 'all' | 'waiting-own' | 'nothing';
  /** Reads what is served and leaves it alone: however it ends, the environment is as it was. */
  readonly upkeep?: true;
}

const opening = (kind: string): RunKind => ({ kind, heavy: true, takesPlace: true, supersedes: 'all' });

/** What the queue has to know of a kind of run; a kind that is not here is refused. */
export const RUN_KINDS: readonly RunKind[] = [
  opening('open-preview'),
  opening('update-preview'),
  opening('rebuild-preview'),
  { kind: 'close-preview', heavy: false, takesPlace: false, supersedes: 'all' },
  { kind: 'sleep-preview', heavy: false, takesPlace: false, supersedes: 'nothing' },
  { kind: 'wake-preview', heavy: false, takesPlace: true, supersedes: 'nothing' },
  // Of stages: a newer commit makes a waiting deployment needless. One that runs ends: where commits come faster than deployments,
  // staging would else never get any. Nothing throws a refresh or a backup away.
  { kind: 'deploy-staging', heavy: true, takesPlace: false, supersedes: 'waiting-own' },
  { kind: 'refresh-staging', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'restore-staging', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'open-production', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'deploy-production', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'rollback-production', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'start-production', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'restore-production', heavy: true, takesPlace: false, supersedes: 'nothing' },
  { kind: 'create-snapshot', heavy: true, takesPlace: false, supersedes: 'nothing', upkeep: true },
  { kind: 'copy-server', heavy: true, takesPlace: false, supersedes: 'nothing', upkeep: true },
  { kind: 'prune-snapshots', heavy: false, takesPlace: false, supersedes: 'nothing', upkeep: true },
  { kind: 'drill-backup', heavy: true, takesPlace: false, supersedes: 'nothing' },
  // Of an older release, or asked for twice.
  { kind: 'rehearse', heavy: true, takesPlace: false, supersedes: 'waiting-own' },
];

/** The contracts list them, too: `failedUpkeep`. */
export const UPKEEP = RUN_KINDS.filter((row) => row.upkeep).map((row) => row.kind);
export const HEAVY = RUN_KINDS.filter((row) => row.heavy).map((row) => row.kind);
/** Kinds after which the environment serves what the run's facts say. */
const SERVING = /^(open|update|rebuild|deploy|rollback|refresh|restore)-(preview|staging|production)$/;
export const SERVES = RUN_KINDS.map((row) => row.kind).filter(
  (kind) => SERVING.test(kind) && kind !== 'restore-production',
);
export const TAKES_PLACE = RUN_KINDS.filter((row) => row.takesPlace).map((row) => row.kind);

/** Failure: kind-unknown. */
export const runKind = (kind: string): RunKind => {
  const found = RUN_KINDS.find((row) => row.kind === kind);
  if (found === undefined)
    throw new Failure('kind-unknown', { what: 'run', kind, known: RUN_KINDS.map((row) => row.kind).join(', ') });
  return found;
};
