import { STAGES, type StageName } from '@slipway/contracts/variables-config';
import type { Facts, FoundVariable } from './found.ts';

export interface GuessedVariable {
  readonly name: string;
  readonly default?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly source: FoundVariable['source'];
  readonly stages?: readonly StageName[];
  readonly from: string;
}

const MOST_VARIABLES = 200;

const merged = (name: string, said: readonly (FoundVariable & { file: string })[]): GuessedVariable => {
  const secret = said.some((one) => one.secret);
  const value = secret ? undefined : said.find((one) => one.default !== undefined)?.default;
  const everywhere = said.some((one) => one.stages === undefined);
  const named = new Set(said.flatMap((one) => one.stages ?? []));
  return {
    name,
    ...(value === undefined ? {} : { default: value }),
    required: value === undefined && said.some((one) => one.required),
    secret,
    source: said.some((one) => one.source === 'runtime') ? 'runtime' : secret ? 'secret-store' : 'file',
    ...(everywhere ? {} : { stages: STAGES.filter((stage) => named.has(stage)) }),
    from: [...new Set(said.map(({ file }) => file))].slice(0, 3).join(', '),
  };
};

/** One row per name, whichever files name it; by name. */
export const guessVariables = (
  all: readonly Facts[],
): { readonly variables: readonly GuessedVariable[]; readonly unknown: readonly string[] } => {
  const said = new Map<string, (FoundVariable & { file: string })[]>();
  for (const { file, variables } of all)
    for (const one of variables) {
      const rows = said.get(one.name) ?? [];
      rows.push({ ...one, file });
      said.set(one.name, rows);
    }
  const names = [...said.keys()].sort();
  const left = names.length - MOST_VARIABLES;
  return {
    variables: names.slice(0, MOST_VARIABLES).map((name) => merged(name, said.get(name) ?? [])),
    unknown: left > 0 ? [`${left} more environment variables: only ${MOST_VARIABLES} were written.`] : [],
  };
};
