import { type Variable, type VariablePreset, variable } from './variables-config.ts';

type Preset = Readonly<Record<string, Variable>>;

const preset = (rows: Readonly<Record<string, Partial<Variable>>>): Preset =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, variable.parse(row)]));

/** Where Slipway writes odoo.conf itself, from `memory`, `cpus` and `workers` of the stage, these are its own. */
const ELSEWHERE: Partial<Variable> = { stages: ['development', 'production'] };

const AI_MODEL: Partial<Variable> = { says: 'Name of the model, as the provider calls it.', required: true };

/** Odoo 19 reads `ODOO_<OPTION>` and `PG…` itself; an older series needs an entry script that hands them on. */
export const PRESETS: Readonly<Record<VariablePreset, Preset>> = {
  'odoo-limits': preset({
    ODOO_WORKERS: { ...ELSEWHERE, says: 'Processes that serve requests; 0 is one process with threads.', default: '2' },
    ODOO_MAX_CRON_THREADS: { ...ELSEWHERE, says: 'Processes that run scheduled actions.', default: '1' },
    ODOO_LIMIT_MEMORY_SOFT: {
      ...ELSEWHERE,
      says: "Bytes of a process after which it ends with its request; Odoo's own default.",
      default: String(2048 * 2 ** 20),
    },
    ODOO_LIMIT_MEMORY_HARD: {
      ...ELSEWHERE,
      says: "Bytes at which a process gets no more; Odoo's own default. Keep all processes below 80 % of the machine.",
      default: String(2560 * 2 ** 20),
    },
    ODOO_LIMIT_TIME_CPU: { ...ELSEWHERE, says: 'Seconds of CPU for one request.', default: '600' },
    ODOO_LIMIT_TIME_REAL: { ...ELSEWHERE, says: 'Seconds for one request.', default: '1200' },
  }),
  pooler: preset({
    PGHOST: { says: 'Host of the pooler.', required: true, source: 'runtime', stages: ['production'] },
    PGPORT: { says: "Port of the pooler, not of the database's server.", default: '6543', stages: ['production'] },
    PGSSLMODE: { says: 'Whether the connection is encrypted.', default: 'require', stages: ['production'] },
    ODOO_DB_MAXCONN: { says: 'Connections of one Odoo process.', default: '8', stages: ['production'] },
  }),
  'ai-ollama': preset({
    AI_PROVIDER: { says: 'Which kind of provider answers.', default: 'ollama' },
    AI_BASE_URL: { says: 'Address of an Ollama of your own.', default: 'http://ollama:11434' },
    AI_MODEL,
  }),
  'ai-api': preset({
    AI_PROVIDER: { says: 'Which kind of provider answers.', default: 'api' },
    AI_BASE_URL: { says: "Address of the provider's API.", required: true },
    AI_MODEL,
    AI_API_KEY: { says: "The provider's key.", required: true, secret: true },
  }),
};
