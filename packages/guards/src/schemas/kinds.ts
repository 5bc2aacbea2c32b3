/** The kinds of files that have a published schema, how each is known, and its schema, which is read only when there is such a file. */
import { fieldsOf, isAppSpec, isCompose, isWorkflow } from '../file-kinds.ts';
import type { Severity } from '../guard.ts';
import { type Explain, explainer, type Mistake, type Schema } from './explain.ts';

export interface Kind {
  readonly name: string;
  readonly rule: string;
  readonly says: string;
  /** Default: error. */
  readonly severity?: Severity;
  /** By the name alone: most files are none of ours, and are not read. */
  readonly named: (path: string) => boolean;
  /** By what is in it, where the name says too little. */
  readonly holds: (data: unknown) => boolean;
  readonly schema: () => Promise<Explain>;
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

type Module = { readonly default: unknown };
const schemaOf = (load: () => Promise<Module>, draft2020 = false) =>
  once(async () => explainer((await load()).default as Schema, draft2020));

/** Grafana adds these keys when they are missing, and writes others into an export that it takes back. */
const ADDED = ['templating', 'annotations', 'editable', 'timepicker'];
const EXPORTED = ['__inputs', '__elements', '__requires', 'iteration', 'gnetId'];
const dashboardSchema = once(async () => {
  const { default: schema } = await import('./data/grafana-dashboard.json', { with: { type: 'json' } });
  const { Dashboard } = schema.definitions;
  const required = Dashboard.required.filter((key) => !ADDED.includes(key));
  const explain = explainer({
    ...schema,
    definitions: { ...schema.definitions, Dashboard: { ...Dashboard, required } },
  });
  return (data: unknown) => {
    const written = Object.entries(fieldsOf(data)).filter(([key]) => !EXPORTED.includes(key));
    return explain(Object.fromEntries(written));
  };
});

/** GitHub takes a strategy without a matrix, such as one with `fail-fast` alone. */
const workflowSchema = once(async () => {
  const { default: schema } = await import('./data/github-workflow.json', { with: { type: 'json' } });
  const explain = explainer(schema as Schema);
  const forgiven = ({ path, message }: Mistake): boolean =>
    path.at(-1) === 'strategy' && message.startsWith('lacks the key `matrix`');
  return (data: unknown) => explain(data).filter((mistake) => !forgiven(mistake));
});

const yaml = (path: string): boolean => /\.ya?ml$/.test(path);
const has = (data: unknown, ...keys: readonly string[]): boolean => keys.every((key) => key in fieldsOf(data));
const always = (): boolean => true;

export const KINDS: readonly Kind[] = [
  {
    name: 'compose file',
    rule: 'schemas/compose',
    says: "the compose specification's schema",
    named: isCompose,
    holds: always,
    schema: schemaOf(() => import('./data/compose.json', { with: { type: 'json' } })),
  },
  {
    name: 'workflow',
    rule: 'schemas/workflow',
    says: "GitHub Actions' schema",
    named: isWorkflow,
    holds: always,
    schema: workflowSchema,
  },
  {
    name: 'app spec',
    rule: 'schemas/app-spec',
    says: "DigitalOcean's own description of an app spec",
    named: isAppSpec,
    holds: always,
    schema: schemaOf(() => import('./data/app-spec.json', { with: { type: 'json' } }), true),
  },
  {
    name: 'Prometheus configuration',
    rule: 'schemas/prometheus',
    says: "Prometheus' schema",
    named: (path) => /(^|\/)prometheus[\w.-]*\.ya?ml$/.test(path),
    holds: (data) => has(data, 'scrape_configs'),
    schema: schemaOf(() => import('./data/prometheus.json', { with: { type: 'json' } })),
  },
  {
    name: 'Prometheus rules',
    rule: 'schemas/prometheus-rules',
    says: "the schema of Prometheus' rules",
    named: (path) => yaml(path) && /(rules|alerts|recording)/i.test(path),
    holds: (data) => has(data, 'groups') && Object.keys(fieldsOf(data)).length <= 2,
    schema: schemaOf(() => import('./data/prometheus-rules.json', { with: { type: 'json' } })),
  },
  {
    name: 'Alertmanager configuration',
    rule: 'schemas/alertmanager',
    says: "Alertmanager's schema",
    named: (path) => /(^|\/)alertmanager[\w.-]*\.ya?ml$/.test(path),
    holds: (data) => has(data, 'route', 'receivers'),
    schema: schemaOf(() => import('./data/alertmanager.json', { with: { type: 'json' } })),
  },
  {
    name: 'Grafana dashboard',
    rule: 'schemas/grafana-dashboard',
    says: "Grafana's schema of a dashboard",
    // Grafana takes more than its schema says, and mends old dashboards as it loads them.
    severity: 'warning',
    named: (path) => path.endsWith('.json') && /(dashboard|grafana)/i.test(path),
    holds: (data) => has(data, 'panels'),
    schema: dashboardSchema,
  },
];
