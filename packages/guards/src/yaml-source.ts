/**
 * YAML (and JSON, which is YAML) of strangers, with the place of everything in it. Bounded in size, nesting and aliases; never
 * throws. What is wrong is said in our words: the parser's would repeat pieces of the file, which may be a secret.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

export interface YamlProblem {
  readonly kind: 'syntax' | 'duplicate-key' | 'bomb';
  readonly place: Place;
  readonly message: string;
}

export interface YamlSource {
  /** Undefined when the text is no YAML, or stands for too much. */
  readonly data: unknown;
  readonly problems: readonly YamlProblem[];
  /** Of the value at a path, or of what comes nearest. */
  valueAt(path: Path): Place;
  /** Of the key that the path ends with. */
  keyAt(path: Path): Place;
  /** Of a character of the text. */
  placeAt(offset: number): Place;
}

export const START: Place = { line: 1, column: 1 };
const MOST_CHARACTERS = 1024 * 1024;
/** How many aliases are followed in all: above any honest file, far below a "billion laughs". */
const MOST_ALIASES = 100;

const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used to indent; YAML takes only spaces',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_ALIAS: 'an alias (*name) names no anchor (&name) before it',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping stands where one value is expected',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a colon missing after it?',
  BAD_SCALAR_START: 'a value starts with a character that needs quotes around it',
};

/** Tags are part of these formats (compose's `!reset`, `!override`): an unknown one is no fault of the file. */
const HARMLESS = new Set(['TAG_RESOLVE_FAILED']);

const nothing = (problem: YamlProblem): YamlSource => ({
  data: undefined,
  problems: [problem],
  valueAt: () => problem.place,
  keyAt: () => problem.place,
  placeAt: () => problem.place,
});
const bomb = (message: string): YamlSource => nothing({ kind: 'bomb', place: START, message });

/** The first document of a text. */
export const readYaml = (text: string): YamlSource => {
  if (text.length > MOST_CHARACTERS) return bomb('is larger than 1 MB: nothing of it was read');
  try {
    return parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    // The parser and what walks its tree recurse: a text that is nested deeply enough ends the stack, and nothing else.
    if (error instanceof RangeError) return bomb('is nested too deeply');
    throw error;
  }
};

const parse = (text: string): YamlSource => {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    logLevel: 'silent',
  });
  const document = 'empty' in documents ? undefined : documents[0];
  const placeAt = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document === undefined) return { ...nothing({ kind: 'syntax', place: START, message: '' }), problems: [] };
  const syntax = document.errors
    .filter(({ code }) => !HARMLESS.has(code))
    .map(({ code, pos }): YamlProblem => {
      const words = code.toLowerCase().replaceAll('_', ' ');
      return { kind: 'syntax', place: placeAt(pos[0]), message: SYNTAX[code] ?? `is not valid YAML here (${words})` };
    });
  const first = syntax[0];
  if (first !== undefined) return nothing(first);
  const data = plainData(document);
  if (data === undefined) return bomb(`uses aliases that stand for too much (limit ${MOST_ALIASES})`);
  return {
    data: data.value,
    problems: duplicateKeys(document.contents, placeAt),
    valueAt: (path) => placeAt(offsetOf(document, path, 'value')),
    keyAt: (path) => placeAt(offsetOf(document, path, 'key')),
    placeAt,
  };
};

const plainData = (document: Document.Parsed): { readonly value: unknown } | undefined => {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return endless(value, new Set()) ? undefined : { value };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
};

/** `&a [*a]` stands for itself. */
const endless = (value: unknown, above: Set<unknown>): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (above.has(value)) return true;
  above.add(value);
  const found = Object.values(value).some((part) => endless(part, above));
  above.delete(value);
  return found;
};

const MERGE = '<<';
/** With merging on, the parser holds a symbol as the value of `<<`. */
const keyText = ({ key }: Pair): string | null => (isScalar(key) ? (key.source ?? String(key.value)) : null);
const offset = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

/** The keys of one mapping that it has already. */
const repeatedIn = (map: YAMLMap): readonly Pair[] => {
  const seen = new Set<string>([MERGE]);
  return map.items.filter((pair) => {
    const key = keyText(pair);
    if (key === null || key === MERGE) return false;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
};

const duplicateKeys = (root: unknown, placeAt: (offset: number) => Place): YamlProblem[] => {
  if (isSeq(root)) return root.items.flatMap((item) => duplicateKeys(item, placeAt));
  if (!isMap(root)) return [];
  const here = repeatedIn(root).map((pair): YamlProblem => {
    const place = placeAt(offset(pair.key) ?? 0);
    const key = keyText(pair)?.slice(0, 60);
    return { kind: 'duplicate-key', place, message: `the key \`${key}\` is there twice: only the last one counts` };
  });
  return [...here, ...root.items.flatMap(({ value }) => duplicateKeys(value, placeAt))];
};

const resolved = (document: Document.Parsed, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

/** The pair of a key, also one that came in by `<<`. */
const pairOf = (document: Document.Parsed, map: YAMLMap, key: string): Pair | undefined => {
  const own = map.items.findLast((pair) => keyText(pair) === key);
  if (own !== undefined) return own;
  for (const pair of map.items.filter((one) => keyText(one) === MERGE)) {
    const merged = resolved(document, pair.value);
    const parts = isSeq(merged) ? merged.items.map((item) => resolved(document, item)) : [merged];
    for (const part of parts) {
      const found = isMap(part) ? pairOf(document, part, key) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
};

/** The node that one part of a path leads to, and its key in a mapping. */
const stepInto = (document: Document.Parsed, node: unknown, part: string | number): Partial<Pair> => {
  const inner = resolved(document, node);
  if (isMap(inner)) return pairOf(document, inner, String(part)) ?? {};
  return isSeq(inner) ? { value: inner.items[Number(part)] } : {};
};

/** Where the path leads, or where it stops leading anywhere. */
const offsetOf = (document: Document.Parsed, path: Path, what: 'key' | 'value'): number => {
  let node: unknown = document.contents;
  let at = offset(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const { key, value } = stepInto(document, node, part);
    const wantsKey = what === 'key' && index === path.length - 1;
    at = (wantsKey ? undefined : offset(value)) ?? offset(key) ?? at;
    node = value;
  }
  return at;
};
