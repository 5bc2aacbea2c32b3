import { Document, isCollection, isMap, isScalar, Scalar } from 'yaml';
import { printable } from '../output/printable.ts';
import type { Settled } from './found.ts';
import type { Guess, GuessedStage } from './guess-project.ts';
import type { GuessedVariable } from './guess-variables.ts';

export const SCHEMA_FILE = '.slipway/slipway.schema.json';

/** One line of slipway.yaml that was found, and where. */
export interface Setting {
  readonly setting: string;
  readonly value: string;
  readonly from: string;
}

type Path = readonly string[];

interface Row {
  readonly path: Path;
  readonly value: unknown;
  readonly from: string;
}

const row = (path: Path, settled: Settled<unknown> | undefined): Row[] =>
  settled === undefined ? [] : [{ path, value: settled.value, from: settled.from }];

const stageRows = (stage: string, settled: Settled<GuessedStage> | undefined): Row[] => {
  if (settled === undefined) return [];
  const { value, from } = settled;
  const known = Object.entries(stage === 'staging' ? { branch: value.branch } : value).filter(
    ([, one]) => one !== undefined,
  );
  // A stage of which nothing is known is still one.
  if (known.length === 0) return [{ path: ['stages', stage], value: {}, from }];
  return known.map(([key, one]) => ({ path: ['stages', stage, key], value: one, from }));
};

const variableValue = ({ name: _, from: __, required, secret, source, stages, ...rest }: GuessedVariable): object => ({
  ...(required ? { required } : {}),
  ...rest,
  ...(secret ? { secret } : {}),
  ...(source === (secret ? 'secret-store' : 'file') ? {} : { source }),
  ...(stages === undefined ? {} : { stages }),
});

const rowsOf = (guess: Guess): readonly Row[] => [
  ...row(['name'], guess.name),
  ...row(['odoo', 'series'], guess.series),
  ...row(['odoo', 'image'], guess.image),
  ...row(['odoo', 'addons'], guess.addons),
  ...row(['odoo', 'requirements'], guess.requirements),
  ...row(['odoo', 'packages'], guess.packages),
  ...stageRows('staging', guess.staging),
  ...stageRows('production', guess.production),
  ...guess.variables.map((variable) => ({
    path: ['variables', 'names', variable.name],
    value: variableValue(variable),
    from: variable.from,
  })),
];

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, one]) => (one === true ? key : `${key} ${shown(one)}`))
    .join(', ');
};

export const settingsOf = (guess: Guess): readonly Setting[] =>
  rowsOf(guess).map(({ path, value, from }) => ({
    setting: path.join('.'),
    value: printable(shown(value)),
    from: printable(from),
  }));

const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));

/** Says where a setting came from, beside it or, where it has several lines, above it. */
const explain = (document: Document, path: Path, from: string): void => {
  const node = document.getIn(path, true);
  const comment = ` ${printable(from)}`;
  if (isScalar(node)) {
    node.comment = comment;
    return;
  }
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => keyText(key) === path.at(-1)) : undefined;
  if (pair !== undefined) {
    const key = new Scalar(path.at(-1));
    key.commentBefore = comment;
    pair.key = key;
  }
  if (isCollection(node)) node.flow = true;
};

/** The text of a first slipway.yaml; its first line makes editors check and complete it. */
export const projectFileText = (guess: Guess): string => {
  const document = new Document({ version: 1 });
  for (const { path, value } of rowsOf(guess)) document.setIn(path, document.createNode(value));
  for (const { path, from } of rowsOf(guess)) explain(document, path, from);
  // Strings in quotes: 19.0 without them is a number.
  const yaml = document.toString({ defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
  const doubts = guess.unknown.map((sentence) => `# Not found out. ${printable(sentence)}\n`).join('');
  return `# yaml-language-server: $schema=${SCHEMA_FILE}\n${doubts}${yaml}`;
};
