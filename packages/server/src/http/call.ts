import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Grant } from './authorise.ts';

/** What a handler gets: parsed by the schemas of its row. */
export interface Call extends Grant {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Who asks: the name behind the token. */
  readonly who: string;
  /** Their address; null: the token is nobody's in particular. */
  readonly email: string | null;
}
