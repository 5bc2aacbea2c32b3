import { fail, type Gate, pass, wait } from './gate.ts';
import { counted, short } from './shared/words.ts';

/** Asked apart from the other guards, so that a project that turns those off does not turn this off with them. */
export const security: Gate = {
  id: 'security',
  asks: 'No secrets in the files of this commit, and every manifest can be read.',
  covers:
    'The guards `secrets` and `manifests`, on the files of the commit. Not covered: known holes of Python packages (there is no list of advisories here), of Odoo itself, of the Debian packages of the image, and secrets in older commits (`slipway guard --history`).',
  judge: ({ security: found, release }) => {
    if (found === null)
      return wait(
        `nobody has looked for secrets in ${short(release.sha)} yet`,
        'Deploy the commit to staging; the guards look at it there.',
      );
    if (found.secrets > 0)
      return fail(
        `${counted(found.secrets, 'secret')} in the files of ${short(release.sha)}`,
        'Revoke each where it is valid, take it out (`slipway guard --only secrets` names the lines), and use `slipway secret set`.',
      );
    if (found.manifests > 0)
      return fail(
        `${counted(found.manifests, 'error')} in manifests`,
        'Mend them: `slipway guard --only manifests` names the lines.',
      );
    return pass('no secrets in files, every manifest can be read');
  },
};
