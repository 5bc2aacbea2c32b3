import { Failure } from '@slipway/contracts/failure';

export interface RunKind {
  readonly kind: string;
  /** Builds images or databases: at most `builds` of these run at once, over all control planes. */
  readonly heavy: boolean;
  /** Ends with a running Odoo, so it holds one of the project's `max` places while it runs. */
  readonly takesPlace: boolean;
  /** Whether a new run of this kind makes waiting and running ones of the environment needless. */
  readonly supersedes: boolean;
}

const opening = (kind: string): RunKind => ({ kind, heavy: true, takesPlace: true, supersedes: true });

/** What the queue has to know of a kind of run; a kind that is not here is refused. */
export const RUN_KINDS: readonly RunKind[] = [
  opening('open-preview'),
  opening('update-preview'),
  opening('rebuild-preview'),
  { kind: 'close-preview', heavy: false, takesPlace: false, supersedes: true },
  { kind: 'sleep-preview', heavy: false, takesPlace: false, supersedes: false },
  { kind: 'wake-preview', heavy: false, takesPlace: true, supersedes: false },
  // Of stages: a newer commit makes an older deployment needless, but nothing throws a refresh or a backup away.
  { kind: 'deploy-staging', heavy: true, takesPlace: false, supersedes: false },
  { kind: 'refresh-staging', heavy: true, takesPlace: false, supersedes: false },
  { kind: 'restore-staging', heavy: true, takesPlace: false, supersedes: false },
  { kind: 'create-snapshot', heavy: true, takesPlace: false, supersedes: false },
  { kind: 'copy-server', heavy: true, takesPlace: false, supersedes: false },
  { kind: 'prune-snapshots', heavy: false, takesPlace: false, supersedes: false },
  { kind: 'drill-backup', heavy: true, takesPlace: false, supersedes: false },
];

export const HEAVY = RUN_KINDS.filter((row) => row.heavy).map((row) => row.kind);
export const TAKES_PLACE = RUN_KINDS.filter((row) => row.takesPlace).map((row) => row.kind);

/** Failure: kind-unknown. */
export const runKind = (kind: string): RunKind => {
  const found = RUN_KINDS.find((row) => row.kind === kind);
  if (found === undefined)
    throw new Failure('kind-unknown', { what: 'run', kind, known: RUN_KINDS.map((row) => row.kind).join(', ') });
  return found;
};
