import type { SmokeSection } from '@slipway/contracts/smoke-config';
import type { ModuleAction } from '@slipway/contracts/views';
import type { ModuleChange } from '../domain/modules.ts';
import type { Slot } from '../domain/names.ts';

/** What of a commit decides its image. */
export interface ImageFacts {
  readonly sha: string;
  readonly packages: readonly string[];
  readonly requirements: readonly string[];
  readonly addons: readonly string[];
  /** Folders for Odoo's addons path, in order: those of slipway.yaml, and folders below them that hold modules. */
  readonly roots: readonly string[];
  readonly lockHash: string;
  readonly contentHash: string;
  readonly reference: string;
}

/** Everything the planner needs to know of an environment and the commit it is to run. Gathered once, stored with the run, then never asked again. */
export interface EnvironmentFacts {
  readonly project: string;
  readonly environment: string;
  readonly stage: 'preview' | 'staging' | 'production';
  readonly host: string;
  readonly url: string;
  readonly database: string;
  readonly role: string;
  readonly series: string;
  readonly build: string;
  readonly base: { readonly reference: string; readonly digest: string };
  readonly image: ImageFacts;
  readonly change: {
    readonly action: ModuleAction;
    readonly changes: readonly ModuleChange[];
    readonly update: readonly string[];
    readonly install: readonly string[];
  };
  /** Modules of the repository at this commit, and those of them that the database is to hold. */
  readonly modules: readonly string[];
  readonly wanted: readonly string[];
  /** What serves now, if anything; null = the environment has no database yet (or is to start afresh). */
  readonly existing: { readonly slot: Slot; readonly image: string; readonly awake: boolean } | null;
  readonly settings: {
    readonly demo: boolean;
    readonly testTags: string | null;
    readonly memoryBytes: number;
    readonly cpus: number;
    readonly workers: number;
    readonly bootSeconds: number;
    readonly updateSeconds: number;
    readonly variables: Readonly<Record<string, string>>;
    readonly secretNames: readonly string[];
    /** Hosts that its containers may reach; `anything` is for production only. */
    readonly outside: 'anything' | readonly string[];
    /** Rows of `ir.config_parameter` that every copy gets: test addresses and test keys. */
    readonly parameters: Readonly<Record<string, string>>;
    /** What errors of the guards do. */
    readonly guards: 'report' | 'block';
  };
  /** What it has to pass before people are sent to it; left out of previews, whose start is measured. */
  readonly smoke?: SmokeSection;
}

/** A database that previews are copied from: freshly installed, or a sanitised copy of production. */
export interface TemplateFacts {
  readonly key: string;
  readonly database: string;
  readonly role: string;
  readonly ready: boolean;
  /** What is installed when it is not ready; null: it is a snapshot's, which is ready or missing. */
  readonly fresh: { readonly image: ImageFacts; readonly install: readonly string[] } | null;
}

export interface PreviewFacts extends EnvironmentFacts {
  readonly number: number;
  readonly template: TemplateFacts;
  /** Throw the present database away first. */
  readonly fresh: boolean;
}
