/** Where things stand in the text of slipway.yaml. */
import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';
import { type ConfigProblem, type Path, pathText } from './config-problem.ts';

export interface Place {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

export interface Source {
  readonly file: string;
  readonly counter: LineCounter;
  readonly document: Document.Parsed | undefined;
}

/** A problem at the start of the file, to be filled in. */
export const atStart = (file: string): ConfigProblem => ({
  severity: 'error',
  file,
  line: 1,
  column: 1,
  path: '',
  value: '',
  message: '',
  allowed: [],
});

export const placeAt = ({ counter }: Source, offset: number): Place => {
  const { line, col } = counter.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

export const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined,
    data,
  );

/** The key's place if there is one, else the value's, else the nearest parent's. */
export const placeOf = (source: Source, path: Path): Place => {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? source.document?.contents : source.document?.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const node = isMap(parent)
      ? (parent.items.find((pair) => keyName(pair) === String(last))?.key as Node | undefined)
      : isSeq(parent) && typeof last === 'number'
        ? (parent.items[last] as Node | undefined)
        : undefined;
    if (node?.range) return placeAt(source, node.range[0]);
  }
  return { line: 1, column: 1 };
};
const keyName = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : String(key));

/** Where the value stands: what an editor should jump to for a wrong value. */
export const valuePlace = (source: Source, path: Path): Place => {
  const node = source.document?.getIn(path, true) as Node | undefined;
  return node?.range ? placeAt(source, node.range[0]) : placeOf(source, path);
};

type Child = readonly [part: string | number, at: Node | undefined, value: unknown];
const childrenOf = (node: unknown): readonly Child[] => {
  if (isMap(node)) return node.items.map((pair) => [keyName(pair), pair.key as Node | undefined, pair.value]);
  if (isSeq(node)) return node.items.map((item, index) => [index, item as Node | undefined, item]);
  return [];
};

/** Places of all keys and entries below a node, by their path. */
export const placesOf = (source: Source, root: unknown, path: Path = []): Record<string, Place> => {
  const places: Record<string, Place> = {};
  for (const [part, at, value] of childrenOf(root)) {
    const here = [...path, part];
    places[pathText(here)] = at?.range ? placeAt(source, at.range[0]) : placeOf(source, path);
    Object.assign(places, placesOf(source, value, here));
  }
  return places;
};

/** Keys that stand twice in one mapping: the parser's own check compares each with all, which a hostile file would use. */
export const duplicateKeys = (source: Source, root: unknown, path: Path = []): readonly ConfigProblem[] => {
  const seen = new Set<string | number>();
  return childrenOf(root).flatMap(([part, at, value]) => {
    const twice = seen.has(part);
    seen.add(part);
    const here = [...path, part];
    const inside = duplicateKeys(source, value, here);
    if (!twice) return inside;
    const place = at?.range ? placeAt(source, at.range[0]) : placeOf(source, path);
    const message = 'the key is given twice in this mapping';
    return [{ ...atStart(source.file), ...place, path: pathText(here), message }, ...inside];
  });
};
