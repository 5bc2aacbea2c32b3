/**
 * What is wrong with a document by a JSON Schema, one mistake per place. Where a schema has alternatives (`oneOf`, `anyOf`), every
 * validator complains about all of them; here the alternative that was most likely meant is found, and only its complaints are kept.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Path } from '../yaml-source.ts';

export interface Mistake {
  readonly path: Path;
  /** Whether the key at the end of the path is wrong, rather than its value. */
  readonly key: boolean;
  readonly message: string;
}

export type Schema = Readonly<Record<string, unknown>>;
export type Explain = (data: unknown) => readonly Mistake[];

/** Nobody reads more of one file. */
const MOST = 25;
const ALTERNATIVES = new Set(['oneOf', 'anyOf']);
/** They say only that something inside is wrong, which is said itself. */
const WRAPPERS = new Set(['if', 'oneOf', 'anyOf']);

const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const list = (values: readonly unknown[]): string => {
  const shown = values.slice(0, 12).map((value) => JSON.stringify(value));
  return `${shown.join(', ')}${values.length > 12 ? ', …' : ''}`;
};

const LACKS = 'lacks the key `';

const words = ({ keyword, params, message }: ErrorObject): string => {
  if (keyword === 'required') return `${LACKS}${params.missingProperty}\``;
  if (keyword === 'enum') return `is none of ${list(params.allowedValues as unknown[])}`;
  if (keyword === 'const') return `is not ${list([params.allowedValue])}`;
  if (keyword === 'type') return `must be ${[params.type].flat().join(' or ')}`;
  if (keyword === 'pattern') return 'has not the form that is wanted here';
  if (keyword === 'not') return 'stands beside a key that excludes it';
  return message ?? 'is not allowed here';
};

const asMistake = (error: ErrorObject, base: Path): Mistake => {
  const path = [...base, ...pathOf(error.instancePath)];
  const extra = (error.params.additionalProperty ?? error.params.unevaluatedProperty) as string | undefined;
  if (extra !== undefined)
    return { path: [...path, extra], key: true, message: `unknown key \`${extra.slice(0, 60)}\`` };
  if (error.keyword === 'propertyNames') {
    const name = String(error.params.propertyName);
    return { path: [...path, name], key: true, message: `\`${name.slice(0, 60)}\` is no name that is allowed here` };
  }
  return { path, key: false, message: words(error) };
};

const signature = ({ instancePath, keyword, params }: ErrorObject, base = ''): string =>
  `${base}${instancePath} ${keyword} ${JSON.stringify(params)}`;

/** How badly an alternative misses: one whose kind of value is another was hardly meant. */
const distance = (mistakes: readonly Mistake[], base: Path): number => {
  const atTop = mistakes.filter(({ path, key }) => path.length === base.length && !key);
  const wrongKind = atTop.some(({ message }) => message.startsWith('must be'));
  return mistakes.length + atTop.length + (wrongKind ? 1000 : 0);
};

/** One mistake per place; a missing key is told beside the others. */
const distinct = (mistakes: readonly Mistake[]): readonly Mistake[] => {
  const seen = new Map<string, Mistake>();
  for (const one of mistakes) {
    const missing = one.message.startsWith('lacks') ? one.message : '';
    const place = `${one.key} ${JSON.stringify(one.path)} ${missing}`;
    if (!seen.has(place)) seen.set(place, one);
  }
  return [...seen.values()];
};

/** How many letters two names differ by, as far as it matters. */
const differ = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, compared] of [...other].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === compared ? 0 : 1)));
    row = next;
  }
  return row[other.length] ?? 0;
};

/** A key that is unknown, and one that is missing beside it, are one mistake when they are nearly the same word. */
const spelling = (mistakes: readonly Mistake[]): readonly Mistake[] => {
  const missing = mistakes.filter(({ message }) => message.startsWith(LACKS));
  const meant = new Map<Mistake, Mistake>();
  for (const unknown of mistakes.filter(({ key }) => key)) {
    const name = String(unknown.path.at(-1));
    const object = JSON.stringify(unknown.path.slice(0, -1));
    const near = missing.find(
      ({ path, message }) =>
        JSON.stringify(path) === object && name.length < 60 && differ(name, message.slice(LACKS.length, -1)) <= 2,
    );
    if (near !== undefined) meant.set(unknown, near);
  }
  const gone = new Set(meant.values());
  return mistakes
    .filter((one) => !gone.has(one))
    .map((one) => {
      const near = meant.get(one);
      return near === undefined
        ? one
        : { ...one, message: `${one.message}: should it be ${near.message.slice(LACKS.length - 1)}?` };
    });
};

class Explainer {
  readonly #ajv: Ajv | Ajv2020;
  readonly #root: Schema;
  readonly #compiled = new Map<unknown, ValidateFunction>();

  constructor(root: Schema, draft2020: boolean) {
    const options = { strict: false, allErrors: true, verbose: true, validateFormats: false, logger: false as const };
    this.#ajv = draft2020 ? new Ajv2020(options) : new Ajv(options);
    this.#root = root;
  }

  errors(schema: unknown, data: unknown): readonly ErrorObject[] {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      const { definitions, $defs } = this.#root;
      const shared = {
        ...(definitions === undefined ? {} : { definitions }),
        ...($defs === undefined ? {} : { $defs }),
      };
      validate = this.#ajv.compile(typeof schema === 'object' ? { ...shared, ...schema } : { ...shared });
      this.#compiled.set(schema, validate);
    }
    return validate(data) ? [] : (validate.errors ?? []);
  }

  explain(schema: unknown, data: unknown, base: Path): readonly Mistake[] {
    const errors = this.errors(schema, data);
    const failed = errors.filter(({ keyword }) => ALTERNATIVES.has(keyword));
    const choices = failed
      .toSorted((one, other) => one.instancePath.length - other.instancePath.length)
      .slice(0, MOST)
      .map((error) => ({ error, theirs: new Set(this.#signatures(error)) }));
    const outer = choices.filter(
      ({ error }) => !choices.some((other) => other.error !== error && other.theirs.has(signature(error))),
    );
    // Nobody reads that many: what lies inside the others is left for the next run.
    const left = new Set(failed.slice(MOST).map(({ instancePath }) => instancePath));
    const own = errors.filter(
      (error) =>
        !WRAPPERS.has(error.keyword) &&
        !left.has(error.instancePath) &&
        !outer.some(({ theirs }) => theirs.has(signature(error))),
    );
    const chosen = outer.flatMap(({ error }) => this.#choose(error, base));
    return distinct([...own.slice(0, MOST * 4).map((error) => asMistake(error, base)), ...chosen]);
  }

  #signatures(choice: ErrorObject): readonly string[] {
    const branches = (choice.schema as unknown[]).flatMap((branch) => this.errors(branch, choice.data));
    return branches.map((error) => signature(error, choice.instancePath));
  }

  #choose(choice: ErrorObject, base: Path): readonly Mistake[] {
    const at = [...base, ...pathOf(choice.instancePath)];
    if (choice.params.passingSchemas !== undefined && choice.params.passingSchemas !== null)
      return [{ path: at, key: false, message: 'fits several of the forms that exclude each other' }];
    const answers = (choice.schema as unknown[]).map((branch) => this.explain(branch, choice.data, at));
    const best = answers.toSorted((one, other) => distance(one, at) - distance(other, at));
    const [first = [], second] = best;
    const tied = second !== undefined && distance(second, at) === distance(first, at);
    const plain = answers.every((answer) => answer.length === 1 && answer[0]?.path.length === at.length);
    return tied && plain ? [together(answers.flat(), at)] : first;
  }
}

/** `lacks the key a, or lacks the key b`, for alternatives of one word each. */
const together = (mistakes: readonly Mistake[], path: Path): Mistake => ({
  path,
  key: false,
  message: [...new Set(mistakes.map(({ message }) => message))].slice(0, 6).join(', or '),
});

export const explainer = (schema: Schema, draft2020 = false): Explain => {
  const made = new Explainer(schema, draft2020);
  return (data) => spelling(made.explain(schema, data, [])).slice(0, MOST);
};
