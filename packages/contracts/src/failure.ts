import { ERRORS, type ErrorCode, type ErrorRow } from './errors.ts';

export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** What goes over the wire and into evidence: never a stack, never a secret. */
export interface FailureData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly facts: Facts;
}

/** The one error class. Anything else that is thrown is a bug by definition. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;
  constructor(code: ErrorCode, facts: Facts = {}, cause?: unknown) {
    super(fill(ERRORS[code].says, facts), cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.code = code;
    this.facts = facts;
  }
  get row(): ErrorRow {
    return ERRORS[this.code];
  }
  get hint(): string {
    return fill(ERRORS[this.code].hint, this.facts);
  }
  toJSON(): FailureData {
    return { code: this.code, message: this.message, hint: this.hint, facts: this.facts };
  }
}

const fill = (text: string, facts: Facts): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? `(${name} unknown)`));

const NO_SPACE = new Set<unknown>(['ENOSPC', 'EDQUOT']);

/**
 * Turns anything thrown into a Failure; what is not one already becomes `internal` with `id` to find it in the log. A full disk is met
 * wherever something is written, and is nobody's defect: it is known by its code, whoever met it.
 */
export const asFailure = (error: unknown, id = 'no id'): Failure => {
  if (error instanceof Failure) return error;
  if (error instanceof Error && 'code' in error && NO_SPACE.has(error.code))
    return new Failure('disk-full', { reason: error.message }, error);
  return new Failure('internal', { id }, error);
};

/** A failure that was stored or sent, as an error again; an unknown code is a defect of whoever wrote it. */
export const failureFrom = (data: {
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
}): Failure => new Failure(data.code in ERRORS ? (data.code as ErrorCode) : 'internal', data.facts as Facts);
