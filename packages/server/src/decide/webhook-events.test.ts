import { WEBHOOK_KIND_NAMES } from '@slipway/contracts/webhook-kinds';
import { describe, expect, it } from 'vitest';
import { type Happened, webhookKindsOf } from './webhook-events.ts';

const nothing: Happened = { kind: 'step', state: 'done', runKind: null, wished: null, stage: null };
const run = (runKind: string, state: string, wished: string | null = null) =>
  webhookKindsOf({ ...nothing, kind: 'run', runKind, state, wished });
const of = (kind: string, state: string | null, stage: string | null = null) =>
  webhookKindsOf({ ...nothing, kind, state, stage });

describe('a run', () => {
  it.each([
    ['open-preview', 'succeeded', ['run.finished', 'preview.live']],
    ['rebuild-preview', 'failed', ['run.finished', 'preview.failed']],
    ['close-preview', 'succeeded', ['run.finished', 'preview.closed']],
    ['close-preview', 'failed', ['run.finished']],
    ['wake-preview', 'succeeded', ['run.finished']],
    ['deploy-staging', 'succeeded', ['run.finished', 'deployment.succeeded']],
    ['deploy-production', 'failed', ['run.finished', 'deployment.failed']],
    ['deploy-production', 'cancelled', ['run.finished']],
    ['deploy-production', 'running', []],
    ['rollback-production', 'succeeded', ['run.finished', 'production.rolled-back']],
    ['rollback-production', 'failed', ['run.finished', 'deployment.failed']],
    ['refresh-staging', 'succeeded', ['run.finished', 'staging.refreshed']],
    ['drill-backup', 'failed', ['run.finished', 'drill.failed']],
  ])('%s that is %s: %j', (kind, state, kinds) => {
    expect(run(kind, state)).toEqual(kinds);
  });

  it('that takes a backup and fails is told as what it was to be', () => {
    expect(run('create-snapshot', 'failed', 'raw')).toContain('backup.failed');
    expect(run('create-snapshot', 'failed', 'sanitised')).toContain('snapshot.failed');
    expect(run('create-snapshot', 'succeeded', 'raw')).toEqual(['run.finished']);
  });
});

describe('what else changes', () => {
  it.each([
    ['promotion', 'requested', null, ['promotion.requested']],
    ['promotion', 'refused', null, ['promotion.refused']],
    // Judged anew.
    ['promotion', null, null, []],
    ['approval', 'approved', null, ['promotion.approved']],
    ['approval', 'refused', null, []],
    ['environment', 'blocked', 'preview', ['preview.blocked']],
    ['environment', null, 'preview', []],
    ['environment', 'blocked', 'staging', []],
    ['snapshot', 'raw', null, ['backup.created']],
    // Pinned.
    ['snapshot', 'changed', null, []],
    ['rehearsal', 'failed', null, ['rehearsal.finished']],
    ['attention', 'open', null, ['attention.wanted']],
    ['attention', 'over', null, ['attention.over']],
    ['notice', 'sent', null, []],
    ['mail', null, null, []],
  ])('%s that becomes %s (%s): %j', (kind, state, stage, kinds) => {
    expect(of(kind, state, stage)).toEqual(kinds);
  });

  it('has every kind that the table offers', () => {
    const stages = [null, 'preview'];
    const states = [
      'succeeded',
      'failed',
      'requested',
      'refused',
      'approved',
      'blocked',
      'raw',
      'sanitised',
      'open',
      'over',
    ];
    const kinds = ['run', 'promotion', 'approval', 'environment', 'snapshot', 'rehearsal', 'attention'];
    const runs = [
      'open-preview',
      'close-preview',
      'deploy-staging',
      'rollback-production',
      'refresh-staging',
      'drill-backup',
    ];
    const all = states.flatMap((state) => [
      ...kinds.flatMap((kind) => stages.flatMap((stage) => of(kind, state, stage))),
      ...[...runs, 'create-snapshot'].flatMap((kind) => [...run(kind, state, 'raw'), ...run(kind, state, 'sanitised')]),
    ]);

    expect([...new Set(all)].sort()).toEqual([...WEBHOOK_KIND_NAMES].sort());
  });
});
