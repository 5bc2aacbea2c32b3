/**
 * How every list that grows is asked for: `limit`, and `cursor` as the header `Link: <…>; rel="next"` of the page before has it. The answer
 * stays an array, so that a client that wants the newest few need not know of pages.
 */
import { z } from 'zod';

/** Whatever is asked for: no page is longer. */
export const MOST_IN_PAGE = 500;

export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional()
    .describe(`How many at most; no page is longer than ${MOST_IN_PAGE}.`),
  cursor: z
    .string()
    .max(600)
    .regex(/^[A-Za-z0-9_-]*$/)
    .optional()
    .describe('Where to go on, as the header Link of the page before has it.'),
};
