/** The inventory of environment variables: what slipway.yaml says of them, and what its stages use. */
import type { ProjectConfig } from './project-config.ts';
import { PRESETS } from './variable-presets.ts';
import { STAGES, type StageName, type Variable } from './variables-config.ts';

export interface InventoryRow {
  readonly name: string;
  readonly says: string;
  readonly required: boolean;
  /** Null: none. Never that of a secret. */
  readonly default: string | null;
  readonly secret: boolean;
  readonly source: 'file' | 'secret-store' | 'ci' | 'runtime';
  readonly stages: readonly StageName[];
}

const fromVariable = (name: string, one: Variable): InventoryRow => ({
  name,
  says: one.says,
  required: one.required,
  default: one.secret ? null : (one.default ?? null),
  secret: one.secret,
  source: one.source ?? (one.secret ? 'secret-store' : 'file'),
  stages: STAGES.filter((stage) => one.stages.includes(stage)),
});

interface Use {
  readonly name: string;
  readonly stage: StageName;
  readonly secret: boolean;
  readonly says: string;
}

/** What the stages themselves name, so that nothing has to be said twice in slipway.yaml. */
const usesOf = ({ stages, data }: ProjectConfig): readonly Use[] => {
  const running = [
    ...(stages.preview.enabled ? [{ stage: 'preview' as const, settings: stages.preview }] : []),
    ...(stages.staging === undefined ? [] : [{ stage: 'staging' as const, settings: stages.staging }]),
  ];
  const ofStages = running.flatMap(({ stage, settings }): Use[] => [
    ...Object.keys(settings.environment).map((name) => ({ name, stage, secret: false, says: 'Set in slipway.yaml.' })),
    ...settings.secrets.map((name) => ({ name, stage, secret: true, says: 'Handed to the container.' })),
  ]);
  if (stages.production === undefined) return ofStages;
  const production = (name: string, says: string): Use => ({ name, stage: 'production', secret: true, says });
  const { store, backups } = data;
  return [
    ...ofStages,
    production(stages.production.database, "Address of production's database, for Slipway."),
    ...(store.kind === 's3'
      ? [production(store.access_key, 'Key id of the bucket.'), production(store.secret_key, 'Key of the bucket.')]
      : []),
    ...(backups.point_in_time.enabled && backups.point_in_time.database !== stages.production.database
      ? [production(backups.point_in_time.database, 'Address with REPLICATION, for the log of production.')]
      : []),
  ];
};

const withUse = (row: InventoryRow | undefined, { name, stage, secret, says }: Use): InventoryRow => ({
  name,
  says: row?.says || says,
  // A stage that names a secret does not start without it.
  required: (row?.required ?? false) || secret,
  default: secret ? null : (row?.default ?? null),
  secret: secret || (row?.secret ?? false),
  source: secret ? 'secret-store' : (row?.source ?? 'file'),
  stages: STAGES.filter((one) => one === stage || row?.stages.includes(one)),
});

/** Every environment variable of every stage, by name: presets, then what slipway.yaml says, then what its stages use. */
export const inventoryOf = (config: ProjectConfig): readonly InventoryRow[] => {
  const rows = new Map<string, InventoryRow>();
  const { presets, names } = config.variables;
  for (const [name, one] of [...presets.map((preset) => PRESETS[preset]), names].flatMap(Object.entries<Variable>))
    rows.set(name, fromVariable(name, one));
  for (const use of usesOf(config)) rows.set(use.name, withUse(rows.get(use.name), use));
  return [...rows.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
};

export const variablesOf = (rows: readonly InventoryRow[], stage: StageName): readonly InventoryRow[] =>
  rows.filter(({ stages }) => stages.includes(stage));
