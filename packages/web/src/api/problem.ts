/** What the server said no with (RFC 9457), or what became of a call that it never answered. */
export class Problem extends Error {
  readonly status: number;
  /** A code of the error table; `offline` when nothing answered. */
  readonly code: string;
  readonly hint: string;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(told: {
    readonly status: number;
    readonly code: string;
    readonly title: string;
    readonly hint?: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  }) {
    super(told.title);
    this.name = 'Problem';
    this.status = told.status;
    this.code = told.code;
    this.hint = told.hint ?? '';
    this.facts = told.facts ?? {};
  }
}

export const OFFLINE = 'offline';

export const offline = (): Problem =>
  new Problem({
    status: 0,
    code: OFFLINE,
    title: 'Slipway does not answer.',
    hint: 'It may be restarting. This page tries again by itself.',
  });

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A proxy in between answers without our form: then the status has to do. */
export const problemOf = (status: number, body: unknown): Problem => {
  const told = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const facts = told['facts'];
  return new Problem({
    status,
    code: isText(told['code']) ? told['code'] : `http-${status}`,
    title: isText(told['title']) ? told['title'] : `The answer was ${status}.`,
    hint: isText(told['hint']) ? told['hint'] : '',
    facts: typeof facts === 'object' && facts !== null ? (facts as Readonly<Record<string, unknown>>) : {},
  });
};

/** Anything that was thrown, as something that can be shown. */
export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem({ status: 0, code: 'page-defect', title: 'This page met a defect of its own.', hint: String(error) });
