import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../../src/trace/base64url.ts';

describe('base64url', () => {
  it('writes what Node writes, and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64url(text)).toEqual(bytes);
      }),
      { seed: 1 },
    );
  });

  it('refuses padding, strangers, impossible lengths and bits that no byte has', () => {
    for (const text of ['QQ==', 'Q', 'Q+', 'Q/', 'é', 'QQé', 'QR', 'QUJ', 'QU J', 'QUJDR']) {
      expect(decodeBase64url(text), text).toBeUndefined();
    }
  });

  it('gives every byte string exactly one text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
      }),
      { seed: 2 },
    );
  });
});
