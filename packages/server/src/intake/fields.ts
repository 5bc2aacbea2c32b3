/**
 * Readers of a payload's fields, for the thread that takes webhooks in: a schema library is a third of that thread's memory
 * (docs/decisions/0120). A reader answers what it found, or what stands in for it and a problem with its place.
 */
import { Failure } from '@slipway/contracts/failure';

interface Place {
  readonly path: readonly string[];
  readonly problems: string[];
}

export type Reader<T> = (value: unknown, place: Place) => T;
export type Read<R> = R extends Reader<infer T> ? T : never;

const SHOWN = 3;

/** Failure: payload-invalid, with the places of the first three problems and nothing of what stood there. */
export const readFields = <T>(reader: Reader<T>, value: unknown): T => {
  const problems: string[] = [];
  const result = reader(value, { path: [], problems });
  if (problems.length === 0) return result;
  throw new Failure('payload-invalid', { reason: problems.slice(0, SHOWN).join('; ') });
};

const otherwise = <T>(place: Place, expected: string, standIn: T): T => {
  place.problems.push(`${place.path.join('.') || 'body'}: ${expected}`);
  return standIn;
};

const within = ({ path, problems }: Place, key: string): Place => ({ path: [...path, key], problems });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that are not asked for are left out. */
export const object =
  <F extends Readonly<Record<string, Reader<unknown>>>>(fields: F): Reader<{ readonly [K in keyof F]: Read<F[K]> }> =>
  (value, place) => {
    const found = isObject(value) ? value : otherwise(place, 'an object is expected', null);
    const read = Object.entries(fields).map(([key, reader]) => {
      // The fields of what is no object are not told one by one.
      const inside = found === null ? { path: [], problems: [] } : within(place, key);
      return [key, reader(found !== null && Object.hasOwn(found, key) ? found[key] : undefined, inside)];
    });
    return Object.fromEntries(read) as { readonly [K in keyof F]: Read<F[K]> };
  };

export const list =
  <T>(item: Reader<T>): Reader<readonly T[]> =>
  (value, place) =>
    Array.isArray(value)
      ? value.map((one, index) => item(one, within(place, String(index))))
      : otherwise(place, 'a list is expected', []);

/** `expected`: how the pattern is told to people. */
export const text =
  (pattern?: RegExp, expected = 'a text is expected'): Reader<string> =>
  (value, place) =>
    typeof value === 'string' && (pattern === undefined || pattern.test(value))
      ? value
      : otherwise(place, expected, '');

export const oneOf =
  <T extends string>(...allowed: readonly [T, ...T[]]): Reader<T> =>
  (value, place) =>
    allowed.find((one) => one === value) ?? otherwise(place, `one of ${allowed.join(', ')} is expected`, allowed[0]);

/** A whole number from 1. */
export const count: Reader<number> = (value, place) =>
  Number.isSafeInteger(value) && Number(value) >= 1
    ? Number(value)
    : otherwise(place, 'a whole number from 1 is expected', 1);

export const flag: Reader<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : otherwise(place, 'true or false is expected', false);

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** ISO 8601 with an offset; it comes back in one form, in UTC, so that it can be compared as text. */
export const moment: Reader<string> = (value, place) => {
  const milliseconds = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds)
    ? otherwise(place, 'a time of ISO 8601 is expected', '')
    : new Date(milliseconds).toISOString();
};

export const anything: Reader<unknown> = (value) => value;

/** Absent: `standIn`. */
export const withDefault =
  <T>(reader: Reader<T>, standIn: T): Reader<T> =>
  (value, place) =>
    value === undefined ? standIn : reader(value, place);

/** Absent or null: null. */
export const orNull =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, place) =>
    value === undefined || value === null ? null : reader(value, place);

/** Null, but not absent. */
export const nullable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, place) =>
    value === null ? null : reader(value, place);
