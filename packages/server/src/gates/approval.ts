import type { Approval, PromotionFacts } from '../domain/promotion.ts';
import { fail, type Gate, pass, wait } from './gate.ts';
import { whyOwn } from './shared/own-release.ts';

/** An approval is of one commit in one image; that of somebody who wrote it, asked for it, or cannot be told is none. */
const counts = (facts: PromotionFacts, approval: Approval): boolean =>
  approval.decision === 'approved' &&
  approval.email !== null &&
  approval.sha === facts.release.sha &&
  approval.imageDigest === facts.release.imageDigest &&
  whyOwn(facts, approval) === null;

export const approval: Gate = {
  id: 'approval',
  asks: 'As many people as `promotion.approvals` says approved it, none of whom wrote a commit of it or asked for it.',
  covers:
    'People are told apart by the name and the e-mail address of their token; authors by those that git has. An approval is of one commit and one image.',
  judge: (facts, { approvals: wanted }) => {
    const refused = facts.approvals.find(({ decision }) => decision === 'refused');
    if (refused !== undefined)
      return fail(
        `${refused.who} refused it${refused.reason === null ? '' : `: ${refused.reason}`}`,
        'Mend what was refused, and promote the new commit.',
      );
    const valid = facts.approvals.filter((each) => counts(facts, each));
    const people = new Map(valid.map((each) => [each.email?.toLowerCase(), each.who]));
    if (people.size >= wanted) return pass(`approved by ${[...people.values()].join(', ')}`);
    const own = facts.approvals.find((each) => whyOwn(facts, each) !== null);
    const why =
      people.size === 0
        ? 'nobody has approved it'
        : `approved by ${[...people.values()].join(', ')}; ${wanted} are needed`;
    return wait(
      own === undefined ? why : `${why}; ${own.who}'s does not count: ${whyOwn(facts, own)}`,
      `${wanted - people.size} more with a token of their own, who neither wrote it nor asked for it: \`slipway promotion approve\`.`,
    );
  },
};
