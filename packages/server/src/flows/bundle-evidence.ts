import type { Readable } from 'node:stream';
import type { BundleSummary } from '@slipway/contracts/bundle-views';
import { openBundle } from '../evidence/bundle.ts';
import { Redactor } from '../evidence/redactor.ts';
import { recordAudit } from '../store/audit.ts';
import { releaseSummary } from '../views/release-summary.ts';
import { summaryPage } from '../views/summary-page.ts';
import type { Slipway } from './slipway.ts';

/** The evidence of a run or deployment, and of the runs that it rests on, as one signed zip. Failures: run-unknown, evidence-unsealed, evidence-altered. */
export const bundleEvidence = async (
  slipway: Pick<Slipway, 'db' | 'evidenceFolder' | 'evidenceSigning' | 'instance' | 'knownSecrets'>,
  id: string,
  who: string,
): Promise<{ readonly run: string; readonly bytes: number; readonly content: Readable }> => {
  const { db, evidenceFolder: folder, evidenceSigning, instance } = slipway;
  const { runs, summary: found } = await releaseSummary(db, id);
  // Notes and reasons stand in the database as they came; what leaves is masked, as evidence is.
  const redactor = new Redactor(await slipway.knownSecrets());
  const summary = JSON.parse(redactor.text(JSON.stringify(found))) as BundleSummary;
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
