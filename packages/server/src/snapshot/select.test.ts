import { describe, expect, it } from 'vitest';
import { selectOf } from './select.ts';

const column = (name: string, values: 'few' | 'most' | 'hardly') => ({ name, holdsText: name !== 'id', values });
const table = (bytes: number, values: 'few' | 'most' | 'hardly' = 'few') => ({
  name: 'mail_message',
  bytes,
  columns: [column('id', 'most'), column('email_from', values), column('reply_to', values)],
  key: ['id'],
  integerKey: true,
});
const masked = {
  table: 'mail_message',
  action: 'copy',
  where: null,
  columns: [
    { column: 'id', class: 'not-personal', rule: 'number', expression: null },
    { column: 'email_from', class: 'personal', rule: 'email', expression: 'mask(t."email_from")', dear: true },
  ],
} as const;

describe('the SELECT by which rows leave production', () => {
  it('lets PostgreSQL look up a dear mask of a large table, and plans nothing of the kind for a small one', () => {
    expect(selectOf({ table: table(20_000_000), masked }, { from: 0n, to: 8n })).toBe(
      'SELECT t."id", m0.m FROM ONLY public."mail_message" AS t LEFT JOIN LATERAL (SELECT mask(t."email_from") AS m OFFSET 0) AS m0 ON true' +
        ' WHERE t."id" >= 0 AND t."id" < 8 ORDER BY t."id"',
    );
    expect(selectOf({ table: table(20_000), masked }, null)).toBe(
      'SELECT t."id", mask(t."email_from") FROM ONLY public."mail_message" AS t ORDER BY t."id"',
    );
  });

  it('masks a copy in the same row once, and makes no join where values neither repeat nor are copied', () => {
    const both = {
      ...masked,
      columns: [
        ...masked.columns,
        { column: 'reply_to', class: 'personal', rule: 'email', expression: 'mask(t."reply_to")', dear: true },
      ],
    } as const;
    expect(selectOf({ table: table(20_000_000, 'most'), masked: both }, null)).toBe(
      'SELECT t."id", m0.m, CASE WHEN t."reply_to"::text COLLATE "C" = t."email_from"::text COLLATE "C" THEN m0.m ELSE mask(t."reply_to") END' +
        ' FROM ONLY public."mail_message" AS t LEFT JOIN LATERAL (SELECT mask(t."email_from") AS m OFFSET 0) AS m0 ON true ORDER BY t."id"',
    );
    for (const values of ['most', 'hardly'] as const)
      expect(selectOf({ table: table(20_000_000, values), masked }, null)).toBe(
        'SELECT t."id", mask(t."email_from") FROM ONLY public."mail_message" AS t ORDER BY t."id"',
      );
  });

  it('takes a raw table as it is', () => {
    expect(selectOf({ table: table(20_000_000), masked: null }, null)).toBe(
      'SELECT t."id", t."email_from", t."reply_to" FROM ONLY public."mail_message" AS t ORDER BY t."id"',
    );
  });
});
