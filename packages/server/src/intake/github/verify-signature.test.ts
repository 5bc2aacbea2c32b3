import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { verifySignature } from './verify-signature.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sign = (text: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;

describe('verifySignature', () => {
  it("accepts GitHub's published test vector", () => {
    const header = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

    expect(verifySignature(bytes('Hello, World!'), header, [new Secret("It's a Secret to Everybody")])).toBe(true);
  });

  it('accepts any of the secrets while one is being replaced', () => {
    const secrets = [new Secret('old'), new Secret('new')];

    expect(verifySignature(bytes('{}'), sign('{}', 'old'), secrets)).toBe(true);
    expect(verifySignature(bytes('{}'), sign('{}', 'new'), secrets)).toBe(true);
    expect(verifySignature(bytes('{}'), sign('{}', 'older'), secrets)).toBe(false);
  });

  it('refuses other bytes, also such that mean the same JSON', () => {
    expect(verifySignature(bytes('{ }'), sign('{}', 's'), [new Secret('s')])).toBe(false);
  });

  it.each([undefined, '', 'sha256=', 'sha1=aaaa', `sha256=${'0'.repeat(63)}`, sign('{}', 's').toUpperCase()])(
    'refuses the header %s',
    (header) => {
      expect(verifySignature(bytes('{}'), header, [new Secret('s')])).toBe(false);
    },
  );

  it('refuses everything when there is no secret, or an empty one', () => {
    expect(verifySignature(bytes('{}'), sign('{}', ''), [])).toBe(false);
    expect(verifySignature(bytes('{}'), sign('{}', ''), [new Secret('')])).toBe(false);
  });
});
