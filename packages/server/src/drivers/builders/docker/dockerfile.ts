/** Pure: the two Dockerfiles. Their instructions: https://docs.docker.com/reference/dockerfile/ */

/** Folder of the addons inside every image, below it the repository's own paths. */
export const ADDONS_ROOT = '/mnt/slipway';

export interface DependencyFacts {
  readonly base: string;
  readonly user: string;
  readonly packages: readonly string[];
  /** Paths inside the build context. */
  readonly requirements: readonly string[];
}

/** JSON form throughout: no shell ever sees a package name. */
const run = (...words: readonly string[]): string => `RUN ${JSON.stringify(words)}`;

/** System packages and Python requirements, as root; then back to the image's own user. */
export const dependencyDockerfile = (facts: DependencyFacts): string =>
  [
    `FROM ${facts.base}`,
    'USER root',
    'ENV DEBIAN_FRONTEND=noninteractive PIP_BREAK_SYSTEM_PACKAGES=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1',
    ...(facts.packages.length > 0 || facts.requirements.length > 0 ? [run('apt-get', 'update')] : []),
    ...aptInstall([...facts.packages, ...(facts.requirements.length > 0 ? ['python3-pip'] : [])]),
    ...facts.requirements.flatMap((path, index) => [
      `COPY ${JSON.stringify([path, `/tmp/requirements-${index}.txt`])}`,
      run('python3', '-m', 'pip', 'install', '-r', `/tmp/requirements-${index}.txt`),
    ]),
    `USER ${facts.user}`,
    '',
  ].join('\n');

const aptInstall = (packages: readonly string[]): string[] =>
  packages.length === 0 ? [] : [run('apt-get', 'install', '-y', '--no-install-recommends', ...packages)];

/**
 * Odoo itself, in every image alike: the script of the registry's image would put the database password on the command line and wait for a
 * server by TCP.
 */
const ENTRYPOINT = 'ENTRYPOINT ["odoo"]';

/** The repository's addons on top: owned by root, so Odoo cannot change its own code. */
export const addonsDockerfile = (dependencies: string): string =>
  [`FROM ${dependencies}`, `COPY --chown=0:0 addons ${ADDONS_ROOT}`, ENTRYPOINT, ''].join('\n');
