import type { RehearsalView } from '@slipway/contracts/rehearsal-views';
import type { Rehearsal } from '../store/rehearsals.ts';

export const rehearsalView = (found: Rehearsal): RehearsalView => {
  const { id, project, sha, imageDigest, productionSha, snapshot, snapshotTakenAt, requestedBy, at, seconds } = found;
  return {
    ...{ id, project, state: found.status, sha, imageDigest, productionSha, requestedBy, at, seconds },
    snapshot: snapshot === null || snapshotTakenAt === null ? null : { id: snapshot, takenAt: snapshotTakenAt },
    failure: found.failure && { ...found.failure },
    lastLines: [...found.lastLines],
    report: found.report,
  };
};
