/** What is told of what, in words. Reasons and log lines stay out: a database's error may quote a customer's row. */
import type { NoticeKind } from '@slipway/contracts/notify-config';
import type { Notice } from './notice.ts';

/** A notice before it is known who gets it. */
export interface NoticeDraft extends Omit<Notice, 'id' | 'at'> {
  /** The same for the same happening: it is told once. */
  readonly key: string;
  /** Channels may ask for some stages only; null: of no stage. */
  readonly stage: 'staging' | 'production' | null;
}

export interface DeploymentWords {
  readonly id: string;
  readonly kind: string;
  readonly project: string;
  readonly environment: string;
  readonly sha: string | null;
  readonly requestedBy: string;
}

/** Kinds of runs that bring a version to a stage, or the former one back. */
export const isDeployment = (kind: string): boolean => /^(?:deploy|rollback)-/.test(kind);

export interface DeploymentEnd {
  readonly state: 'started' | 'succeeded' | 'failed';
  readonly step?: string | null;
  readonly code?: string;
}

/** Null: the run is no deployment. A failure is open until the next success of the same environment. */
export const deploymentNotice = (run: DeploymentWords, { state, step, code }: DeploymentEnd): NoticeDraft | null => {
  if (!isDeployment(run.kind)) return null;
  const back = run.kind.startsWith('rollback-');
  const kind = back && state === 'succeeded' ? 'deployment-rolled-back' : (`deployment-${state}` as const);
  const titles: Readonly<Record<string, string>> = {
    'deployment-started': `${run.kind} of ${run.environment} has begun`,
    'deployment-succeeded': `${run.environment} runs ${short(run.sha)}`,
    'deployment-failed': `${run.kind} of ${run.environment} failed`,
    'deployment-rolled-back': `${run.environment} was rolled back to ${short(run.sha)}`,
  };
  return {
    key: `${run.id}-${state}`,
    kind,
    phase: state === 'started' ? 'news' : kind === 'deployment-succeeded' ? 'over' : 'open',
    severity: state === 'failed' ? 'critical' : kind === 'deployment-rolled-back' ? 'warning' : 'info',
    project: run.project,
    stage: stageOf(run.environment),
    subject: `deployment:${run.environment}`,
    title: titles[kind] ?? kind,
    facts: known({
      Environment: run.environment,
      Commit: short(run.sha),
      'Asked for by': run.requestedBy,
      Step: step ?? null,
      Reason: code ?? null,
      'Look at': `slipway run show ${run.id}`,
    }),
  };
};

/** A release that waits for somebody's yes. */
export const approvalNotice = (promotion: {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly sha: string;
  readonly requestedBy: string;
}): NoticeDraft => ({
  key: `${promotion.id}-approval`,
  kind: 'approval-wanted',
  phase: 'news',
  severity: 'info',
  project: promotion.project,
  stage: 'production',
  subject: `promotion:${promotion.id}`,
  title: `${short(promotion.sha)} waits for approval to go to ${promotion.environment}`,
  facts: known({
    Commit: short(promotion.sha),
    'Asked for by': promotion.requestedBy,
    'Look at': `slipway promotion show ${promotion.id}`,
  }),
});

/** Gates were passed over: everybody is to know. */
export const emergencyNotice = (promotion: {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly sha: string;
  readonly who: string;
  readonly passedOver: readonly string[];
}): NoticeDraft => ({
  key: `${promotion.id}-emergency`,
  kind: 'emergency',
  phase: 'news',
  severity: 'warning',
  project: promotion.project,
  stage: 'production',
  subject: `promotion:${promotion.id}`,
  title: `${short(promotion.sha)} goes to ${promotion.environment} as an emergency`,
  facts: known({
    Commit: short(promotion.sha),
    'Decided by': promotion.who,
    'Gates passed over': promotion.passedOver.join(', ') || 'none',
    'Look at': `slipway promotion show ${promotion.id}`,
  }),
});

/** Somebody opened production to shells, or it is closed again: everybody is to know. The reason is theirs, in their words. */
export const glassNotice = (
  glass: {
    readonly id: string;
    readonly project: string;
    readonly environment: string;
    readonly openedBy: string;
    readonly write: boolean;
    readonly reason: string;
    readonly until: string;
  },
  phase: 'open' | 'over',
): NoticeDraft => ({
  key: `${glass.id}-${phase}`,
  kind: 'break-glass',
  phase,
  severity: phase === 'over' ? 'info' : 'warning',
  project: glass.project,
  stage: 'production',
  subject: `break-glass:${glass.id}`,
  title:
    phase === 'open'
      ? `${glass.openedBy} opened ${glass.environment} ${glass.write ? 'to read and write' : 'to read'}`
      : `${glass.environment} is closed again`,
  facts: {
    'Opened by': glass.openedBy,
    Reason: glass.reason,
    Until: glass.until,
    'Look at': 'slipway break-glass list',
  },
});

const TROUBLE: Readonly<Record<string, { readonly kind: NoticeKind; readonly open: string; readonly look: string }>> = {
  'backup-late': { kind: 'backup-late', open: 'Backups are late or fail', look: 'slipway backup list' },
  'cron-down': { kind: 'attention', open: 'Scheduled actions do not run', look: 'slipway production show' },
  'evidence-broken': {
    kind: 'evidence-broken',
    open: 'Evidence was changed after it was written',
    look: 'slipway evidence verify',
  },
};

/** Of what is listed as wrong until it is over. */
export const troubleNotice = (
  event: { readonly id: number; readonly project: string; readonly kind: string; readonly subject: string },
  phase: 'open' | 'over',
): NoticeDraft => {
  const { kind, open, look } = TROUBLE[event.kind] ?? {
    kind: 'attention' as const,
    open: `Something needs attention: ${event.kind}`,
    look: 'slipway backup list',
  };
  return {
    key: `event-${event.id}-${phase}`,
    kind,
    phase,
    severity: phase === 'over' ? 'info' : kind === 'attention' ? 'warning' : 'critical',
    project: event.project,
    stage: null,
    subject: `${event.kind}:${event.subject}`,
    title: `${phase === 'open' ? open : `Over: ${open}`} (${event.project})`,
    facts: { What: event.subject, 'Look at': look },
  };
};

const short = (sha: string | null): string => sha?.slice(0, 12) ?? 'no commit';

const stageOf = (environment: string): NoticeDraft['stage'] => {
  const name = environment.split('/').at(-1);
  return name === 'staging' || name === 'production' ? name : null;
};

const known = (facts: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
