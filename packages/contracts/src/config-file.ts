/**
 * slipway.yaml from text: every problem at once, each with line, column and what would be right. Pure: used by the CLI
 * without a server, and by the server on the file of a pull request, which is written by strangers.
 */
import { type Document, isMap, isScalar, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { CONFIG_CHECKS, type ConfigCheck } from './config-checks.ts';
import { issueProblems } from './config-issues.ts';
import {
  atStart,
  duplicateKeys,
  type Place,
  placeAt,
  placesOf,
  type Source,
  valueAt,
  valuePlace,
} from './config-places.ts';
import { type ConfigProblem, type Path, pathText, shownValue } from './config-problem.ts';
import { type ProjectConfig, projectConfig } from './project-config.ts';

export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: ProjectConfig;
      /** Where each key of the file stands, by its path (`odoo.addons[1]`): for findings that come later. */
      readonly lines: Readonly<Record<string, Place>>;
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const MAX_BYTES = 256 * 1024;
/** How many nodes aliases may stand for in all: far above any honest file, far below a "billion laughs". */
const MAX_ALIASES = 200;
const MAX_DEPTH = 64;

/** Our own sentences: the parser's would repeat pieces of the file, which may be a secret. */
const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used to indent; YAML takes only spaces',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_ALIAS: 'an alias (*name) names no anchor (&name) before it',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping stands where one value is expected; is there a colon too many, or a quote missing?',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a colon missing after it?',
  BAD_SCALAR_START: 'a value starts with a character that needs quotes around it',
  BAD_DQ_ESCAPE: 'an escape (\\) in double quotes is unknown; single quotes take text as it is',
  TAG_RESOLVE_FAILED: 'tags (!name) are not used in this file',
};

/** Reads slipway.yaml. `file` is only for messages; `more` is asked beside the checks that each file must pass. Never throws for any text. */
export const parseProjectConfig = (
  text: string,
  file = 'slipway.yaml',
  more: readonly ConfigCheck[] = [],
): ParsedConfig => {
  if (text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES)
    return refused({ ...atStart(file), message: `is larger than ${MAX_BYTES / 1024} kB` });
  const counter = new LineCounter();
  const deep = tooDeep(text);
  if (deep) return refused({ ...atStart(file), message: `is nested deeper than ${MAX_DEPTH} levels` });
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const document = 'empty' in documents ? undefined : documents[0];
  const source: Source = { file, counter, document };
  if (document === undefined || document.contents === null)
    return refused({ ...atStart(file), message: 'is empty; `slipway init` writes a first one' });
  const second = documents[1];
  if (second !== undefined)
    return refused({
      ...atStart(file),
      ...placeAt(source, second.range[0]),
      message: 'holds a second document (---); only one is taken',
    });
  return parseDocument(source, document, [...CONFIG_CHECKS, ...more]);
};

const parseDocument = (source: Source, document: Document.Parsed, checks: readonly ConfigCheck[]): ParsedConfig => {
  const syntax = [...document.errors, ...document.warnings].map((found) => syntaxProblem(source, found));
  if (syntax.length > 0) return { ok: false, problems: bounded(syntax) };
  if (!isMap(document.contents))
    return refused({
      ...atStart(source.file),
      ...placeAt(source, document.contents?.range?.[0] ?? 0),
      message: 'must be a mapping of keys to values',
    });
  const data = plainData(document);
  if (data === undefined)
    return refused({ ...atStart(source.file), message: `uses aliases that stand for too much (limit ${MAX_ALIASES})` });
  const result = parseWithSource(source, data);
  const schema = result.success ? [] : result.error.issues.flatMap((issue) => issueProblems(source, data, issue));
  const checked = result.success ? checkProblems(source, result.data, checks) : [];
  const twice = duplicateKeys(source, document.contents);
  const problems = [...twice, ...schema, ...checked].sort(
    (one, other) => one.line - other.line || one.column - other.column,
  );
  return result.success && problems.every(({ severity }) => severity === 'warning')
    ? { ok: true, config: result.data, lines: placesOf(source, document.contents), warnings: bounded(problems) }
    : { ok: false, problems: bounded(problems) };
};

/** Nobody reads more, and a pull request comment has a limit. */
const MAX_PROBLEMS = 50;
const bounded = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] => {
  const last = problems[MAX_PROBLEMS];
  if (last === undefined) return problems;
  const more = {
    ...last,
    path: '',
    value: '',
    allowed: [],
    message: `and ${problems.length - MAX_PROBLEMS} more problems`,
  };
  return [...problems.slice(0, MAX_PROBLEMS), more];
};

/** The parser recurses; brackets and indents are counted before it may. */
const tooDeep = (text: string): boolean => text.split('\n').some(startsDeep) || bracketDepth(text) > MAX_DEPTH;
const startsDeep = (line: string): boolean => {
  const start = /^[\s\-?:]*/.exec(line)?.[0] ?? '';
  return start.replace(/[^-?]/g, '').length > MAX_DEPTH || line.length - line.trimStart().length > MAX_DEPTH * 16;
};
const bracketDepth = (text: string): number => {
  let open = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    deepest = Math.max(deepest, open);
  }
  return deepest;
};

const plainData = (document: Document.Parsed): Record<string, unknown> | undefined => {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
};

/** `series: 19.0` is a number to YAML (19). Where text is wanted, a number counts as it was typed. */
const parseWithSource = (source: Source, data: Record<string, unknown>): z.ZodSafeParseResult<ProjectConfig> => {
  const result = projectConfig.safeParse(data);
  if (result.success) return result;
  let changed = false;
  for (const issue of result.error.issues) {
    const typed = typedNumber(source, issue);
    if (typed === undefined) continue;
    const parent = valueAt(data, issue.path.slice(0, -1) as Path) as Record<PropertyKey, unknown>;
    parent[issue.path.at(-1) ?? ''] = typed;
    changed = true;
  }
  return changed ? projectConfig.safeParse(data) : result;
};

/** The text of a number that stands where the schema wants text. */
const typedNumber = (source: Source, issue: z.core.$ZodIssue): string | undefined => {
  const wantsText = issue.code === 'invalid_type' ? issue.expected === 'string' : issue.code === 'invalid_value';
  const node = wantsText ? source.document?.getIn(issue.path, true) : undefined;
  if (!isScalar(node) || typeof node.value !== 'number') return undefined;
  const fits = issue.code !== 'invalid_value' || issue.values.some((value) => value === node.source);
  return fits ? node.source : undefined;
};

const refused = (problem: ConfigProblem): ParsedConfig => ({ ok: false, problems: [problem] });

const syntaxProblem = (source: Source, found: YAMLError): ConfigProblem => ({
  ...atStart(source.file),
  ...placeAt(source, found.pos[0]),
  message: SYNTAX[found.code] ?? `is not valid YAML here (${found.code.toLowerCase().replaceAll('_', ' ')})`,
});

const checkProblems = (
  source: Source,
  config: ProjectConfig,
  checks: readonly ConfigCheck[],
): readonly ConfigProblem[] =>
  checks.flatMap(({ find }) =>
    find(config).map(({ path, message, value, severity }) => ({
      ...atStart(source.file),
      ...valuePlace(source, path),
      severity,
      path: pathText(path),
      value: shownValue(path, value),
      message,
    })),
  );
