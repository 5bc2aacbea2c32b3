/**
 * What in slipway.yaml would make a copy of production unsafe: asked of the file alone, before anything is deployed, by
 * `slipway neutralise check --config`. An error would let something out or in; a warning is for a person to look at.
 */
import type { ConfigCheck, Finding } from './config-checks.ts';
import type { Path } from './config-problem.ts';
import {
  ANYBODYS,
  emptiedTable,
  LIVE_ODOO,
  MESSAGES,
  OWN_PARAMETERS,
  peoplesModel,
  peoplesTable,
  personalColumn,
  REPLY_PARAMETERS,
  SECRET_COLUMN,
  SECRET_VALUE,
} from './config-safety-words.ts';
import type { ProjectConfig } from './project-config.ts';

const error = (path: Path, message: string, value?: unknown): Finding => ({ severity: 'error', path, value, message });
const warning = (path: Path, message: string, value?: unknown): Finding => ({
  severity: 'warning',
  path,
  value,
  message,
});

interface Copy {
  readonly at: Path;
  readonly stage: ProjectConfig['stages']['preview'] | NonNullable<ProjectConfig['stages']['staging']>;
}

/** The stages that run on copies. */
const copies = ({ stages }: ProjectConfig): readonly Copy[] => [
  { at: ['stages', 'preview'], stage: stages.preview },
  ...(stages.staging === undefined ? [] : [{ at: ['stages', 'staging'], stage: stages.staging }]),
];

const allowed = (config: ProjectConfig) =>
  copies(config).flatMap(({ at, stage }) =>
    stage.egress.allow.map((entry, index) => {
      const [host = '', port = ''] = entry.split(':');
      return { path: [...at, 'egress', 'allow', index], entry, host, port };
    }),
  );

const parameters = (config: ProjectConfig) =>
  copies(config).flatMap(({ at, stage }) =>
    Object.entries(stage.parameters).map(([key, value]) => ({ path: [...at, 'parameters', key], key, value })),
  );

const variables = (config: ProjectConfig) =>
  copies(config).flatMap(({ at, stage }) =>
    Object.entries(stage.environment).map(([key, value]) => ({ path: [...at, 'environment', key], key, value })),
  );

const productionHost = ({ stages }: ProjectConfig): string | null =>
  stages.production?.url === undefined ? null : new URL(stages.production.url).hostname.toLowerCase();

const covers = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host;

/** As a whole name: `erp.example.com` is not in `test-erp.example.com`. */
const names = (text: string, host: string): boolean =>
  new RegExp(`(^|[^a-z0-9.-])${host.replace(/[.]/g, '[.]')}($|[^a-z0-9.-])`, 'i').test(text);

export const SAFETY_CHECKS: readonly ConfigCheck[] = [
  {
    name: 'egress-to-anybody',
    says: 'A copy is not let out to a whole top-level domain.',
    find: (config) =>
      allowed(config)
        .filter(({ host }) => ANYBODYS.test(host))
        .map(({ path, entry }) =>
          error(path, 'lets a copy out to hosts of anybody: name the hosts that are meant', entry),
        ),
  },
  {
    name: 'egress-to-production',
    says: 'A copy does not reach production.',
    find: (config) => {
      const host = productionHost(config);
      return allowed(config)
        .filter((one) => host !== null && covers(one.host, host))
        .map(({ path, entry }) => error(path, `lets a copy reach production (${host})`, entry));
    },
  },
  {
    name: 'egress-to-people',
    says: 'A copy reaches no host that sends mails or messages to people.',
    find: (config) =>
      allowed(config)
        .filter(({ host, port }) => MESSAGES.hosts.test(host) || MESSAGES.ports.has(port))
        .map(({ path, entry }) =>
          error(path, 'lets a copy send mails or messages to people; mails go to the catcher by themselves', entry),
        ),
  },
  {
    name: 'egress-to-odoo',
    says: 'A copy does not ask the services that Odoo sells: what it asks there is paid for, and done.',
    find: (config) =>
      allowed(config)
        .filter(({ host }) => LIVE_ODOO.test(host))
        .map(({ path, entry }) => error(path, "lets a copy use Odoo's paid services in production's name", entry)),
  },
  {
    name: 'egress-to-an-address',
    says: 'A host is named rather than numbered: an address says nothing of what is there.',
    find: (config) =>
      allowed(config)
        .filter(({ host }) => /^\d+(\.\d+){3}$/.test(host))
        .map(({ path, entry }) => warning(path, 'is an address: make sure that nothing of production is there', entry)),
  },
  {
    name: 'value-of-production',
    says: "No parameter and no variable of a copy names production's address.",
    find: (config) => {
      const host = productionHost(config);
      return [...parameters(config), ...variables(config)]
        .filter(({ value }) => host !== null && names(value, host))
        .map(({ path }) => error(path, `names production (${host}): give the copy a test address`));
    },
  },
  {
    name: 'parameter-of-the-copy',
    says: "A copy's own identity and address, and that its crons and endpoints are off, are set by Slipway.",
    find: (config) =>
      parameters(config)
        .filter(({ key }) => OWN_PARAMETERS.has(key))
        .map(({ path }) =>
          error(path, "is the copy's own and set by Slipway; with another value it would act as production"),
        ),
  },
  {
    name: 'parameter-of-mail',
    says: 'No parameter brings answers to mails, or mails themselves, back to production.',
    find: (config) =>
      parameters(config)
        .filter(({ key }) => REPLY_PARAMETERS.test(key))
        .map(({ path }) => error(path, 'switches mail on again: a copy sends to the catcher, and answers go nowhere')),
  },
  {
    name: 'live-credential',
    says: 'No credential stands in slipway.yaml, and no live one anywhere near a copy.',
    find: (config) =>
      [...parameters(config), ...variables(config)]
        .filter(({ value }) => SECRET_VALUE.test(value))
        .map(({ path }) =>
          error(path, 'holds what looks like a live credential: use a test one, as a secret of the stage'),
        ),
  },
  {
    name: 'column-kept',
    says: 'No column is kept that holds people or credentials.',
    find: ({ sanitise }) =>
      Object.entries(sanitise.columns).flatMap(([name, mask]) => {
        const [table = '', column = ''] = name.split('.');
        const path = ['sanitise', 'columns', name];
        if (mask !== 'keep') return [];
        if (SECRET_COLUMN.test(column)) return [error(path, 'keeps what lets somebody in somewhere', mask)];
        if (!personalColumn(column)) return [];
        return peoplesTable(table)
          ? [error(path, 'keeps personal data of production in every copy', mask)]
          : [warning(path, 'may keep personal data: make sure that it holds none', mask)];
      }),
  },
  {
    name: 'table-kept',
    says: 'No table is kept that Slipway leaves empty because of what its rows do or say.',
    find: ({ sanitise }) =>
      Object.entries(sanitise.tables)
        .filter(([table, what]) => what === 'keep' && emptiedTable(table))
        .map(([table, what]) =>
          error(['sanitise', 'tables', table], 'keeps mails, credentials or a history of people in every copy', what),
        ),
  },
  {
    name: 'attachments-kept',
    says: 'No attachments are kept of models that have papers of people.',
    find: ({ sanitise }) =>
      sanitise.keep_attachments.flatMap((model, index) =>
        peoplesModel(model)
          ? [error(['sanitise', 'keep_attachments', index], 'keeps papers of people as they are', model)]
          : [],
      ),
  },
  {
    name: 'unknown-masked',
    says: 'A column that nobody knows stops a snapshot until somebody has looked at it.',
    find: ({ sanitise }) =>
      sanitise.unknown === 'mask'
        ? [warning(['sanitise', 'unknown'], 'lets snapshots go on past columns that nobody has looked at', 'mask')]
        : [],
  },
  {
    name: 'production-without-address',
    says: "Production's address is named, so that it can be kept out of copies.",
    find: ({ stages: { staging, production } }) =>
      staging !== undefined && production !== undefined && production.url === undefined
        ? [warning(['stages', 'production'], 'has no url: nothing here can tell what would reach production')]
        : [],
  },
  {
    name: 'strangers-on-staging-data',
    says: "Code of strangers does not run on a copy of production's data, masked as it is.",
    find: ({ stages: { preview } }) =>
      preview.data === 'staging' && preview.approve === 'everyone'
        ? [
            error(
              ['stages', 'preview', 'approve'],
              "lets anybody's pull request read the copy of production: use write-access",
              preview.approve,
            ),
          ]
        : [],
  },
];
