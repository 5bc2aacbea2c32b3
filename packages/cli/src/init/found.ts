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

/** More of anything in one file is no description of a project, and costs time that a stranger would take. */
const MOST = 500;
const MOST_IMAGE = 255;

export const facts = (file: string, some: Partial<Omit<Facts, 'file'>> = {}): Facts => {
  let cut = false;
  const bounded = <T>(list: readonly T[] = []): readonly T[] => {
    cut ||= list.length > MOST;
    return list.slice(0, MOST);
  };
  const found = {
    file,
    images: bounded(some.images).filter((image) => image.length <= MOST_IMAGE),
    addonsPath: bounded(some.addonsPath),
    mounts: bounded(some.mounts),
    packages: bounded(some.packages),
    variables: bounded(some.variables),
    stages: bounded(some.stages),
    branches: bounded(some.branches),
    doubts: bounded(some.doubts),
  };
  const more = `${file} names more than ${MOST} of one thing: what came after was left out.`;
  return cut ? { ...found, doubts: [...found.doubts, more] } : found;
};

/** Something that was settled, and the files that say so. */
export interface Settled<T> {
  readonly value: T;
  readonly from: string;
}
