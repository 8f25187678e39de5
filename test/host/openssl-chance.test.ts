/** What hosted code may still do with keys: all that comes out the same each time. */
import crypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

const TEXT = Buffer.from('text');
const { privateKey: ed } = crypto.generateKeyPairSync('ed25519');
const { privateKey: ec, publicKey: ecPublic } = crypto.generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
});
const { privateKey: rsa } = crypto.generateKeyPairSync('rsa', { modulusLength: 1_024 });
const { RSA_PKCS1_PSS_PADDING, RSA_NO_PADDING } = crypto.constants;
const pem = { format: 'pem', type: 'pkcs8' } as const;

const steady: readonly [string, () => Buffer | string][] = [
  ['signs with Ed25519', () => crypto.sign(null, TEXT, ed)],
  ['signs with a key that is text', () => crypto.sign(null, TEXT, ed.export(pem))],
  ['signs with RSA and PKCS #1 v1.5', () => crypto.sign('sha256', TEXT, rsa)],
  ['signs so in pieces', () => crypto.createSign('sha256').update(TEXT).sign(rsa)],
  [
    'signs with RSA-PSS without a salt',
    () => crypto.sign('sha256', TEXT, { key: rsa, padding: RSA_PKCS1_PSS_PADDING, saltLength: 0 }),
  ],
  ['makes an HMAC', () => crypto.createHmac('sha256', 'key').update(TEXT).digest()],
  [
    'encrypts with RSA and no padding',
    () => crypto.publicEncrypt({ key: rsa, padding: RSA_NO_PADDING }, Buffer.alloc(128, 1)),
  ],
  ['agrees on a secret', () => crypto.diffieHellman({ privateKey: ec, publicKey: ecPublic })],
  ['exports a key that is not locked', () => crypto.createPrivateKey(ec.export(pem)).export(pem)],
];

describe('hosted code', () => {
  it.each(steady)('%s', async (_what, act) => {
    const seen: unknown[] = [];
    const { error } = await runHosted(
      scenario('keys', async (sim) => {
        const app = sim.host('app');
        await app.do(() => void seen.push(act(), act()));
      }),
      { level: 'digest' },
    );
    expect(error).toBeUndefined();
    expect(seen).toEqual([act(), act()]);
    expect(seen[0]).toEqual(seen[1]);
  });

  it('is told by OpenSSL itself what is no key', async () => {
    const { error } = await runHosted(
      scenario('keys', async (sim) => {
        await sim.host('app').do(() => {
          expect(() => crypto.sign('sha256', TEXT, 'no key')).toThrow(/DECODER|PEM|decoder|pem/);
          expect(() => crypto.sign('sha256', TEXT, undefined as never)).toThrow(TypeError);
        });
      }),
      { level: 'digest' },
    );
    expect(error).toBeUndefined();
  });
});
