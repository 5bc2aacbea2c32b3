import { Failure } from '@slipway/contracts/failure';
import { Secret } from '../domain/secret.ts';
import { seriesFacts } from './series.ts';

/** Where the target puts odoo.conf inside the container; passed as `--config`, so Debian's image and the registry's behave alike. */
export const CONFIG_FILE = '/etc/slipway/odoo.conf';

/** Folder of Odoo's own addons, the same in Debian's package and in the registry image. */
export const CORE_ADDONS = '/usr/lib/python3/dist-packages/odoo/addons';

export interface OdooConfigFacts {
  readonly series: string;
  readonly database: string;
  /** A host name, or the folder of a unix socket. */
  readonly databaseHost: string;
  readonly databasePort: number;
  readonly role: string;
  readonly password: Secret;
  readonly masterPassword: Secret;
  readonly addonsPath: readonly string[];
  readonly dataFolder: string;
  readonly workers: number;
  readonly memoryBytes: number;
  readonly httpPort: number;
  readonly websocketPort: number;
}

/**
 * Text of odoo.conf, for one database that nobody can leave: no list, no manager, no crons (previews run none).
 * Soft limit 80 % and hard limit 95 % of the container's memory, so that Odoo recycles a worker before the kernel kills it.
 */
export const odooConfig = (facts: OdooConfigFacts): Secret => {
  const { gevent } = seriesFacts(facts.series);
  const options: Readonly<Record<string, string | number | boolean>> = {
    db_host: facts.databaseHost,
    db_port: facts.databasePort,
    db_user: facts.role,
    db_password: facts.password.reveal(),
    db_name: facts.database,
    dbfilter: `^${facts.database}$`,
    db_maxconn: 16,
    list_db: false,
    admin_passwd: facts.masterPassword.reveal(),
    addons_path: [CORE_ADDONS, ...facts.addonsPath].join(','),
    data_dir: facts.dataFolder,
    proxy_mode: true,
    http_port: facts.httpPort,
    [gevent]: facts.websocketPort,
    workers: facts.workers,
    max_cron_threads: 0,
    limit_memory_soft: Math.floor(facts.memoryBytes * 0.8),
    limit_memory_hard: facts.workers > 0 ? Math.floor(facts.memoryBytes * 0.95) : 0,
    limit_time_cpu: 600,
    limit_time_real: 1200,
    unaccent: true,
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} = ${optionValue(name, value)}`);
  return new Secret(`[options]\n${lines.join('\n')}\n`);
};

const optionValue = (name: string, value: string | number | boolean): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const text = String(value);
  // A line break would start an option of its own.
  if (/[\r\n]/.test(text)) throw new Failure('odoo-boot-failed', { reason: `odoo.conf: ${name} holds a line break` });
  return text;
};

const common = ['--config', CONFIG_FILE];

/** Serves; Odoo's master process ends on SIGTERM after the requests in flight. */
export const serveArguments = (facts: { readonly database: string }): string[] => [...common, '-d', facts.database];

export interface UpdateFacts {
  readonly series: string;
  readonly database: string;
  readonly install: readonly string[];
  readonly update: readonly string[];
  readonly testTags: string | null;
  readonly demo: boolean;
}

/** Installs and updates in one run, then ends. Tests run with their HTTP server on a port of the container's own. */
export const updateArguments = (facts: UpdateFacts): string[] => [
  ...common,
  '-d',
  facts.database,
  ...(facts.install.length > 0 ? ['-i', facts.install.join(',')] : []),
  ...(facts.update.length > 0 ? ['-u', facts.update.join(',')] : []),
  ...demoArguments(facts.series, facts.demo),
  ...(facts.testTags === null ? ['--no-http'] : ['--test-enable', '--test-tags', facts.testTags]),
  '--stop-after-init',
];

const demoArguments = (series: string, demo: boolean): string[] => {
  if (seriesFacts(series).demo === 'opt-in') return demo ? ['--with-demo'] : [];
  return demo ? [] : ['--without-demo=all'];
};

/** Runs the script that comes on standard input with `env` at hand, then ends. */
export const shellArguments = (facts: { readonly database: string }): string[] => [
  'shell',
  ...common,
  '-d',
  facts.database,
  '--no-http',
];
