/** What a run of the guards found, as data: each way of printing starts from it. */
import type { Finding, Guard, Rule } from '../guard.ts';
import { OWN_RULES } from '../own-rules.ts';
import type { GuardEvent } from '../run-guards.ts';

export interface GuardResult {
  readonly id: string;
  readonly title: string;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export interface Report {
  /** Whether no guard found an error. */
  readonly ok: boolean;
  readonly files: number;
  readonly guards: readonly GuardResult[];
  /** By file, line and column. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly reason: string; readonly until: string }[];
  /** The rules that found something. */
  readonly rules: readonly Rule[];
}

export class Reporter {
  readonly #titles = new Map<string, string>();
  readonly #findings: { readonly guard: string; readonly finding: Finding }[] = [];
  readonly #suppressed: Report['suppressed'][number][] = [];

  take(event: GuardEvent): void {
    if (event.kind === 'started') this.#titles.set(event.guard, event.title);
    else if (event.kind === 'found') this.#findings.push(event);
    else if (event.kind === 'suppressed')
      this.#suppressed.push({ finding: event.finding, reason: event.reason, until: event.until });
  }

  report(files: number, guards: readonly Guard[]): Report {
    const findings = this.#findings.map(({ finding }) => finding).sort(byPlace);
    const found = new Set(findings.map(({ rule }) => rule));
    const results = [...this.#titles].map(([id, title]) => this.#result(id, title));
    return {
      ok: results.every(({ errors }) => errors === 0),
      files,
      guards: results,
      findings,
      suppressed: this.#suppressed,
      rules: [...guards.flatMap(({ rules }) => rules), ...OWN_RULES].filter(({ id }) => found.has(id)),
    };
  }

  #result(id: string, title: string): GuardResult {
    const own = this.#findings.filter(({ guard }) => guard === id);
    const count = (severity: Finding['severity']): number =>
      own.filter(({ finding }) => finding.severity === severity).length;
    return { id, title, errors: count('error'), warnings: count('warning'), notes: count('note') };
  }
}

const byPlace = (one: Finding, other: Finding): number =>
  compare(one.file, other.file) || one.line - other.line || one.column - other.column || compare(one.rule, other.rule);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const MOST_FAILING = 125;
/** Exit code of a process: how many guards failed. 126 and above mean something else to a shell. */
export const failingGuards = ({ guards }: Report): number =>
  Math.min(MOST_FAILING, guards.filter(({ errors }) => errors > 0).length);
