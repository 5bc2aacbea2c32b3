import type { FailureData } from '@slipway/contracts/failure';
import { type Queryable, queryOne } from './queryable.ts';

interface SmokeStep {
  readonly receipt: { readonly failed?: readonly string[] } | null;
  readonly failure: FailureData | null;
  readonly at: string;
}

/**
 * What the last smoke test of an environment said of a commit: the ids of the checks that failed. Null: it was never tested there, or the
 * test did not come to an end.
 */
export const smokeOf = async (
  db: Queryable,
  environment: string,
  sha: string,
): Promise<{ readonly failed: readonly string[]; readonly at: string } | null> => {
  const step = await queryOne<SmokeStep>(
    db,
    `select s.receipt, s.failure, s.finished_at as at from ops.steps s join ops.runs r on r.id = s.run
     where r.environment = $1 and s.kind = 'smoke-slot' and s.input->>'sha' = $2 and s.state in ('done', 'failed')
     order by s.finished_at desc limit 1`,
    [environment, sha],
  );
  if (step === null) return null;
  const { receipt, failure, at } = step;
  if (failure === null) return { failed: receipt?.failed ?? [], at };
  const checks = String(failure.code) === 'smoke-failed' ? failure.facts.checks : undefined;
  return typeof checks === 'string' ? { failed: checks.split('\n'), at } : null;
};
