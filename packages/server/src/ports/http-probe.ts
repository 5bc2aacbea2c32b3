import type { SmokeAnswer, SmokeRequest } from '@slipway/smoke/request';
import type { Upstream } from '../domain/environment.ts';
import type { Secret } from '../domain/secret.ts';

/** Asks a slot on its private address. Never throws for what the other side does. */
export interface HttpProbe {
  /** To see whether it is ready. */
  get(upstream: Upstream, path: string): Promise<{ readonly status: number } | { readonly error: string }>;
  /** Sends JSON, which may hold a password; at most 64 kB of the answer are kept. */
  post(
    upstream: Upstream,
    path: string,
    body: Secret,
  ): Promise<{ readonly status: number; readonly body: string } | { readonly error: string }>;
  /** For a smoke test: asks the slot as a proxy would that people reach at `url`. Throws the signal's reason when it is aborted. */
  ask(upstream: Upstream, url: URL, request: SmokeRequest, signal: AbortSignal): Promise<SmokeAnswer>;
}
