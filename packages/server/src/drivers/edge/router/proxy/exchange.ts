import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientFacts } from './headers.ts';
import type { HostName } from './host.ts';

/** One HTTP request and its answer, on their way through. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly host: HostName;
  readonly path: string;
  readonly facts: ClientFacts;
  /** The client sent `Expect: 100-continue`: it is told to go on when the body has somewhere to go. */
  readonly expectsContinue: boolean;
  /** Whether its host is read-only by now: then an answer that says "the database takes no writes" is no answer. */
  readonly takesNoWrites: () => boolean;
  /** When it had to be read before it could be sent on. */
  body: Buffer | null;
  /** For the access log. */
  upstream: string | null;
  /** How often its connection to the upstream was cut after it was sent. */
  cuts: number;
  /** When the upstream's answer began, by performance.now(); null: it has not. */
  answeredAt: number | null;
  bytes: number;
}
