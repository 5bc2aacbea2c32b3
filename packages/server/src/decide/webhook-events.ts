import type { WebhookKind } from '@slipway/contracts/webhook-kinds';

/** What is known of a change when it is decided who is told of it. */
export interface Happened {
  readonly kind: string;
  readonly state: string | null;
  /** Of a run. */
  readonly runKind: string | null;
  /** Of a run that takes a snapshot: which kind. */
  readonly wished: string | null;
  readonly stage: string | null;
}

const ENDED: ReadonlySet<string | null> = new Set(['succeeded', 'failed', 'cancelled', 'superseded']);

/** What a change means for people; nothing, for most. */
export const webhookKindsOf = (change: Happened): WebhookKind[] => {
  switch (change.kind) {
    case 'run':
      return ENDED.has(change.state) ? ['run.finished', ...ofEndedRun(change)] : [];
    case 'environment':
      return change.stage === 'preview' && change.state === 'blocked' ? ['preview.blocked'] : [];
    case 'promotion':
      return ofPromotion(change.state);
    case 'approval':
      return change.state === 'approved' ? ['promotion.approved'] : [];
    case 'snapshot':
      return ofSnapshot(change.state);
    case 'rehearsal':
      return ['rehearsal.finished'];
    case 'attention':
      return [change.state === 'open' ? 'attention.wanted' : 'attention.over'];
    default:
      return [];
  }
};

const ofPromotion = (state: string | null): WebhookKind[] => {
  if (state === 'requested') return ['promotion.requested'];
  return state === 'refused' ? ['promotion.refused'] : [];
};

const ofSnapshot = (state: string | null): WebhookKind[] => {
  if (state === 'raw') return ['backup.created'];
  return state === 'sanitised' ? ['snapshot.created'] : [];
};

/** Of runs that succeed, and of runs that fail; who cancels one knows of it. */
const ENDS: Readonly<Record<string, readonly [WebhookKind | null, WebhookKind | null]>> = {
  'open-preview': ['preview.live', 'preview.failed'],
  'update-preview': ['preview.live', 'preview.failed'],
  'rebuild-preview': ['preview.live', 'preview.failed'],
  'close-preview': ['preview.closed', null],
  'deploy-staging': ['deployment.succeeded', 'deployment.failed'],
  'open-production': ['deployment.succeeded', 'deployment.failed'],
  'deploy-production': ['deployment.succeeded', 'deployment.failed'],
  'rollback-production': ['production.rolled-back', 'deployment.failed'],
  'refresh-staging': ['staging.refreshed', null],
  'restore-staging': ['staging.refreshed', null],
  'drill-backup': ['drill.succeeded', 'drill.failed'],
};

const ofEndedRun = ({ state, runKind, wished }: Happened): WebhookKind[] => {
  if (runKind === 'create-snapshot' && state === 'failed')
    return [wished === 'raw' ? 'backup.failed' : 'snapshot.failed'];
  const [well, badly] = ENDS[runKind ?? ''] ?? [null, null];
  const kind = state === 'succeeded' ? well : state === 'failed' ? badly : null;
  return kind === null ? [] : [kind];
};
