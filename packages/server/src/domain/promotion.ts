/** What a promotion is judged by: gathered by a flow, handed to every gate, kept with the promotion. */
import type { PlannedDeploymentView } from '@slipway/contracts/forecast-views';
import type { ModuleAction } from '@slipway/contracts/views';
import type { ModuleChange } from './modules.ts';
import type { Release, ReleaseCommit } from './release.ts';

/** The answer of one gate: `wait` is no yet, and says what is waited for. */
export interface GateResult {
  readonly gate: string;
  readonly state: 'pass' | 'wait' | 'fail' | 'off';
  /** Why, with the values. */
  readonly why: string;
  /** What to do about it; null for what passed or is off. */
  readonly fix: string | null;
}

export interface Approval {
  readonly who: string;
  readonly email: string | null;
  /** What was approved: this commit in this image, and no other. */
  readonly sha: string;
  readonly imageDigest: string;
  readonly decision: 'approved' | 'refused';
  readonly reason: string | null;
  /** ISO time. */
  readonly at: string;
}

/** Null of a fact: nothing is known of it, which no gate takes for a yes. Times are ISO. */
export interface PromotionFacts {
  readonly project: string;
  readonly now: string;
  readonly requestedBy: { readonly who: string; readonly email: string | null };
  readonly release: Release;
  readonly commits: readonly ReleaseCommit[];
  readonly change: {
    readonly action: ModuleAction;
    readonly update: readonly string[];
    readonly install: readonly string[];
    /** Module by module, with the reason; without those of which nothing changed. */
    readonly modules: readonly ModuleChange[];
    readonly why: string;
  };
  /** By which way it would go live; null: production is elsewhere, or has to be opened first. Left out of what was kept before there was a choice. */
  readonly deployment?: PlannedDeploymentView | null;
  /** What production runs now; null: nothing yet. */
  readonly production: { readonly sha: string; readonly image: string; readonly since: string } | null;
  readonly branch: {
    readonly name: string;
    /** Its head; null: it is not there. */
    readonly head: string | null;
    /** Whether the release has everything that the branch has, so that it can be moved forward to it. */
    readonly contained: boolean;
  };
  /** What staging runs now: only what was proved there is promoted. */
  readonly staging: {
    readonly sha: string;
    readonly image: string;
    readonly imageDigest: string;
    readonly since: string;
  } | null;
  readonly tests: 'green' | 'yellow' | 'red' | null;
  readonly guards: { readonly errors: number; readonly warnings: number; readonly at: string } | null;
  /** Secrets in files, and manifests that cannot be read; of the guards' report. */
  readonly security: { readonly secrets: number; readonly manifests: number; readonly at: string } | null;
  readonly neutralisation: {
    readonly valid: boolean;
    readonly problems: readonly string[];
    readonly at: string;
  } | null;
  readonly smoke: { readonly failed: readonly string[]; readonly at: string } | null;
  readonly backup: { readonly id: string; readonly takenAt: string } | null;
  readonly drift: { readonly columns: readonly string[]; readonly at: string } | null;
  readonly rehearsal: {
    readonly run: string;
    readonly sha: string;
    readonly imageDigest: string;
    /** What production ran, and since when. */
    readonly productionSha: string | null;
    readonly productionSince: string | null;
    readonly succeeded: boolean;
    /** Why it failed; null: it did not. */
    readonly failed: string | null;
    /** Null: it came to none. */
    readonly snapshot: string | null;
    readonly snapshotTakenAt: string | null;
    readonly at: string;
    readonly seconds: number;
    /** What the deployment will be like, in words; null: it did not come to that. */
    readonly forecast: string | null;
  } | null;
  /** Business figures that the rehearsal changed, in words; null: not measured. */
  readonly invariants: { readonly broken: readonly string[]; readonly at: string } | null;
  /** Null: intact; else what was found altered. */
  readonly evidence: string | null;
  readonly approvals: readonly Approval[];
  /** An emergency: who says so, and why; null: none. */
  readonly emergency: { readonly who: string; readonly reason: string; readonly at: string } | null;
}
