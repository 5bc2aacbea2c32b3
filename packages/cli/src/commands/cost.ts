import { join } from 'node:path';
import { COST_ENVIRONMENTS } from '@slipway/contracts/budget-config';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { Failure } from '@slipway/contracts/failure';
import { type Cost, type CostLine, costOf } from '@slipway/guards/budget/cost';
import { PRICES, PRICES_VERSION, price } from '@slipway/guards/budget/prices';
import { readTree } from '@slipway/guards/folder-tree';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { type CostView, costText, pricesText } from '../cost/show-cost.ts';
import { PROJECT_FILE } from '../local/project-file.ts';
import { readText } from '../local/read-text.ts';

const environment = z.enum(COST_ENVIRONMENTS);
const costView = z.object({
  currency: z.literal('USD'),
  /** Of the price list. */
  prices: z.string(),
  lines: z.array(
    z.object({
      environment,
      what: z.string(),
      name: z.string(),
      count: z.number(),
      share: z.number(),
      /** A month, for one; null: no price is known, and nothing was counted. */
      unit: z.number().nullable(),
      monthly: z.number().nullable(),
      /** Where it is planned. */
      file: z.string(),
      line: z.int(),
      /** Null for a price of your own. */
      price: price.omit({ id: true, name: true, monthly: true }).nullable(),
    }),
  ),
  environments: z.array(z.object({ environment, monthly: z.number() })),
  total: z.number(),
  budget: z.object({ limit: z.number(), over: z.boolean(), alert: z.number().nullable() }),
  forecast: z.object({ rest_of_month: z.number(), year: z.number() }),
  /** The whole price list, with --prices. */
  list: z.array(price).optional(),
});

const dollars = (cents: number): number => cents / 100;
const maybe = (cents: number | null): number | null => (cents === null ? null : dollars(cents));

const lineView = ({ price: known, unit, cents, place, monthly: _, ...line }: CostLine) => {
  const { id, name, monthly, ...source } = known ?? { id: '', name: '', monthly: 0 };
  return {
    ...line,
    unit: maybe(unit),
    monthly: maybe(cents),
    line: place.line,
    price: known === null ? null : (source as Omit<typeof known, 'id' | 'name' | 'monthly'>),
  };
};

const viewOf = (cost: Cost): CostView => ({
  currency: 'USD',
  prices: PRICES_VERSION,
  lines: cost.lines.map(lineView),
  environments: cost.environments.map(({ environment: of, cents }) => ({ environment: of, monthly: dollars(cents) })),
  total: dollars(cost.total),
  budget: { limit: dollars(cost.limit), over: cost.over, alert: maybe(cost.alert) },
  forecast: { rest_of_month: dollars(cost.forecast.restOfMonth), year: dollars(cost.forecast.year) },
});

/** Its budget; null when there is no slipway.yaml, which app specs do without. */
const readBudget = async (folder: string) => {
  const text = await readText(join(folder, PROJECT_FILE));
  if (text === null) return null;
  const parsed = parseProjectConfig(text, PROJECT_FILE);
  if (parsed.ok) return { budget: parsed.config.budget, file: PROJECT_FILE };
  const problems = parsed.problems.map(({ line, path, message }) => `line ${line}: ${path} ${message}`).join('; ');
  throw new Failure('config-invalid', { problems });
};

export const cost = defineCommand({
  path: 'cost',
  says: 'Say what the environments of the repository in this folder cost a month, line by line, against the budget. Asks nobody: each price says where it is from. Ends with 1 when it is over the limit.',
  example: 'slipway cost --json',
  options: [{ flags: '--prices', says: 'also show the whole price list' }],
  input: z.strictObject({ prices: z.boolean().default(false) }),
  view: costView,
  routes: [],
  run: async ({ prices }, { io }) => {
    const section = await readBudget(io.cwd);
    const made = await costOf(await readTree(io.cwd), section, io.now().toISOString().slice(0, 10));
    return { ...viewOf(made), ...(prices ? { list: [...PRICES] } : {}) };
  },
  show: (view, screen) =>
    [costText(view, screen), ...(view.list === undefined ? [] : ['', pricesText(view.list, screen)])].join('\n'),
  exit: ({ budget }) => (budget.over ? 'failed' : 'ok'),
});
