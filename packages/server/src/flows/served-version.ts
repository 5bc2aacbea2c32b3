import type { PromotionFacts } from '../domain/promotion.ts';
import type { Environment } from '../store/environments.ts';
import type { Queryable } from '../store/queryable.ts';
import { servedSince } from '../store/release-proof.ts';

/** What an environment serves, and since when; null: nothing, or nothing that is known. */
export const servedVersion = async (
  db: Queryable,
  found: Environment | null,
): Promise<PromotionFacts['production']> => {
  if (found?.liveSha == null || found.image === null) return null;
  return { sha: found.liveSha, image: found.image, since: (await servedSince(db, found.id)) ?? found.updatedAt };
};
