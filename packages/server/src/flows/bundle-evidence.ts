import type { Readable } from 'node:stream';
import { openBundle } from '../evidence/bundle.ts';
import { recordAudit } from '../store/audit.ts';
import { releaseSummary } from '../views/release-summary.ts';
import { summaryPage } from '../views/summary-page.ts';
import type { Slipway } from './slipway.ts';

/** The evidence of a run or deployment, and of the runs that it rests on, as one signed zip. Failures: run-unknown, evidence-unsealed, evidence-altered. */
export const bundleEvidence = async (
  slipway: Pick<Slipway, 'db' | 'evidenceFolder' | 'evidenceSigning' | 'instance'>,
  id: string,
  who: string,
): Promise<{ readonly run: string; readonly bytes: number; readonly content: Readable }> => {
  const { db, evidenceFolder: folder, evidenceSigning, instance } = slipway;
  const { runs, summary } = await releaseSummary(db, id);
  const key = evidenceSigning.key;
  const bundle = await openBundle({ folder, db, key, instance, runs, summary, page: summaryPage(summary) });
  await recordAudit(db, {
    who,
    what: 'evidence.bundle',
    target: summary.run.environment,
    details: { run: summary.run.id },
  });
  return { run: summary.run.id, ...bundle };
};
