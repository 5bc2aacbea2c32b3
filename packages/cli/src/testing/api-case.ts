import type { RouteName } from '@slipway/contracts/api';
import type { Replies } from './contract-server.ts';

/** One verb with its words, what the server answers, and what has to be read then. */
export interface ApiCase {
  readonly path: string;
  readonly words?: readonly string[];
  readonly replies: Replies;
  /** What --json prints. */
  readonly view: unknown;
  /** What a person reads. */
  readonly reads: string;
  /** What an empty answer reads, for lists. */
  readonly empty?: readonly [RouteName, string];
  readonly stdin?: string;
}
