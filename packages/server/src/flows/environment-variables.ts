import { parseProjectConfig } from '@slipway/contracts/config-file';
import type { EnvironmentVariables, VariableNow } from '@slipway/contracts/environment-views';
import { Failure } from '@slipway/contracts/failure';
import { type InventoryRow, inventoryOf, variablesOf } from '@slipway/contracts/inventory';
import { type ProjectConfig, projectConfig } from '@slipway/contracts/project-config';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import { secretNames } from '../store/secrets.ts';
import type { Slipway } from './slipway.ts';

/** The one place that says variables is slipway.yaml, that of the commit which serves; secrets have their values in the store. */
export const environmentVariables = async (slipway: Slipway, id: string): Promise<EnvironmentVariables> => {
  const environment = await requireEnvironment(slipway.db, id);
  const { project, stage } = environment;
  const ofProject = wholeConfig((await projectByName(slipway.db, project)).config);
  const served = await configServed(slipway, environment);
  const settings = settingsOf(served?.config ?? ofProject, ofProject, stage);
  const known = new Set(await secretNames(slipway.db, project, stage));
  const rows = variablesOf(inventoryOf(served?.config ?? ofProject), stage);
  return {
    ...{ environment: id, stage, sha: served?.sha ?? null },
    variables: rows.map((row) => variableNow(row, settings, known)),
  };
};

/** One that an older Slipway stored lacks what came since. Failure: config-invalid. */
const wholeConfig = (stored: ProjectConfig): ProjectConfig => {
  const whole = projectConfig.safeParse(stored);
  if (whole.success) return whole.data;
  const problems = whole.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Failure('config-invalid', { problems });
};

interface Settings {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** As the planner chooses them: what the commit says of its stage, else what the project said when it was added. */
const settingsOf = (commit: ProjectConfig, project: ProjectConfig, stage: Environment['stage']): Settings => {
  if (stage === 'staging') return commit.stages.staging ?? project.stages.staging ?? commit.stages.preview;
  if (stage === 'preview') return commit.stages.preview;
  const production = commit.stages.production ?? project.stages.production;
  if (stage === 'production' && production !== undefined) return production;
  return { environment: {}, secrets: [] };
};

/** Null: there is no such commit here any more, or what it says cannot be read. */
const configServed = async (
  { ports, logger }: Slipway,
  { id, project, liveSha }: Environment,
): Promise<{ readonly sha: string; readonly config: ProjectConfig } | null> => {
  if (liveSha === null) return null;
  try {
    const text = await (await ports.repository(project)).readFile(liveSha, 'slipway.yaml');
    const parsed = text === null ? null : parseProjectConfig(text);
    return parsed?.ok === true ? { sha: liveSha, config: parsed.config } : null;
  } catch (error) {
    logger.warn({ err: error, environment: id }, 'slipway.yaml of what serves could not be read');
    return null;
  }
};

const variableNow = (row: InventoryRow, settings: Settings, known: ReadonlySet<string>): VariableNow => {
  const { name, says, required, secret, source } = row;
  const value = secret ? null : (settings.environment[name] ?? null);
  return {
    ...{ name, says, required, secret, source, value, default: row.default },
    given: secret ? known.has(name) : value !== null || row.default !== null,
    handed: Object.hasOwn(settings.environment, name) || settings.secrets.includes(name),
  };
};
