import type { Upstream } from '../domain/environment.ts';

/** Who knows what is being answered at this moment: the edges. */
export interface OpenRequests {
  /**
   * How many requests were sent to that address and are not answered yet, at a moment when every edge follows the routes as they are now.
   * Websockets do not count. Null: nobody can say, since no edge is there, or one of them does not answer.
   * Failure: database-unreachable (retry).
   */
  count(upstream: Upstream): Promise<number | null>;
}
