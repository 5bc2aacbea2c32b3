/** Pure: the Dockerfile of the dependency layer. Its instructions: https://docs.docker.com/reference/dockerfile/ */

/** Folder of the addons inside every image, below it the repository's own paths. */
export const ADDONS_ROOT = '/mnt/slipway';

export interface DependencyFacts {
  readonly base: string;
  readonly user: string;
  readonly packages: readonly string[];
  /** Paths inside the build context. */
  readonly requirements: readonly string[];
}

/** JSON form throughout: names are arguments of a fixed script, never part of it. */
const run = (script: string, ...words: readonly string[]): string =>
  `RUN ${JSON.stringify(['/bin/sh', '-ec', script, 'sh', ...words])}`;

/** Package lists (350 MB with a moving release) must not stay in the layer, so update, install and removal are one. */
const APT = 'apt-get update; apt-get install -y --no-install-recommends "$@"; rm -rf /var/lib/apt/lists/*';
const PIP = 'python3 -m pip install -r "$1"';

/** System packages and Python requirements, as root; then back to the image's own user. */
export const dependencyDockerfile = (facts: DependencyFacts): string => {
  const packages = [...facts.packages, ...(facts.requirements.length > 0 ? ['python3-pip'] : [])];
  return [
    `FROM ${facts.base}`,
    'USER root',
    'ENV DEBIAN_FRONTEND=noninteractive PIP_BREAK_SYSTEM_PACKAGES=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1',
    ...(packages.length > 0 ? [run(APT, ...packages)] : []),
    ...facts.requirements.flatMap((path, index) => [
      `COPY ${JSON.stringify([path, `/tmp/requirements-${index}.txt`])}`,
      run(PIP, `/tmp/requirements-${index}.txt`),
    ]),
    `USER ${facts.user}`,
    '',
  ].join('\n');
};
