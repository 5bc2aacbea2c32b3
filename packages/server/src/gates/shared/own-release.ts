import type { PromotionFacts } from '../../domain/promotion.ts';

interface Person {
  readonly who: string;
  readonly email: string | null;
}

const same = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one.trim() !== '' && one.trim().toLowerCase() === other.trim().toLowerCase();

/** Why somebody may not approve a release of their own, in words; null: it is not theirs. */
export const whyOwn = (
  { commits, requestedBy }: Pick<PromotionFacts, 'commits' | 'requestedBy'>,
  { who, email }: Person,
): string | null => {
  if (same(who, requestedBy.who) || same(email, requestedBy.email)) return 'they asked for it themselves';
  const own = commits.find((commit) => same(commit.email, email) || same(commit.author, who));
  return own === undefined ? null : `they wrote ${own.sha.slice(0, 8)} of it`;
};
