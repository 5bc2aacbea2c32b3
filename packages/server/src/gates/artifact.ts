import { fail, type Gate, pass, wait } from './gate.ts';
import { short } from './shared/words.ts';

const AGAIN = 'Ask for a promotion of what staging runs now: `slipway promote`.';

/** What goes live is what was proved, to the byte: nothing is built for production. */
export const artifact: Gate = {
  id: 'artifact',
  asks: 'Staging runs exactly this commit, in exactly this image.',
  covers:
    'The id of the image, as the container engine has it now, against the one that was written down when it was built.',
  judge: ({ release, staging }) => {
    if (staging === null)
      return wait('staging runs nothing', 'Bring the commit to staging first: `slipway staging deploy`.');
    if (staging.sha !== release.sha)
      return fail(`staging runs ${short(staging.sha)} by now, not ${short(release.sha)}`, AGAIN);
    if (staging.image !== release.image)
      return fail(`staging runs the image ${staging.image}, not ${release.image}`, AGAIN);
    if (staging.imageDigest === '')
      return fail(`the image ${release.image} is gone`, 'Deploy the commit to staging again, and promote that.');
    if (staging.imageDigest !== release.imageDigest)
      return fail(
        `the image ${release.image} was built again: it is ${staging.imageDigest.slice(0, 19)}, staging proved ${release.imageDigest.slice(0, 19)}`,
        'Deploy the commit to staging again, so that this image is proved, and promote that.',
      );
    return pass(`staging runs ${short(release.sha)} in ${release.imageDigest.slice(0, 19)}`);
  },
};
