import type { Secret } from '../domain/secret.ts';

/** One attempt. */
export interface WebhookPost {
  readonly url: string;
  /** The same for each attempt to send the same message. */
  readonly id: string;
  readonly at: Date;
  readonly body: string;
  /** Each signs: the present one, and for a while the one before. */
  readonly secrets: readonly Secret[];
  readonly signal: AbortSignal;
}

/** What became of it. */
export interface WebhookAnswer {
  /** Null: there was no answer. */
  readonly code: number | null;
  readonly milliseconds: number;
  /** How the answer began. */
  readonly answer: string | null;
  /** Null: it was taken. */
  readonly error: string | null;
  /** Seconds that the other side asked to be left alone for. */
  readonly retryAfter: number | null;
}

/** Sends signed messages to addresses that people gave. Nothing that the other side does is thrown. */
export interface WebhookSender {
  /** Why nothing would be sent there; null: it would be tried. */
  refusal(url: string): Promise<string | null>;
  send(post: WebhookPost): Promise<WebhookAnswer>;
}
