import { fail, type Gate, pass } from './gate.ts';
import { short } from './shared/words.ts';

/** The branch of production is only ever moved forward. */
export const branch: Gate = {
  id: 'branch',
  asks: "The release has every commit that production's branch has.",
  covers: null,
  judge: ({ branch: { name, head, contained }, release }) => {
    if (head === null) return pass(`there is no branch ${name} yet; it begins with this release`);
    if (head === release.sha) return pass(`${name} is at ${short(head)} already`);
    if (contained) return pass(`${name} can be moved forward from ${short(head)} to ${short(release.sha)}`);
    return fail(
      `${name} has diverged: its ${short(head)} is not in ${short(release.sha)}`,
      `Merge ${name} into the branch of staging, let staging deploy it, and promote that. The branch is never moved by force.`,
    );
  },
};
