import type { SmokeSection } from '@slipway/contracts/smoke-config';
import type { Sealed, SmokeAnswer, SmokeHttp, SmokeRequest } from './request.ts';

/** What the database says, where somebody can ask it. */
export interface Inventory {
  readonly modules: number;
  readonly models: number;
  /** Modules between two states: `shop_order (to upgrade)`. */
  readonly unfinished: readonly string[];
  /** Modules that ought to be installed, and are not. */
  readonly missing: readonly string[];
}

export interface LogTail {
  readonly lines: number;
  /** One sentence for each error in them. */
  readonly errors: readonly string[];
}

/** What is tested, and what is known of it beside what it answers. */
export interface SmokeSubject {
  readonly http: SmokeHttp;
  /** Where people would reach it. */
  readonly url: URL;
  readonly settings: SmokeSection;
  /** The series, where it is known: older ones lack paths. */
  readonly series: string | null;
  /** The database that has to answer; null: any. */
  readonly database: string | null;
  readonly login: { readonly user: string; readonly password: Sealed } | null;
  readonly apiKey: Sealed | null;
  /** Asked late, when the other checks have been through; null: nobody can. */
  readonly inventory: (() => Promise<Inventory>) | null;
  readonly log: (() => Promise<LogTail>) | null;
}

export interface CheckContext extends Omit<SmokeSubject, 'http'> {
  readonly ask: (request: SmokeRequest) => Promise<SmokeAnswer>;
  /** Logs in once for all checks. */
  readonly session: () => Promise<Session>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A login that worked, or why it did not. */
export type Session =
  | { readonly kind: 'open'; readonly uid: number; readonly database: string | null; readonly cookie: string }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export type Outcome =
  | { readonly state: 'pass'; readonly measured: string }
  | { readonly state: 'fail'; readonly measured: string; readonly fix: string }
  | { readonly state: 'skipped'; readonly measured: string };

export interface SmokeCheck {
  readonly id: string;
  readonly title: string;
  /** What is known when it passes. */
  readonly proves: string;
  run(context: CheckContext): Promise<Outcome>;
}

export const pass = (measured: string): Outcome => ({ state: 'pass', measured });
export const fail = (measured: string, fix: string): Outcome => ({ state: 'fail', measured, fix });
export const skip = (why: string): Outcome => ({ state: 'skipped', measured: why });
