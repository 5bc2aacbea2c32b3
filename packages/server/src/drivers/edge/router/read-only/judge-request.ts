import { isListed, READING_POSTS, WRITING_GETS } from './paths.ts';
import { READING_METHODS } from './reading-methods.ts';

/** `look`: its body says what it does (`judgeBody`). */
export type Judgement = 'reads' | 'writes' | 'look';

const ASKING = new Set(['GET', 'HEAD', 'OPTIONS']);
const CALL_WITH_PATH = /^\/web\/dataset\/call_(?:kw|button)\/[\w.]+\/(\w+)$/;
const JSON_2 = /^\/json\/2\/[\w.]+\/(\w+)$/;
const METHOD_IN_BODY = new Set([
  '/web/dataset/call',
  '/web/dataset/call_button',
  '/web/dataset/call_kw',
  '/jsonrpc',
  '/xmlrpc/object',
  '/xmlrpc/2/object',
]);

/**
 * Whether a request may go to an Odoo whose database takes no writes. What is not known to read is taken to write. This spares people the
 * errors of a database that refuses, and is no wall: a path can lie (Odoo believes the body), and then the database refuses.
 */
export function judgeRequest(method: string, path: string): Judgement {
  if (ASKING.has(method)) return isListed(WRITING_GETS, path) ? 'writes' : 'reads';
  if (method !== 'POST') return 'writes';
  if (METHOD_IN_BODY.has(path)) return 'look';
  const named = CALL_WITH_PATH.exec(path)?.[1] ?? JSON_2.exec(path)?.[1];
  if (named !== undefined) return READING_METHODS.has(named) ? 'reads' : 'writes';
  return isListed(READING_POSTS, path) ? 'reads' : 'writes';
}
