/** Staging and previews: that they know what they are, and that nothing of theirs leaves. */
import type { Finding } from '../guard.ts';
import { isPlaceholder } from '../placeholder.ts';
import { stageOf } from '../stage-of.ts';
import type { StageFile, Variable } from './read-stages.ts';
import { find } from './rules.ts';

const STAGE_VARIABLE = /^(SLIPWAY_STAGE|ODOO_STAGE|STAGE|ODOO_ENV|ENVIRONMENT|ENV|APP_ENV|RUNNING_ENV)$/;
const MAIL_HOST = /^(ODOO_)?(SMTP|MAIL|EMAIL)_?(HOST|SERVER|SMTP_HOST|SMTP_SERVER)?$|^SMTP_SERVER$/;
const CATCHER =
  /^(localhost|127\.\d+\.\d+\.\d+|::1|false|none|)$|mail(hog|pit|dev|catch\w*|trap)|catch|smtp4dev|inbucket|greenmail|fake|sink|blackhole/i;
const CRONS = /^(ODOO_)?MAX_CRON_THREADS$/;
const CRON_FLAG = /--max-cron-threads[= ](\d+)/;
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|DSN)$/;
const STORE_NAME = /^(ODOO_)?(DB_HOST|PGHOST|POSTGRES_HOST|HOST|DATABASE_URL|DB_URL|S3_BUCKET|REDIS_URL)$/;

export const isOpen = (value: string | null): value is null => value === null || /^\$|\$\{|\{\{/.test(value);
export const literal = ({ value }: Variable): string | null => (isOpen(value) ? null : value);

/** A stage in production's file may also be called "dev" or "test" by mistake. */
const isOther = (stage: string, value: string): boolean => {
  const said = stageOf(value);
  if (said !== null) return said !== stage && !(stage !== 'production' && said !== 'production');
  return stage === 'production' && /^(dev(el(opment)?)?|test(ing)?|local)$/i.test(value);
};

export function* checkStageName(files: readonly StageFile[]): Generator<Finding> {
  for (const { file, stage, variables, kind, isOdoo } of files) {
    const own = variables.filter(({ name }) => STAGE_VARIABLE.test(name));
    for (const { name, value, place } of own)
      if (value !== null && isOther(stage, value))
        yield find(
          'environments/stage-wrong',
          { file, ...place },
          `${name} says ${value.slice(0, 40)} in a file of ${stage}`,
          `Set it to ${stage}.`,
        );
    const deploys = kind === 'compose' || kind === 'app-spec';
    const beside = files.some(
      (other) => other.stage === stage && other.variables.some(({ name }) => STAGE_VARIABLE.test(name)),
    );
    if (deploys && isOdoo && stage !== 'production' && !beside)
      yield find(
        'environments/stage-missing',
        { file },
        `nothing here says that this is ${stage}`,
        `Set ODOO_STAGE=${stage}.`,
      );
  }
}

export function* checkSilence({ file, variables, commands, stage }: StageFile): Generator<Finding> {
  for (const variable of variables) {
    const value = literal(variable);
    const { name, place } = variable;
    if (value !== null && MAIL_HOST.test(name) && !CATCHER.test(value) && !isPlaceholder(value))
      yield find(
        'environments/mail-not-caught',
        { file, ...place },
        `${stage} sends its mails by ${value.slice(0, 80)} (${name})`,
        'Name a mail catcher, or leave it out: Slipway catches mails of copies by itself.',
      );
    if (value !== null && CRONS.test(name) && Number(value) > 0)
      yield find(
        'environments/crons-on',
        { file, ...place },
        `${stage} runs scheduled actions (${name} is ${value})`,
        'Set it to 0.',
      );
  }
  for (const { text, place } of commands)
    if (Number(CRON_FLAG.exec(text)?.[1] ?? 0) > 0)
      yield find(
        'environments/crons-on',
        { file, ...place },
        `${stage} runs scheduled actions (--max-cron-threads)`,
        'Say --max-cron-threads=0.',
      );
}

const names = (text: string, host: string): boolean =>
  new RegExp(`(^|[^a-z0-9.-])${host.replace(/[.]/g, '[.]')}($|[^a-z0-9.-])`, 'i').test(text);

/** Values of production that belong to it alone: keys, its database, its address. */
export const productionValues = (files: readonly StageFile[]): ReadonlySet<string> =>
  new Set(
    files
      .filter(({ stage }) => stage === 'production')
      .flatMap(({ variables }) => variables)
      .flatMap((variable) => {
        const value = literal(variable);
        const own = SECRET_NAME.test(variable.name) || (STORE_NAME.test(variable.name) && /[.:/]/.test(value ?? ''));
        return value !== null && own && value.length >= 6 && !isPlaceholder(value) ? [value] : [];
      }),
  );

export function* checkProductionValues(
  copy: StageFile,
  values: ReadonlySet<string>,
  hosts: readonly string[],
): Generator<Finding> {
  const { file, stage } = copy;
  for (const variable of copy.variables) {
    const { name, place } = variable;
    const value = literal(variable);
    const host = value === null ? undefined : hosts.find((one) => names(value, one));
    if (host !== undefined)
      yield find(
        'environments/production-value',
        { file, ...place },
        `${name} of ${stage} names production (${host})`,
        'Give the copy an address of its own.',
      );
    else if (value !== null && values.has(value))
      yield find(
        'environments/production-value',
        { file, ...place },
        `${name} of ${stage} has the value that production has`,
        'Give the copy a key, or a service, of its own.',
      );
  }
}
