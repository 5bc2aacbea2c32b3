import type { EvidenceVerdict } from '@slipway/contracts/views';
import { verifyEvidence } from '../evidence/verify.ts';
import { raiseEvent, resolveEvent } from '../store/events.ts';
import { listProjects } from '../store/projects.ts';
import { inTransaction } from '../store/queryable.ts';
import type { Slipway } from './slipway.ts';

/** Looks at all evidence; that something was altered is raised until it is whole again. One chain holds for all projects, so all are told. */
export const checkEvidence = async (
  slipway: Pick<Slipway, 'db' | 'evidenceFolder' | 'evidenceSigning' | 'logger'>,
): Promise<EvidenceVerdict> => {
  const { db, evidenceFolder: folder, evidenceSigning: signing, logger } = slipway;
  const verdict = await verifyEvidence({ folder, db, signing });
  await inTransaction(db, async (tx) => {
    for (const { name: project } of await listProjects(tx)) {
      const event = { project, kind: 'evidence-broken', subject: 'evidence' };
      if (verdict.firstAltered === null) await resolveEvent(tx, event);
      else {
        const { path, reason } = verdict.firstAltered;
        const message = `${path}: ${reason}`;
        if (await raiseEvent(tx, { ...event, message })) logger.error({ path, reason }, 'evidence was altered');
      }
    }
  });
  return verdict;
};
