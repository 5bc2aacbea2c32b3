/** What people are told of a version that is worse than the one before. Without a line of its log: an error may quote a customer's row. */
import type { NoticeDraft } from './notice-words.ts';

export interface WorseWords {
  readonly deployment: string;
  readonly project: string;
  readonly environment: string;
  readonly sha: string;
  /** In a word each. */
  readonly about: readonly string[];
  /** The run that goes back; null: that is for people to decide. */
  readonly rollback: string | null;
  /** Why it does not go back by itself. */
  readonly reason: string | null;
}

/** Open until the next deployment that succeeds. */
export const worseNotice = (worse: WorseWords): NoticeDraft => {
  const { deployment, project, environment, sha, about, rollback, reason } = worse;
  const what = `${environment} is worse with ${sha.slice(0, 12)} than before`;
  return {
    key: `${deployment}-worse`,
    kind: 'deployment-failed',
    phase: 'open',
    severity: 'critical',
    project,
    stage: 'production',
    subject: `deployment:${environment}`,
    title: rollback === null ? `${what}, and is not rolled back by itself` : `${what}: it is rolled back`,
    facts: {
      Environment: environment,
      Commit: sha.slice(0, 12),
      What: about.join(', '),
      ...(reason === null ? {} : { 'Not rolled back': reason }),
      'Look at': `slipway production show --project ${project}`,
      ...(rollback === null
        ? { 'What going back would lose': `slipway rollback --dry-run --project ${project}` }
        : { 'Rolled back by': `slipway run show ${rollback}` }),
    },
  };
};
