import { fieldsOf, isCompose, isDockerfile } from '../file-kinds.ts';
import type { Finding, Guard, GuardContext, Rule } from '../guard.ts';
import type { Tree } from '../tree.ts';
import { type Place, readYaml, START, type YamlSource } from '../yaml-source.ts';
import { readDockerfile } from './dockerfile.ts';
import { imageName, isOpen, isOurs, isRoot, runsUnprivileged } from './image-name.ts';

const RULES = {
  'images/tag-missing': {
    severity: 'error',
    why: 'Without a tag the newest image is taken: two deployments of one commit are two different programs.',
  },
  'images/tag-latest': {
    severity: 'error',
    why: 'What `latest` is changes without a commit: a deployment cannot be repeated, nor rolled back.',
  },
  'images/root-user': {
    severity: 'error',
    why: 'A program that is broken into as root is one mistake of the kernel away from the machine.',
  },
  'images/health-check-missing': {
    severity: 'warning',
    why: 'Without a health check a container that hangs counts as running, and traffic is sent to it.',
  },
} as const satisfies Record<string, Omit<Rule, 'id'>>;

const finding = (rule: keyof typeof RULES, file: string, place: Place, message: string, fix: string): Finding => ({
  rule,
  severity: RULES[rule].severity,
  file,
  line: place.line,
  column: place.column,
  message,
  fix,
});

const checkName = (file: string, image: string, place: Place): Finding[] => {
  const { tag, digest } = imageName(image);
  const shown = image.slice(0, 120);
  if (digest || image === '' || isOurs(image) || (isOpen(image) && tag !== 'latest')) return [];
  if (tag === null)
    return [
      finding('images/tag-missing', file, place, `image ${shown} has no tag`, `Name a version: ${shown}:<version>.`),
    ];
  if (tag !== 'latest') return [];
  return [
    finding('images/tag-latest', file, place, `image ${shown} is whatever is newest`, 'Name a version, or a digest.'),
  ];
};

/** Where somebody develops, root and a missing health check harm nobody. */
const isForDevelopment = (path: string): boolean =>
  /(^|\/)\.devcontainer\/|(^|[/.-])(dev|devel|development)([/.-]|$)/.test(path);

const HEALTH_FIX = 'Add one, for Odoo: `curl -fsS http://localhost:8069/web/health`.';

/** The parser takes time with what no person wrote. */
const MOST_CHARACTERS = 256 * 1024;

const checkDockerfile = (file: string, text: string): Finding[] => {
  if (text.length > MOST_CHARACTERS) return [];
  const { bases, user, healthCheck, last } = readDockerfile(text);
  const names = bases.flatMap(({ image, place }) => checkName(file, image, place));
  if (last === null || isForDevelopment(file)) return names;
  const root = user === null ? !runsUnprivileged(last.image) && !isOpen(last.image) : isRoot(user.name);
  const said =
    user === null
      ? `no USER is set, and ${last.image.slice(0, 120)} runs as root as far as is known`
      : `the last USER is ${user.name}`;
  return [
    ...names,
    ...(root ? [finding('images/root-user', file, user ?? last.place, said, 'End with a USER that is not root.')] : []),
    ...(healthCheck
      ? []
      : [finding('images/health-check-missing', file, last.place, 'the image has no HEALTHCHECK', HEALTH_FIX)]),
  ];
};

/** The Dockerfile that a service is built from, as far as it is in the repository. */
const dockerfileOf = async (tree: Tree, file: string, build: unknown): Promise<string | null> => {
  if (build === undefined || build === null) return null;
  const { context, dockerfile } =
    typeof build === 'string' ? { context: build, dockerfile: undefined } : fieldsOf(build);
  const folder = file.split('/').slice(0, -1);
  const parts = [...folder, ...String(context ?? '.').split('/'), ...String(dockerfile ?? 'Dockerfile').split('/')];
  const path: string[] = [];
  for (const part of parts) {
    if (part === '..') path.pop();
    else if (part !== '.' && part !== '') path.push(part);
  }
  return tree.text(path.join('/'));
};

/** Something that runs once, or only when it is asked for, is waited for by its end rather than its health. */
const runsOnce = (service: Readonly<Record<string, unknown>>): boolean =>
  service.restart === 'no' ||
  service.restart === false ||
  service.profiles !== undefined ||
  service.entrypoint === 'true';

const hasHealthCheck = async (
  tree: Tree,
  file: string,
  service: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  if (service.healthcheck !== undefined) {
    const { disable, test } = fieldsOf(service.healthcheck);
    return disable !== true && String(Array.isArray(test) ? test[0] : test) !== 'NONE';
  }
  const built = await dockerfileOf(tree, file, service.build);
  return built !== null && built.length <= MOST_CHARACTERS && readDockerfile(built).healthCheck;
};

/** A file that adds to another (override, staging) says only what differs: an absent image or health check is in the other. */
const isPartial = (file: string): boolean => /compose\.[\w-]+\.ya?ml$/.test(file);

async function* checkService(
  tree: Tree,
  file: string,
  source: YamlSource,
  name: string,
  raw: unknown,
): AsyncGenerator<Finding> {
  const service = fieldsOf(raw);
  const at = ['services', name];
  // What is built here is named as the builder likes.
  if (typeof service.image === 'string' && service.build === undefined)
    yield* checkName(file, service.image, source.valueAt([...at, 'image']));
  if (service.user !== undefined && isRoot(String(service.user)) && !isForDevelopment(file))
    yield finding(
      'images/root-user',
      file,
      source.valueAt([...at, 'user']),
      `service ${name} runs as root`,
      'Name another user, or remove the line.',
    );
  if (isPartial(file) || isForDevelopment(file) || runsOnce(service)) return;
  if (service.image === undefined && service.build === undefined) return;
  if (!(await hasHealthCheck(tree, file, service)))
    yield finding(
      'images/health-check-missing',
      file,
      source.keyAt(at),
      `service ${name} has no health check`,
      HEALTH_FIX,
    );
}

async function* checkCompose(tree: Tree, file: string, text: string): AsyncGenerator<Finding> {
  const source = readYaml(text);
  for (const [name, service] of Object.entries(fieldsOf(fieldsOf(source.data).services)))
    yield* checkService(tree, file, source, name, service);
}

async function* check({ tree, config }: GuardContext): AsyncGenerator<Finding> {
  for (const { path } of tree.files) {
    const text = isDockerfile(path) || isCompose(path) ? await tree.text(path) : null;
    if (text === null) continue;
    if (isDockerfile(path)) yield* checkDockerfile(path, text);
    else yield* checkCompose(tree, path, text);
  }
  const image = config?.value.odoo.image;
  if (config === null || image === undefined) return;
  const text = await tree.text(config.file);
  yield* checkName(config.file, image, text === null ? START : readYaml(text).valueAt(['odoo', 'image']));
}

export const images: Guard = {
  id: 'images',
  title: 'Images have a version, a user that is not root, and a health check',
  rules: Object.entries(RULES).map(([id, rule]) => ({ id, ...rule })),
  check,
};
