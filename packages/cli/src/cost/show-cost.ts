import type { CostEnvironment } from '@slipway/contracts/budget-config';
import { dollars } from '@slipway/guards/budget/cost';
import type { Price } from '@slipway/guards/budget/prices';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';

export interface CostLineView {
  readonly environment: CostEnvironment;
  readonly what: string;
  readonly name: string;
  readonly count: number;
  readonly share: number;
  readonly unit: number | null;
  readonly monthly: number | null;
  readonly file: string;
  readonly line: number;
  readonly price: Omit<Price, 'id' | 'name' | 'monthly'> | null;
}

export interface CostView {
  readonly currency: 'USD';
  readonly prices: string;
  readonly lines: CostLineView[];
  readonly environments: { readonly environment: CostEnvironment; readonly monthly: number }[];
  readonly total: number;
  readonly budget: { readonly limit: number; readonly over: boolean; readonly alert: number | null };
  readonly forecast: { readonly rest_of_month: number; readonly year: number };
  readonly list?: Price[] | undefined;
}

const usd = (amount: number): string => dollars(Math.round(amount * 100));
const maybe = (amount: number | null): string => (amount === null ? 'unknown' : usd(amount));
const timesText = ({ count, share }: CostLineView): string =>
  [count === 1 ? '' : `${count} ×`, share === 1 ? '' : `${Math.round(share * 1000) / 10} %`].filter(Boolean).join(' ');

/** Who says so, once per source, with the lines that stand on it. */
const sources = (lines: readonly CostLineView[]): readonly string[] => {
  const bySource = new Map<string, CostLineView[]>();
  for (const line of lines)
    if (line.price !== null) bySource.set(line.price.source, [...(bySource.get(line.price.source) ?? []), line]);
  return [...bySource].map(([source, [first, ...more]]) => {
    const names = [...new Set([first, ...more].flatMap((line) => line?.what ?? []))].join(', ');
    const {
      dated,
      read,
      second_hand: secondHand,
      note,
    } = first?.price ?? { dated: null, read: '', second_hand: false };
    const from = dated === null ? 'of no date' : `of ${dated}`;
    const hand = secondHand ? ', said by others than the seller' : '';
    return `  ${names}: ${source} (${from}, read ${read}${hand})${note === undefined ? '' : ` ${note}`}`;
  });
};

const standing = ({ total, budget }: CostView, screen: Screen): string => {
  if (budget.over) return `${screen.fail} ${usd(total - budget.limit)} over the budget of ${usd(budget.limit)}`;
  const left = `${usd(budget.limit - total)} below the budget of ${usd(budget.limit)}`;
  return budget.alert === null
    ? `${screen.ok} ${left}`
    : `${screen.warn} ${left}, past the alert at ${usd(budget.alert)}`;
};

export const costText = (view: CostView, screen: Screen): string => {
  if (view.lines.length === 0)
    return 'Nothing is planned that costs: no app spec, and nothing under budget.runs of slipway.yaml (docs/how-to/know-the-cost.md).';
  const rows = view.lines.map((line) => [
    line.environment,
    line.name === line.what ? '' : line.name,
    line.what,
    timesText(line),
    maybe(line.unit),
    maybe(line.monthly),
    `${line.file}:${line.line}`,
  ]);
  const columns = [
    { title: 'environment' },
    { title: 'name' },
    { title: 'what', elastic: true },
    { title: 'times' },
    { title: 'USD each', right: true },
    { title: 'USD a month', right: true },
    { title: 'from' },
  ];
  const unknown = view.lines.filter(({ monthly }) => monthly === null).length;
  return [
    table(screen, columns, rows),
    '',
    facts(screen, [
      ...view.environments.map(({ environment, monthly }) => [environment, usd(monthly)] as const),
      ['total', `${usd(view.total)} USD a month${unknown === 0 ? '' : `, without ${unknown} of unknown price`}`],
      [
        'forecast',
        `${usd(view.forecast.rest_of_month)} to the end of this month, ${usd(view.forecast.year)} a year, if nothing changes`,
      ],
    ]),
    standing(view, screen),
    '',
    `Prices (list ${view.prices}; without taxes, traffic and what is used beyond a plan):`,
    ...sources(view.lines).map(printable),
  ].join('\n');
};

export const pricesText = (list: readonly Price[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'what' },
      { title: 'name', elastic: true },
      { title: 'USD a month', right: true },
      { title: 'dated' },
      { title: 'read' },
    ],
    list.map(({ id, name, monthly, dated, read }) => [id, name, usd(monthly), dated ?? '', read]),
  );
