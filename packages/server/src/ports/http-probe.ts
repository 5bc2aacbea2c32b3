import type { Upstream } from '../domain/environment.ts';

/** One GET to a slot's private address, to see whether it is ready. Never throws for what the other side does. */
export interface HttpProbe {
  get(upstream: Upstream, path: string): Promise<{ readonly status: number } | { readonly error: string }>;
}
