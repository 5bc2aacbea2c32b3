/** What zod found wrong, in words: unknown keys with the nearest known one, enums with their values. */
import { z } from 'zod';
import { atStart, placeOf, type Source, valueAt, valuePlace } from './config-places.ts';
import { type ConfigProblem, looksSecret, nearest, type Path, pathText, shownValue } from './config-problem.ts';
import { projectConfig } from './project-config.ts';

/** More than that is not a typing mistake. */
const MAX_UNKNOWN = 100;

/** One issue of the schema as problems (one per unknown key). */
export const issueProblems = (source: Source, data: unknown, issue: z.core.$ZodIssue): readonly ConfigProblem[] => {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, MAX_UNKNOWN).map((key) => unknownKey(source, data, [...path, key]));
  const value = valueAt(data, path);
  const missing = value === undefined;
  const base = {
    ...atStart(source.file),
    ...(missing ? placeOf(source, path) : valuePlace(source, path)),
    path: pathText(path),
    value: shownValue(path, value),
    allowed: issue.code === 'invalid_value' ? issue.values.map(String) : [],
  };
  if (issue.code === 'invalid_key')
    return [{ ...base, value: '', message: `the name must match ${patternsOf(issue.issues)}` }];
  return [{ ...base, message: missing ? 'is required' : issueMessage(issue, value) }];
};

const patternsOf = (issues: readonly z.core.$ZodIssue[]): string =>
  issues.map((issue) => ('pattern' in issue ? String(issue.pattern) : issue.message)).join(' and ');

const issueMessage = (issue: z.core.$ZodIssue, value: unknown): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
      return `must be one of the allowed values${near === undefined ? '' : `; did you mean ${near}?`}`;
    }
    case 'too_small':
      return `must ${issue.origin === 'array' || issue.origin === 'string' ? 'not be empty' : `be at least ${issue.minimum}`}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? `must match ${issue.pattern ?? issue.format}`
        : `must be ${issue.message}`;
    default:
      return issue.message;
  }
};
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

const unknownKey = (source: Source, data: unknown, path: Path): ConfigProblem => {
  const name = String(path.at(-1));
  const allowed = keysAt(path.slice(0, -1));
  const near = nearest(name, allowed);
  return {
    ...atStart(source.file),
    ...placeOf(source, path),
    path: pathText(path),
    value: looksSecret(name) ? '[secret]' : shownValue(path, valueAt(data, path)),
    message: `is an unknown key${near === undefined ? '' : `; did you mean ${near}?`}`,
    allowed,
  };
};

/** The keys that the schema knows at a path. */
const keysAt = (path: Path): readonly string[] => {
  let schema: unknown = bare(projectConfig);
  for (const part of path) {
    if (schema instanceof z.ZodObject) schema = bare(schema.shape[part]);
    else if (schema instanceof z.ZodArray) schema = bare(schema.element);
    else if (schema instanceof z.ZodRecord) schema = bare(schema.valueType);
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
};
const bare = (schema: unknown): unknown => {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional)
    inner = inner.unwrap();
  return inner;
};
