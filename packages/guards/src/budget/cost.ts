/** What the plan costs a month. Sums are made of whole cents, each line rounded up: a table that adds up, and never says too little. */
import { type BudgetSection, COST_ENVIRONMENTS, type CostEnvironment } from '@slipway/contracts/budget-config';
import type { Tree } from '../tree.ts';
import { type Planned, plannedIn } from './planned.ts';
import { type Price, priceOf } from './prices.ts';

export interface CostLine extends Planned {
  /** Cents a month for one; null when no price is known. */
  readonly unit: number | null;
  /** Cents a month. */
  readonly cents: number | null;
  /** Null for what you gave the price of yourself. */
  readonly price: Price | null;
}

export interface Cost {
  readonly lines: readonly CostLine[];
  readonly environments: readonly { readonly environment: CostEnvironment; readonly cents: number }[];
  /** Of the lines that have a price. */
  readonly total: number;
  readonly limit: number;
  readonly over: boolean;
  /** The highest alert that is reached; null: none. */
  readonly alert: number | null;
  /** If nothing changes: what is left of this month, with today; a whole year. */
  readonly forecast: { readonly restOfMonth: number; readonly year: number };
}

const inCents = (dollars: number): number => Math.round(dollars * 100);
/** A tenth of a cent of doubt is left out: 0.1 × 3 is not more than 0.3. */
const upToCents = (cents: number): number => Math.ceil(cents - 0.001);

const priced = (one: Planned): CostLine => {
  const price = priceOf(one.what);
  const dollars = one.what === 'own' ? one.monthly : (price?.monthly ?? null);
  const unit = dollars === null ? null : inCents(dollars);
  return { ...one, price, unit, cents: unit === null ? null : upToCents(unit * one.count * one.share) };
};

/** The part of the month that is left, today counted. */
const restOf = (today: string): number => {
  const [year = 1970, month = 1, day = 1] = today.split('-').map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return (days - day + 1) / days;
};

const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { cents }) => total + (cents ?? 0), 0);

export const costOf = async (
  tree: Tree,
  config: { readonly budget: BudgetSection; readonly file: string } | null,
  today: string,
): Promise<Cost> => {
  const lines = (await plannedIn(tree, config)).map(priced);
  const total = sum(lines);
  const limit = inCents(config?.budget.limit ?? 20);
  const alerts = (config?.budget.alerts ?? [10, 15]).map(inCents).filter((alert) => total >= alert && alert > 0);
  return {
    lines,
    environments: COST_ENVIRONMENTS.map((environment) => ({
      environment,
      cents: sum(lines.filter((line) => line.environment === environment)),
    })).filter(({ environment }) => lines.some((line) => line.environment === environment)),
    total,
    limit,
    over: total > limit,
    alert: alerts.length === 0 ? null : Math.max(...alerts),
    forecast: { restOfMonth: upToCents(total * restOf(today)), year: total * 12 },
  };
};

export const dollars = (cents: number): string =>
  `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
