import { type Comparison, comparisonView } from '@slipway/contracts/invariants-views';
import { locksView, moduleTime, type RehearsalReport, tablesView } from '@slipway/contracts/rehearsal-views';
import { z } from 'zod';
import { rehearsalWords } from '../decide/rehearsal-words.ts';
import { type Forecast, forecastOf } from '../domain/forecast.ts';
import type { EnvironmentFacts } from '../plan/preview-facts.ts';
import type { StepRow } from '../store/journal.ts';

const updated = z.object({
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  locks: locksView.nullable(),
  modules: z.array(moduleTime),
});
const smoked = z.object({ failed: z.array(z.string()), results: z.array(z.object({ state: z.string() })) });

type Steps = readonly StepRow[];

/** What was found, as far as the rehearsal came: of its steps as the journal has them. */
export const rehearsalReport = (run: string, facts: EnvironmentFacts, steps: Steps): RehearsalReport => {
  const update = receiptOf(steps, 'update-modules', updated);
  const figures = receiptOf(steps, 'compare-figures', comparisonView);
  const { change } = facts;
  const forecast = forecastFrom(run, steps);
  const modules = modulesOf(facts, update?.modules ?? []);
  const ended = steps.some(({ kind, state }) => kind === 'smoke-slot' && state === 'done');
  return {
    action: change.action,
    modules,
    update: update && { seconds: tookOf(steps, 'update-modules'), errors: update.errors, warnings: update.warnings },
    locks: update?.locks ?? null,
    tables: receiptOf(steps, 'tables-after', tablesView),
    figures: figures && figuresOf(figures),
    smoke: smokeOf(steps),
    forecast,
    says: ended
      ? rehearsalWords({
          ...{ modules: modules.length, locks: update?.locks ?? null },
          readOnlySeconds: forecast?.readOnlySeconds ?? null,
        })
      : null,
  };
};

/** Null: the step is not done, or said something else. */
const receiptOf = <T>(steps: Steps, name: string, schema: z.ZodType<T>): T | null =>
  schema.safeParse(steps.find((step) => step.name === name && step.state === 'done')?.receipt).data ?? null;

const figuresOf = ({ compared, broken }: Comparison) => ({ compared, broken: broken.map(({ says }) => says) });

/** Odoo also updates what depends on a module that is: those are told, too. */
const modulesOf = (
  { change: { update, install } }: EnvironmentFacts,
  times: readonly z.infer<typeof moduleTime>[],
): RehearsalReport['modules'] => {
  const told = new Map(times.map(({ name, seconds }) => [name, seconds]));
  const names = [...new Set([...update, ...install, ...told.keys()])];
  return names.map((name) => ({
    name,
    action: install.includes(name) ? 'install' : 'update',
    seconds: told.get(name) ?? null,
  }));
};

const smokeOf = (steps: Steps): RehearsalReport['smoke'] => {
  const step = steps.find(({ kind }) => kind === 'smoke-slot');
  if (step?.state === 'failed' && step.failure?.code === 'smoke-failed')
    return { passed: 0, skipped: 0, failed: String(step.failure.facts['checks'] ?? '').split('\n') };
  const found = receiptOf(steps, step?.name ?? '', smoked);
  if (found === null) return null;
  const passed = found.results.filter(({ state }) => state === 'pass').length;
  return { passed, skipped: found.results.length - passed, failed: found.failed };
};

const MEASURED: Readonly<Record<'copy' | 'update' | 'figures' | 'boot' | 'smoke', ReadonlySet<string>>> = {
  copy: new Set(['clone-database', 'add-filestore']),
  update: new Set(['update-modules']),
  figures: new Set(['measure-invariants', 'compare-invariants']),
  boot: new Set(['boot-slot', 'await-ready']),
  smoke: new Set(['smoke-slot']),
};

const tookOf = (steps: Steps, ...kinds: readonly string[]): number =>
  Math.round(
    steps.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0) /
      100,
  ) / 10;

/** Null: nothing was updated, it did not come to its end, or a step was begun twice, whose time says nothing. */
const forecastFrom = (run: string, steps: Steps): Forecast | null => {
  const kinds = new Set(Object.values(MEASURED).flatMap((set) => [...set]));
  const measured = steps.filter(({ kind }) => kinds.has(kind));
  const has = (kind: string): boolean => measured.some((step) => step.kind === kind && step.state === 'done');
  if (!has('update-modules') || !has('smoke-slot') || measured.some(({ attempts }) => attempts > 1)) return null;
  const took = (part: keyof typeof MEASURED): number => tookOf(steps, ...MEASURED[part]);
  const parts = {
    ...{ copySeconds: took('copy'), updateSeconds: took('update'), figuresSeconds: took('figures') },
    ...{ bootSeconds: took('boot'), smokeSeconds: took('smoke') },
  };
  return forecastOf(parts, 'rehearsal', run);
};
