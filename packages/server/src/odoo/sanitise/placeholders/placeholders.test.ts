import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PLACEHOLDER_KINDS, standIns } from './placeholders.ts';

describe('files that stand in for attachments', () => {
  it('lie where Odoo looks for them: under the SHA-1 of their content', () => {
    for (const { path, content, checksum } of standIns()) {
      expect(createHash('sha1').update(content).digest('hex')).toBe(checksum);
      expect(path).toBe(`${checksum.slice(0, 2)}/${checksum}`);
    }
  });

  it('are made alike every time, one for each kind and size', () => {
    expect(standIns()).toHaveLength(PLACEHOLDER_KINDS.length * 4);
    for (const kind of PLACEHOLDER_KINDS) expect(kind.make(5000).equals(kind.make(5000))).toBe(true);
  });

  it('grow with the files that they stand in for', () => {
    for (const kind of PLACEHOLDER_KINDS) {
      expect(kind.make(0).length, kind.extension).toBeLessThan(8192);
      expect(kind.make(200_000).length, kind.extension).toBeGreaterThan(190_000);
      expect(kind.make(200_000).length, kind.extension).toBeLessThan(220_000);
    }
  });

  it('begin as files of their kind begin', () => {
    const beginnings = {
      png: '\x89PNG',
      jpg: '\xff\xd8\xff',
      gif: 'GIF8',
      webp: 'RIFF',
      pdf: '%PDF-',
      xlsx: 'PK',
      docx: 'PK',
      odt: 'PK',
      svg: '<svg',
    };
    for (const [extension, beginning] of Object.entries(beginnings)) {
      const kind = PLACEHOLDER_KINDS.find((one) => one.extension === extension);
      expect(kind?.make(0).toString('latin1').startsWith(beginning), extension).toBe(true);
    }
  });
});
