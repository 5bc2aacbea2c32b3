import type { WebhookKind } from '@slipway/contracts/webhook-kinds';
import type { TellableChange } from '../store/changes.ts';
import { eventById } from '../store/events.ts';
import { approvalsOf, promotion } from '../store/promotions.ts';
import type { Queryable } from '../store/queryable.ts';
import { listSnapshots } from '../store/snapshots.ts';
import { previewViews } from '../views/preview-view.ts';
import { promotionRow } from '../views/promotion-view.ts';
import { runViews } from '../views/run-view.ts';

/** What a message is about, as the API shows it; null: it is gone already. */
export const webhookObject = async (
  db: Queryable,
  change: TellableChange,
  kind: WebhookKind,
): Promise<Readonly<Record<string, unknown>> | null> => {
  if (kind.startsWith('preview.')) return previewObject(db, change.environment ?? '');
  if (kind.startsWith('promotion.')) return promotionObject(db, change);
  switch (change.kind) {
    case 'run':
    case 'rehearsal':
      return runObject(db, change.subject);
    case 'snapshot':
      return snapshotObject(db, change);
    case 'attention':
      return eventById(db, change.subject);
    default:
      return null;
  }
};

interface Failed {
  readonly code: string;
  readonly step?: string | null;
}

/** Neither reasons nor lines of a log: a database's error may quote a customer's row. */
const withoutReason = (failure: Failed | null): Failed | null =>
  failure === null ? null : { code: failure.code, step: failure.step ?? null };

const runObject = async (db: Queryable, id: string) => {
  const [run] = await runViews(db, { id, limit: 1 });
  if (run === undefined) return null;
  const steps = run.steps.map(({ note: _, ...step }) => step);
  return { ...run, steps, failure: withoutReason(run.failure) };
};

/** Nobody's password: whoever is told may not be whoever may log in. */
const previewObject = async (db: Queryable, id: string) => {
  const [preview] = await previewViews(db, { project: null, id, closed: true }, async () => null);
  if (preview === undefined) return null;
  const { login: _, ...told } = preview;
  return { ...told, failure: withoutReason(preview.failure) };
};

const promotionObject = async (db: Queryable, { project, subject }: TellableChange) => {
  const found = await promotion(db, project ?? '', subject);
  if (found === null) return null;
  const approvals = (await approvalsOf(db, subject)).map(({ who, decision, sha, at }) => ({ who, decision, sha, at }));
  // By address only, as in everything that other programs are told.
  const { requesterName: _, ...told } = promotionRow(found, new Map());
  return { ...told, approvals };
};

const snapshotObject = async (db: Queryable, { project, subject }: TellableChange) => {
  const found = (await listSnapshots(db, project ?? '')).find(({ id }) => id === subject);
  if (found === undefined) return null;
  const { id, kind, reason, series, modules, rows, files, bytes, storedBytes, encrypted, takenAt, finishedAt } = found;
  return { id, kind, reason, series, modules, rows, files, bytes, storedBytes, encrypted, takenAt, finishedAt };
};
