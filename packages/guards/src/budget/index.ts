import { finder } from '../find.ts';
import type { Finding, Guard, GuardContext, Rule } from '../guard.ts';
import { readYaml, START } from '../yaml-source.ts';
import { type Cost, type CostLine, costOf, dollars } from './cost.ts';
import { nearPrices } from './prices.ts';

const RULES = [
  {
    id: 'budget/over-limit',
    severity: 'error',
    why: 'What is planned costs more than somebody agreed to pay: the bill would say so a month later.',
  },
  {
    id: 'budget/alert',
    severity: 'warning',
    why: 'The plan is near its limit: the next preview or database may be the one that is too much.',
  },
  {
    id: 'budget/price-unknown',
    severity: 'error',
    why: 'What has no price is counted as nothing, and the sum says less than the bill.',
  },
  {
    id: 'budget/price-old',
    severity: 'note',
    why: 'A price that was read more than a year ago may be another one by now.',
  },
] as const satisfies readonly Rule[];
const find = finder(RULES);

/** Days between two ISO dates. */
const age = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

function* checkLine(line: CostLine, today: string): Generator<Finding> {
  const at = { file: line.file, ...line.place };
  if (line.unit === null) {
    const near = nearPrices(line.what);
    const own = line.what === 'own';
    const fix = own
      ? 'Say `monthly:`.'
      : `Use ${near.length > 0 ? near.join(', ') : 'a name of `slipway cost --prices`'}, or \`own\` with a price.`;
    yield find(
      'budget/price-unknown',
      at,
      own ? 'a server of your own has no price here' : `the price list has no ${line.what.slice(0, 80)}`,
      fix,
    );
  } else if (line.price !== null && age(line.price.read, today) > 365)
    yield find(
      'budget/price-old',
      at,
      `the price of ${line.what} was read on ${line.price.read}`,
      `Look at ${line.price.source}, or take a newer Slipway.`,
    );
}

/** One finding per price, however many lines have it. */
const firstOf = (lines: readonly CostLine[]): readonly CostLine[] =>
  lines.filter(({ what, unit }, index) => unit === null || lines.findIndex((line) => line.what === what) === index);

const told = ({
  lines,
  total,
  limit,
  over,
  alert,
}: Cost): readonly [(typeof RULES)[number]['id'], string, string] | null => {
  const most = lines.toSorted((one, other) => (other.cents ?? 0) - (one.cents ?? 0))[0];
  const fix =
    most === undefined
      ? ''
      : `The most is ${most.what} of ${most.environment} (${dollars(most.cents ?? 0)}); \`slipway cost\` has every line.`;
  if (over)
    return [
      'budget/over-limit',
      `all environments cost ${dollars(total)} USD a month; the limit is ${dollars(limit)}`,
      fix,
    ];
  if (alert === null) return null;
  return [
    'budget/alert',
    `all environments cost ${dollars(total)} USD a month, past the alert at ${dollars(alert)}; the limit is ${dollars(limit)}`,
    fix,
  ];
};

async function* check({ tree, config, today }: GuardContext): AsyncGenerator<Finding> {
  const section = config === null ? null : { budget: config.value.budget, file: config.file };
  const cost = await costOf(tree, section, today);
  for (const line of firstOf(cost.lines)) yield* checkLine(line, today);
  const sum = told(cost);
  if (sum === null) return;
  const [rule, message, fix] = sum;
  const file = config?.file ?? cost.lines[0]?.file ?? '';
  const text = config === null ? null : await tree.text(file);
  const place = text === null ? START : readYaml(text).valueAt(['budget', 'limit']);
  yield find(rule, { file, ...place }, message, fix);
}

export const budget: Guard = {
  id: 'budget',
  title: 'What is planned stays below its budget',
  rules: RULES,
  check,
};
