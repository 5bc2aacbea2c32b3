import { describe, expect, it } from 'vitest';
import { markedSchema, splitSchema } from './schema-text.ts';

const entry = (name: string, type: string, sql: string): string =>
  `--\n-- Name: ${name}; Type: ${type}; Schema: public; Owner: -\n--\n\n${sql}\n\n\n`;

describe('what pg_dump prints', () => {
  it('is parted where the first thing comes that is made after the rows', () => {
    const text = [
      "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET transaction_timeout = 0;\nSET client_encoding = 'UTF8';\n\n",
      entry('partner', 'TABLE', 'CREATE TABLE "public"."partner" ("id" integer);'),
      entry('TABLE "partner"', 'COMMENT', `COMMENT ON TABLE "public"."partner" IS 'Type: INDEX; people';`),
      entry(
        'partner partner_pkey',
        'CONSTRAINT',
        'ALTER TABLE ONLY "public"."partner"\n    ADD CONSTRAINT "partner_pkey" PRIMARY KEY ("id");',
      ),
      entry('INDEX "partner_pkey"', 'COMMENT', `COMMENT ON INDEX "public"."partner_pkey" IS 'x';`),
      '--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n',
    ].join('');
    const schema = markedSchema(text);
    expect(schema.toString()).not.toMatch(/restrict|transaction_timeout/);
    const { before, after } = splitSchema(schema);
    expect(before.map(({ type }) => type)).toEqual(['TABLE', 'COMMENT']);
    expect(after.map(({ type }) => type)).toEqual(['CONSTRAINT', 'COMMENT']);
    expect(after[1]?.sql).toBe(`COMMENT ON INDEX "public"."partner_pkey" IS 'x';`);
  });

  it('may have nothing after the rows, or nothing at all', () => {
    expect(splitSchema(markedSchema(entry('partner', 'TABLE', 'CREATE TABLE "public"."partner" ();'))).after).toEqual(
      [],
    );
    expect(splitSchema(markedSchema(''))).toEqual({ before: [], after: [] });
  });
});
