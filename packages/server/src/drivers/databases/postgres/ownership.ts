/** Who owns a database or role, kept in PostgreSQL itself as its comment: what the reaper reads. */
export interface Ownership {
  readonly slipway: string;
  readonly owner: string;
}

export const writeOwnership = (instance: string, owner: string): string => JSON.stringify({ slipway: instance, owner });

/** Null for what is not ours: another program's comment, another instance's object. */
export const readOwnership = (comment: unknown, instance: string): string | null => {
  if (typeof comment !== 'string' || !comment.startsWith('{')) return null;
  try {
    const parsed = JSON.parse(comment) as Partial<Ownership>;
    return parsed.slipway === instance && typeof parsed.owner === 'string' ? parsed.owner : null;
  } catch {
    return null;
  }
};
