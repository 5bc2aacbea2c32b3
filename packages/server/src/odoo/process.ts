import { Failure } from '@slipway/contracts/failure';
import { Secret } from '../domain/secret.ts';
import { CORE_ADDONS } from './core-modules.ts';
import { seriesFacts } from './series.ts';

/** Where the target puts odoo.conf inside the container; passed as `--config`, so Debian's image and the registry's behave alike. */
export const CONFIG_FILE = '/etc/slipway/odoo.conf';

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
  /** Of any stage but production: Odoo tells its maker how many users and modules there are, by a job that a person can start. */
  readonly silent: boolean;
}

/**
 * Text of odoo.conf, for one database that nobody can leave: no list, no manager, no crons (copies run none; production's run in a process
 * of their own, which is told so on its command line).
 * `http_interface` is named because Odoo 19 warns when it is not, and its default changes in 20.
 */
export const odooConfig = (facts: OdooConfigFacts): Secret => {
  const options: Readonly<Record<string, string | number | boolean>> = {
    db_host: facts.databaseHost,
    db_port: facts.databasePort,
    db_user: facts.role,
    db_password: facts.password.reveal(),
    db_name: facts.database,
    dbfilter: `^${facts.database.replace(/[^\w]/g, '\\$&')}$`,
    db_maxconn: 16,
    list_db: false,
    admin_passwd: facts.masterPassword.reveal(),
    addons_path: [CORE_ADDONS, ...facts.addonsPath].join(','),
    data_dir: facts.dataFolder,
    proxy_mode: true,
    http_interface: '0.0.0.0',
    http_port: facts.httpPort,
    [seriesFacts(facts.series).websocketPortOption]: facts.websocketPort,
    workers: facts.workers,
    max_cron_threads: 0,
    limit_memory_soft: softMemoryLimit(facts),
    limit_memory_hard: 0,
    limit_time_cpu: 600,
    limit_time_real: 1200,
    unaccent: true,
    ...(facts.silent ? { publisher_warranty_url: 'http://127.0.0.1:9/' } : {}),
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} = ${optionValue(name, value)}`);
  return new Secret(`[options]\n${lines.join('\n')}\n`);
};

/**
 * Odoo compares this with a process's virtual memory, which is about twice what it really uses (230 MB of 109 MB, measured
 * November 2026), and then recycles the process. No hard limit: the container has one, on real memory.
 */
const softMemoryLimit = ({ memoryBytes, workers }: OdooConfigFacts): number => {
  const processes = workers === 0 ? 1 : workers + 2;
  return Math.max(640 * 2 ** 20, Math.floor((memoryBytes * 2) / processes));
};

/** Odoo's parser takes values as they stand (`%` too), but strips blanks, reads `None` and `False` as nothing, and ends at a line break. */
const optionValue = (name: string, value: string | number | boolean): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const text = String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character would start an option of its own
  if (/[\x00-\x1f\x7f\u2028\u2029]/.test(text) || text.trim() !== text || /^(None|False|false|)$/.test(text))
    throw new Failure('odoo-boot-failed', { reason: `odoo.conf cannot hold this value of ${name}` });
  return text;
};

const common = ['--config', CONFIG_FILE];

/** Serves; Odoo's master process ends on SIGTERM after the requests in flight. */
export const serveArguments = (facts: { readonly database: string }): string[] => [...common, '-d', facts.database];

/** Runs scheduled actions and answers nobody. */
export const cronArguments = (facts: { readonly database: string; readonly threads: number }): string[] => [
  ...common,
  '-d',
  facts.database,
  '--no-http',
  '--max-cron-threads',
  String(facts.threads),
];

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
  if (seriesFacts(series).demo === 'when-asked') return demo ? ['--with-demo'] : [];
  return demo ? [] : ['--without-demo=all'];
};

/** Runs the Python that comes on standard input with `env` at hand, then ends. */
export const shellArguments = (facts: { readonly database: string }): string[] => [
  'shell',
  ...common,
  '-d',
  facts.database,
  '--no-http',
];
