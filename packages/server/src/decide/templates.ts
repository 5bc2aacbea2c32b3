/** Which template databases stay, and which are worth copies made ahead. Pure. */

export interface KnownTemplate {
  readonly key: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

/** Templates that a snapshot was restored into begin so. */
export const COPY_PREFIX = 'copy-';
/** Branches that are worked on at the same time each have their own. */
export const KEPT_TEMPLATES = 3;

const isCopy = ({ key }: KnownTemplate): boolean => key.startsWith(COPY_PREFIX);
const newest = (by: 'createdAt' | 'lastUsedAt') => (a: KnownTemplate, b: KnownTemplate) => b[by].localeCompare(a[by]);

/** Keys that may go: all but those used last, and every snapshot's but the last one that was restored. */
export const outlivedTemplates = (templates: readonly KnownTemplate[]): string[] => {
  const installed = templates.filter((one) => !isCopy(one)).sort(newest('lastUsedAt'));
  const copies = templates.filter(isCopy).sort(newest('createdAt'));
  return [...installed.slice(KEPT_TEMPLATES), ...copies.slice(1)].map(({ key }) => key);
};

/** The one that the next preview will be copied from; null: none is known yet. */
export const templateInUse = <T extends KnownTemplate>(
  templates: readonly T[],
  data: 'template' | 'staging',
): T | null =>
  data === 'staging'
    ? (templates.filter(isCopy).sort(newest('createdAt'))[0] ?? null)
    : (templates.filter((one) => !isCopy(one)).sort(newest('lastUsedAt'))[0] ?? null);
