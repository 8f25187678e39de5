/** Password files in the format of mosquitto_passwd: `name:$7$iterations$salt$hash`, or the older `name:$6$salt$hash`. */
import { createHash, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Admission, Credentials } from '../mqtt/broker/access.ts';

/** A line cannot be understood; `message` says which and why. */
export class AccessFileError extends Error {
  override readonly name = 'AccessFileError';
}

const SHA512_BYTES = 64;
/** A hash that takes longer would stop the server for everybody: the password is checked while nothing else is. */
const ITERATIONS_MAXIMUM = 1_000_000;

interface Hashed {
  /** 0: one plain SHA-512, as `$6$` has it. */
  readonly iterations: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/**
 * Reads a password file.
 *
 * @returns what decides who may connect: nobody without a name and its password
 * @throws {AccessFileError} for a line that is none
 */
export function readPasswords(text: string): (credentials: Credentials) => Admission {
  const users = new Map<string, Hashed>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const colon = line.indexOf(':');
    if (colon < 1) throw wrong(index, 'it is not NAME:HASH');
    const hashed = hashOf(line.slice(colon + 1).trim(), index);
    users.set(line.slice(0, colon), hashed);
  });
  return ({ username, password }) => {
    if (username === undefined) return 'not-authorized';
    const known = users.get(username);
    if (known === undefined || password === undefined) return 'bad-credentials';
    return timingSafeEqual(digest(password, known), known.hash) ? 'accepted' : 'bad-credentials';
  };
}

function hashOf(text: string, index: number): Hashed {
  const [empty, kind, ...parts] = text.split('$');
  if (empty !== '' || kind === undefined) {
    throw wrong(index, 'the password is not hashed: run mosquitto_passwd -U on the file');
  }
  if (kind !== '6' && kind !== '7') {
    throw wrong(
      index,
      `hashes of kind $${kind}$ are not known here: mosquitto_passwd -H sha512-pbkdf2 makes one that is`,
    );
  }
  const iterations = kind === '7' ? Number(parts.shift()) : 0;
  const [salt = '', hash = ''] = parts;
  const hashed = { iterations, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
  const isWhole = kind === '6' || (Number.isInteger(iterations) && iterations >= 1);
  if (parts.length !== 2 || !isWhole || hashed.hash.length !== SHA512_BYTES)
    throw wrong(index, 'the hash is damaged');
  if (iterations > ITERATIONS_MAXIMUM) throw wrong(index, `more than ${ITERATIONS_MAXIMUM} iterations`);
  return hashed;
}

function digest(password: Uint8Array, { iterations, salt }: Hashed): Buffer {
  if (iterations > 0) return pbkdf2Sync(password, salt, iterations, SHA512_BYTES, 'sha512');
  return createHash('sha512').update(password).update(salt).digest();
}

function wrong(index: number, what: string): AccessFileError {
  return new AccessFileError(`line ${index + 1}: ${what}`);
}
