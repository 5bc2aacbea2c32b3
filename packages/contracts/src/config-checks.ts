/** What the schema cannot say about slipway.yaml: checks over several fields, each with a name. Run after the schema held. */
import { looksSecret, type Path } from './config-problem.ts';
import { type ProjectConfig, SERIES, seconds } from './project-config.ts';

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  readonly message: string;
  readonly value: unknown;
}

export interface ConfigCheck {
  readonly name: string;
  readonly says: string;
  readonly find: (config: ProjectConfig) => readonly Finding[];
}

const PREVIEW: Path = ['stages', 'preview'];

/** The stages that run containers, with what they hand to them. */
const running = ({ stages }: ProjectConfig) => [
  { at: PREVIEW, stage: stages.preview },
  ...(stages.staging === undefined ? [] : [{ at: ['stages', 'staging'], stage: stages.staging }]),
];

/** Odoo and the registry image's entry script read these themselves, and they win over the configuration file. */
const RESERVED = /^(PG[A-Z_]*|HOST|PORT|USER|PASSWORD|PASSWORD_FILE|ODOO_RC|OPENERP_SERVER|LISTEN_(FDS|PID))$/;

const error = (path: Path, value: unknown, message: string): Finding => ({ severity: 'error', path, value, message });
const warning = (path: Path, value: unknown, message: string): Finding => ({
  severity: 'warning',
  path,
  value,
  message,
});

const repeated = (path: Path, list: readonly string[], same: (item: string) => string = (item) => item): Finding[] => {
  const first = new Map<string, number>();
  return list.flatMap((item, index) => {
    const earlier = first.get(same(item));
    if (earlier === undefined) first.set(same(item), index);
    return earlier === undefined
      ? []
      : [error([...path, index], item, `is named twice (also as entry ${earlier + 1})`)];
  });
};

/** `./addons/` and `addons` are one folder. */
const folder = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

const tagOf = (image: string): string | undefined => /^[^@]*:([^:/@]+)$/.exec(image)?.[1];
const seriesOfOfficialImage = (image: string): string | undefined => {
  const tag = /(^|\/)odoo:([^:/@]+)$/.exec(image)?.[2];
  return SERIES.find(
    (series) => tag !== undefined && (tag === series || tag.startsWith(`${series}-`) || `${tag}.0` === series),
  );
};

export const CONFIG_CHECKS: readonly ConfigCheck[] = [
  {
    name: 'addons-named-twice',
    says: 'An addons folder is named once; the first folder that has a module wins.',
    find: ({ odoo }) => repeated(['odoo', 'addons'], odoo.addons, folder),
  },
  {
    name: 'requirements-named-twice',
    says: 'A requirement file is named once.',
    find: ({ odoo }) => repeated(['odoo', 'requirements'], odoo.requirements, folder),
  },
  {
    name: 'packages-named-twice',
    says: 'A Debian package is named once.',
    find: ({ odoo }) => repeated(['odoo', 'packages'], odoo.packages),
  },
  {
    name: 'install-named-twice',
    says: 'A module to install is named once.',
    find: ({ stages }) => repeated([...PREVIEW, 'install'], stages.preview.install),
  },
  {
    name: 'image-without-version',
    says: 'An image without a tag, or with `latest`, is another one tomorrow.',
    find: ({ odoo: { image } }) => {
      if (image === undefined || image.includes('@sha256:')) return [];
      const tag = tagOf(image);
      return tag !== undefined && tag !== 'latest'
        ? []
        : [
            warning(
              ['odoo', 'image'],
              image,
              'names no fixed version: the same commit may run on another Odoo tomorrow',
            ),
          ];
    },
  },
  {
    name: 'image-of-other-series',
    says: 'The official image named is of the series named.',
    find: ({ odoo: { image, series } }) => {
      const found = image === undefined ? undefined : seriesOfOfficialImage(image);
      return found === undefined || found === series
        ? []
        : [error(['odoo', 'image'], image, `is Odoo ${found}, but odoo.series says ${series}`)];
    },
  },
  {
    name: 'sleeps-before-deleted',
    says: 'A preview sleeps before it is removed.',
    find: ({ stages: { preview } }) =>
      seconds(preview.sleep_after) < seconds(preview.delete_after)
        ? []
        : [
            warning(
              [...PREVIEW, 'sleep_after'],
              preview.sleep_after,
              `is not shorter than delete_after (${preview.delete_after}), so previews are removed without ever sleeping`,
            ),
          ],
  },
  {
    name: 'variable-is-reserved',
    says: "Variables that would redirect Odoo's database or configuration file are Slipway's.",
    find: (config) =>
      running(config).flatMap(({ at, stage }) => [
        ...Object.keys(stage.environment)
          .filter((name) => RESERVED.test(name))
          .map((name) => error([...at, 'environment', name], undefined, 'is set by Slipway and cannot be changed')),
        ...stage.secrets.flatMap((name, index) =>
          RESERVED.test(name)
            ? [error([...at, 'secrets', index], undefined, `${name} is set by Slipway and cannot be changed`)]
            : [],
        ),
      ]),
  },
  {
    name: 'secret-in-environment',
    says: 'A variable whose name looks secret belongs under `secrets`.',
    find: (config) =>
      running(config).flatMap(({ at, stage }) =>
        Object.keys(stage.environment)
          .filter((name) => looksSecret(name) && !RESERVED.test(name) && !stage.secrets.includes(name))
          .map((name) =>
            warning(
              [...at, 'environment', name],
              undefined,
              `looks like a secret: set it with \`slipway secret set\` and name it under ${at.join('.')}.secrets`,
            ),
          ),
      ),
  },
  {
    name: 'variable-and-secret',
    says: 'A name is a variable or a secret, not both.',
    find: (config) =>
      running(config).flatMap(({ at, stage }) =>
        stage.secrets.flatMap((name, index) =>
          name in stage.environment
            ? [error([...at, 'secrets', index], undefined, `${name} is also set under ${at.join('.')}.environment`)]
            : [],
        ),
      ),
  },
  {
    name: 'secrets-named-twice',
    says: 'A secret is named once.',
    find: (config) =>
      running(config).flatMap(({ at, stage }) =>
        repeated([...at, 'secrets'], stage.secrets).map((finding) => ({ ...finding, value: undefined })),
      ),
  },
  {
    name: 'staging-without-production',
    says: "Staging runs on a copy of production's data, so production has to be named.",
    find: ({ stages }) =>
      stages.staging !== undefined && stages.production === undefined
        ? [error(['stages', 'staging'], undefined, 'needs stages.production, whose data it is a sanitised copy of')]
        : [],
  },
  {
    name: 'log-read-by-odoo',
    says: "The log of the whole server is not read as the role of Slipway's own production, which has no right to it.",
    find: ({ stages: { production }, data: { backups } }) =>
      production?.target === 'docker' &&
      backups.point_in_time.enabled &&
      backups.point_in_time.database === production.database
        ? [
            error(
              ['data', 'backups', 'point_in_time', 'database'],
              production.database,
              "is the secret in which Slipway keeps the address of the production that it runs, and Odoo's role may not read the log of the whole server: name another one, such as REPLICATION_URL, and set it to a role with REPLICATION (docs/how-to/back-up-and-restore.md)",
            ),
          ]
        : [],
  },
  {
    name: 'watched-too-long',
    says: 'A deployment is watched for half a day at most: the numbers of what served before are not kept for longer.',
    find: ({ stages: { production } }) => {
      const time = production?.watch.for ?? 'off';
      return time !== 'off' && seconds(time) > 12 * 3600
        ? [error(['stages', 'production', 'watch', 'for'], time, 'is longer than 12h')]
        : [];
    },
  },
  {
    name: 'preview-data-without-staging',
    says: 'Previews can start from the staging copy only where there is a staging.',
    find: ({ stages: { preview, staging } }) =>
      preview.data === 'staging' && staging === undefined
        ? [error([...PREVIEW, 'data'], preview.data, 'needs stages.staging')]
        : [],
  },
  {
    name: 'invariants-named-twice',
    says: 'A business figure of the project has a name of its own.',
    find: ({ invariants }) =>
      repeated(
        ['invariants'],
        invariants.map(({ name }) => name),
      ),
  },
  {
    name: 'presets-named-twice',
    says: 'A preset of variables is named once, and there is one AI provider.',
    find: ({ variables: { presets } }) => [
      ...repeated(['variables', 'presets'], presets),
      ...presets.flatMap((preset, index) =>
        preset === 'ai-api' && presets.includes('ai-ollama')
          ? [error(['variables', 'presets', index], preset, 'and ai-ollama name the same variables: choose one')]
          : [],
      ),
    ],
  },
  {
    name: 'secret-with-default',
    says: 'A secret has no default: it would stand in the repository.',
    find: ({ variables: { names } }) =>
      Object.entries(names)
        .filter(([, { secret, default: value }]) => secret && value !== undefined)
        .map(([name]) => error(['variables', 'names', name, 'default'], undefined, 'is the default of a secret')),
  },
];
