import { MOST_IN_PAGE } from '@slipway/contracts/api-page';
import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { Call } from './call.ts';

/** Where the page before ended: what the list is ordered by, of its last row. */
export type After = string | null;

const PAGE = 100;
const key = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !text.includes('\0'));

/**
 * One page of a list that is ordered by `keyOf`: asks for one row more than is answered, and where there is one says in the header Link
 * how to go on. Failure: payload-invalid, for a cursor that is none of ours.
 */
export const pageOf = async <T>(
  call: Call,
  read: (limit: number, after: After) => Promise<readonly T[]>,
  list: { readonly keyOf: (row: T) => string; readonly page?: number },
): Promise<readonly T[]> => {
  const wanted = Number(call.query['limit'] ?? list.page ?? PAGE);
  const limit = Math.min(Math.max(wanted, 1), MOST_IN_PAGE);
  const rows = await read(limit + 1, decoded(call.query['cursor']));
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length > limit && last !== undefined) {
    const next = new URLSearchParams(
      Object.entries(call.query).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    next.set('limit', String(limit));
    next.set('cursor', Buffer.from(list.keyOf(last)).toString('base64url'));
    call.reply.header('link', `<${call.request.url.split('?')[0]}?${next}>; rel="next"`);
  }
  return shown;
};

const decoded = (cursor: string | undefined): After => {
  if (cursor === undefined) return null;
  const parsed = key.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (!parsed.success) throw new Failure('payload-invalid', { reason: 'cursor: not one of a header Link' });
  return parsed.data;
};
