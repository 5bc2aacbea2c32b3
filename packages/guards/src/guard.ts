import type { ProjectConfig } from '@slipway/contracts/project-config';
import type { Tree } from './tree.ts';

export type Severity = 'error' | 'warning' | 'note';

/** One thing that is wrong, at its place. */
export interface Finding {
  /** `<guard>/<rule>`, such as `manifests/dependency-missing`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  /** From 1; line 1 where the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}

export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** Why it matters, in one or two sentences. */
  readonly why: string;
}

export interface GuardContext {
  readonly tree: Tree;
  /** The parsed slipway.yaml; null when there is none, or it is not valid. */
  readonly config: { readonly value: ProjectConfig; readonly file: string } | null;
  /** ISO date. */
  readonly today: string;
}

export const GUARD_IDS = [
  'addons-path',
  'environments',
  'manifests',
  'secrets',
  'schemas',
  'budget',
  'images',
] as const;

/** One check over a tree: no network, no program, nothing of the tree is run. */
export interface Guard {
  readonly id: (typeof GUARD_IDS)[number];
  readonly title: string;
  readonly rules: readonly Rule[];
  check(context: GuardContext): AsyncIterable<Finding>;
}
