import { describe, expect, it } from 'vitest';
import { quoteName, quoteText } from './quote.ts';

describe('quoteName', () => {
  it('makes an identifier of any text, so that nothing gets out of its quotes', () => {
    expect(quoteName('a"; DROP DATABASE x; --')).toBe('"a""; DROP DATABASE x; --"');
  });

  it('refuses what PostgreSQL would silently cut off, because two names could become one', () => {
    expect(() => quoteName('x'.repeat(64))).toThrow(expect.objectContaining({ code: 'database-refused' }));
    expect(() => quoteName('')).toThrow(expect.objectContaining({ code: 'database-refused' }));
    expect(() => quoteName('a\0b')).toThrow(expect.objectContaining({ code: 'database-refused' }));
  });
});

describe('quoteText', () => {
  it('doubles quotes and backslashes', () => {
    expect(quoteText("it's")).toBe("'it''s'");
    expect(quoteText("a\\'b")).toBe(" E'a\\\\''b'");
  });
});
