/**
 * What OpenSSL draws by itself, from a chance that no seed reaches: keys, and what it mixes into signatures and into what it encrypts. It is
 * refused by name; what comes out the same each time, as a signature of Ed25519 or of RSA with PKCS #1 v1.5, is not.
 */
import crypto, { type KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { refuseClass, refuseEach } from './refused-calls.ts';
import { replace } from './replace.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

const KEYS = 'keys cannot be drawn from a seed; write them into the scenario';
const SIGNATURES =
  'OpenSSL mixes chance of its own into it, which no seed brings back; sign with Ed25519, HMAC, or RSA with PKCS #1 v1.5';
const SECRETS =
  'OpenSSL mixes chance of its own into it, which no seed brings back; use a cipher with a key and an IV';

const { RSA_PKCS1_PADDING: PKCS1, RSA_PKCS1_PSS_PADDING: PSS, RSA_NO_PADDING: BARE } = crypto.constants;
/** Of keys whose signatures are always the same. */
const STEADY = new Set(['ed25519', 'ed448']);

/** What `sign` takes for a key, with how it is used. */
interface Signing {
  key?: unknown;
  padding?: number;
  saltLength?: number;
}

export function installOpensslChance(): void {
  refuseEach(crypto, 'crypto', KEYS, [
    ...['generateKey', 'generateKeyPair', 'generateKeyPairSync', 'generateKeySync'],
    ...['generatePrime', 'generatePrimeSync', 'createDiffieHellman', 'createECDH'],
    ...['createDiffieHellmanGroup', 'getDiffieHellman', 'encapsulate'],
  ]);
  for (const name of ['DiffieHellman', 'DiffieHellmanGroup', 'ECDH'])
    refuseClass(crypto, name, KEYS, `crypto.${name}`);
  const always: readonly ['running'] = ['running'];
  refuseEach(crypto, 'crypto', SIGNATURES, ['sign'], always, (_, [, , key]) => isSteady(key));
  refuseEach(crypto.Sign.prototype, 'crypto.Sign', SIGNATURES, ['sign'], always, (_, [key]) => isSteady(key));
  refuseEach(
    crypto,
    'crypto',
    SECRETS,
    ['publicEncrypt'],
    always,
    (_, [key]) => (key as Signing | undefined)?.padding === BARE,
  );
  refuseLockedKeys();
}

/** Whether a signature with it is the same each time. Of what is no key OpenSSL complains itself. */
function isSteady(given: unknown): boolean {
  const { padding, saltLength } = given as Signing;
  const kind = kindOf(given);
  if (kind === 'rsa' && (padding ?? PKCS1) === PKCS1) return true;
  if (kind === 'rsa-pss' || (kind === 'rsa' && padding === PSS)) return saltLength === 0;
  return kind === undefined || STEADY.has(kind);
}

function kindOf(given: unknown): string | undefined {
  const { key = given } = given as Signing;
  try {
    if (key instanceof crypto.KeyObject) return key.asymmetricKeyType;
    if (types.isCryptoKey(key)) return crypto.KeyObject.from(key).asymmetricKeyType;
    return crypto.createPrivateKey(given as string).asymmetricKeyType;
  } catch {
    return undefined;
  }
}

/** A private key that is exported under a passphrase is locked with a salt of chance. Its class is seen only by its objects. */
function refuseLockedKeys(): void {
  let seen = false;
  replace<Loose>(crypto, 'createPrivateKey', (real) => (...args: unknown[]) => {
    const key = real(...args) as KeyObject;
    if (!seen) {
      seen = true;
      refuseEach(
        Object.getPrototypeOf(key) as object,
        'crypto.KeyObject',
        SECRETS,
        ['export'],
        ['running'],
        (_, [options]) => (options as { cipher?: unknown } | undefined)?.cipher === undefined,
      );
    }
    return key;
  });
}
