import type { ProjectConfig } from '@slipway/contracts/project-config';
import { globMatcher } from './glob.ts';
import type { Finding, Guard } from './guard.ts';
import { findOwn } from './own-rules.ts';

type Suppression = ProjectConfig['guards']['suppressions'][number];

export interface PlacedSuppression extends Suppression {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Which findings are accepted, and what is wrong with the list itself. */
export class Suppressions {
  readonly #all: readonly PlacedSuppression[];
  readonly #today: string;
  readonly #used = new Set<PlacedSuppression>();
  constructor(all: readonly PlacedSuppression[], today: string) {
    this.#all = all;
    this.#today = today;
  }

  /** The suppression that takes a finding away; one that is over takes nothing. */
  of(finding: Finding): PlacedSuppression | null {
    const fitting = this.#all.filter((each) => fits(each, finding));
    for (const each of fitting) this.#used.add(each);
    return fitting.find(({ until }) => until >= this.#today) ?? null;
  }

  /** `ran`: the guards that were run over everything; of others it is not known whether a suppression fits. */
  *findings(guards: readonly Guard[], ran: ReadonlySet<string>): Iterable<Finding> {
    const rules = new Set(guards.flatMap(({ id, rules }) => [`${id}/*`, ...rules.map((rule) => rule.id)]));
    for (const each of this.#all) {
      const at = { file: each.file, line: each.line, column: each.column };
      if (!rules.has(each.rule))
        yield findOwn(
          'suppressions/unknown-rule',
          at,
          `there is no rule ${each.rule}`,
          'Correct the name of the rule, or take the suppression out.',
        );
      else if (each.until < this.#today)
        yield findOwn(
          'suppressions/expired',
          at,
          `${each.rule} was accepted until ${each.until}: ${each.reason}`,
          'Mend what it hid and take it out, or give it a new date with a new reason.',
        );
      else if (ran.has(each.rule.split('/')[0] ?? '') && !this.#used.has(each))
        yield findOwn(
          'suppressions/unused',
          at,
          `${each.rule}${each.path === undefined ? '' : ` in ${each.path}`} fits no finding`,
          'Take it out.',
        );
    }
  }
}

const fits = ({ rule, path }: Suppression, finding: Finding): boolean =>
  (rule === finding.rule || rule === `${finding.rule.split('/')[0]}/*`) &&
  (path === undefined || path === finding.file || globMatcher(path)(finding.file));
