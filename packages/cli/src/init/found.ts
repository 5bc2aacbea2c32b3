/** What one file of a repository says, before anything is decided. Every reader returns these; none throws for any text. */

import type { StageName } from '@slipway/contracts/variables-config';

export interface FoundVariable {
  readonly name: string;
  /** Its value where none is given; absent when there is none, or when it may be a secret. */
  readonly default?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly source: 'file' | 'secret-store' | 'runtime';
  /** Absent: all. */
  readonly stages?: readonly StageName[];
}

/** A folder of the repository as a container sees it. */
export interface Mount {
  /** Relative to the repository root; `.` is the root. */
  readonly folder: string;
  /** Absolute, in the container. */
  readonly inside: string;
}

/** A stage that runs elsewhere, as an app spec tells it. */
export interface FoundStage {
  readonly stage: 'staging' | 'production';
  readonly branch?: string;
  readonly url?: string;
}

export interface Facts {
  readonly file: string;
  /** Images that Odoo runs on, as they are named. */
  readonly images: readonly string[];
  /** Entries of Odoo's addons path, in order, as they are named. */
  readonly addonsPath: readonly string[];
  readonly mounts: readonly Mount[];
  readonly packages: readonly string[];
  readonly variables: readonly FoundVariable[];
  readonly stages: readonly FoundStage[];
  /** Branches of submodules and other words that name a series. */
  readonly branches: readonly string[];
  /** What could not be found out of this file, as sentences. */
  readonly doubts: readonly string[];
}

export const facts = (file: string, some: Partial<Omit<Facts, 'file'>> = {}): Facts => ({
  file,
  images: [],
  addonsPath: [],
  mounts: [],
  packages: [],
  variables: [],
  stages: [],
  branches: [],
  doubts: [],
  ...some,
});

/** Something that was settled, and the files that say so. */
export interface Settled<T> {
  readonly value: T;
  readonly from: string;
}
