/** What a repository plans to run: `budget.runs` of slipway.yaml, and the components of its app specs. */
import type { BudgetSection, CostEnvironment } from '@slipway/contracts/budget-config';
import { appSpecIn, fieldsOf, isAppSpec, listOf } from '../file-kinds.ts';
import { stageOf } from '../stage-of.ts';
import type { Tree } from '../tree.ts';
import { type Path, type Place, readYaml, START, type YamlSource } from '../yaml-source.ts';

export interface Planned {
  readonly environment: CostEnvironment;
  readonly what: string;
  readonly name: string;
  readonly count: number;
  readonly share: number;
  /** Of one; null where the price list knows. */
  readonly monthly: number | null;
  readonly file: string;
  readonly place: Place;
}

/** Components that run all the time. Jobs are billed by the second, and only while they run. */
const COMPONENTS = ['services', 'workers'] as const;

const wholeNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1000 ? value : null;

/** As many as there may be: a budget is about the most that can be asked for. */
const instances = (component: Readonly<Record<string, unknown>>): number =>
  wholeNumber(fieldsOf(component.autoscaling).max_instance_count) ?? wholeNumber(component.instance_count) ?? 1;

const ofSpec = (file: string, source: YamlSource): readonly Planned[] => {
  const { spec, at } = appSpecIn(source.data);
  const environment = stageOf(file) ?? stageOf(String(spec.name ?? '')) ?? 'production';
  const shared = { environment, share: 1, monthly: null, file };
  const components = COMPONENTS.flatMap((kind) =>
    listOf(spec[kind]).map((raw, index): Planned => {
      const component = fieldsOf(raw);
      const path: Path = [
        ...at,
        kind,
        index,
        ...(component.instance_size_slug === undefined ? [] : ['instance_size_slug']),
      ];
      // DigitalOcean's own default, by its document.
      const slug = String(component.instance_size_slug ?? 'apps-s-1vcpu-0.5gb');
      const name = String(component.name ?? kind);
      return {
        ...shared,
        what: `digitalocean/${slug}`,
        name,
        count: instances(component),
        place: source.valueAt(path),
      };
    }),
  );
  const databases = listOf(spec.databases).flatMap((raw, index): Planned[] => {
    const database = fieldsOf(raw);
    // A cluster of its own has its own line in `budget.runs`: the spec only names it.
    if (database.production === true) return [];
    const place = source.valueAt([...at, 'databases', index]);
    return [
      { ...shared, what: 'digitalocean/app-dev-database', name: String(database.name ?? 'database'), count: 1, place },
    ];
  });
  return [...components, ...databases];
};

interface Section {
  readonly budget: BudgetSection;
  readonly file: string;
}

const ofConfig = ({ budget, file }: Section, text: string | null): readonly Planned[] => {
  const source = text === null ? null : readYaml(text);
  return budget.runs.map((run, index) => ({
    ...run,
    name: run.name ?? run.what,
    monthly: run.monthly ?? null,
    file,
    place: source?.valueAt(['budget', 'runs', index, 'what']) ?? START,
  }));
};

export const plannedIn = async (tree: Tree, config: Section | null): Promise<readonly Planned[]> => {
  const found = config === null ? [] : [...ofConfig(config, await tree.text(config.file))];
  for (const { path } of tree.files) {
    const spec = isAppSpec(path) ? await tree.text(path) : null;
    if (spec !== null) found.push(...ofSpec(path, readYaml(spec)));
  }
  return found;
};
