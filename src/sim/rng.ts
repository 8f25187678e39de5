/**
 * Chance: every draw depends on the seed and on the path of whoever draws, never on who was created first.
 *
 * There are two kinds. A *stream* is a sequence that belongs to one entity and purpose (`<seed>/node/sensor/chance`).
 * *Keyed luck* belongs to a thing and not to an order of draws: whether a segment is lost is a hash of what the segment
 * is, so that removing one fault or one message leaves everybody else's luck alone.
 *
 * The main entry of seedrandom asks for `crypto`, and its other generators are weak for related seeds; alea is neither.
 */
import alea from 'seedrandom/lib/alea.js';

/** The next number of a stream, in [0, 1) with 32 bits of resolution. */
export type Draw = () => number;

/** A seed, or the name of an entity, cannot be used; the message says why. */
export class NameError extends Error {
  override readonly name = 'NameError';
}

const LONGEST_NAME = 200;

/**
 * The one spelling of a seed: 7 and '7' are the same seed, '07' is another.
 *
 * @throws NameError unless it is a whole number or 1 to 200 printable ASCII characters without a slash or a space.
 */
export function canonicalSeed(seed: string | number): string {
  if (typeof seed === 'number') {
    if (!Number.isSafeInteger(seed))
      throw new NameError(`a seed that is a number must be a whole one, not ${seed}`);
    return `${seed}`;
  }
  if (!/^[!-.0-~]+$/.test(seed) || seed.length > LONGEST_NAME) {
    throw new NameError(
      `the seed ${JSON.stringify(seed)} must be 1 to ${LONGEST_NAME} printable ASCII characters without '/' and spaces`,
    );
  }
  return seed;
}

/**
 * Checks the name of a node: names become parts of paths (`seed/node/name`) and of the names of links and connections
 * (`a~b`, `a>b#1`), so those signs cannot be in them.
 *
 * @throws NameError with the sign that is in the way.
 */
export function checkName(name: string, what = 'a name'): string {
  if (name === '') throw new NameError(`${what} must not be empty`);
  if (name.length > LONGEST_NAME) throw new NameError(`${what} is longer than ${LONGEST_NAME} characters`);
  const offending = /[/>~#\p{Cc}\p{Cs}]/u.exec(name);
  if (offending !== null) {
    throw new NameError(`${what} ${JSON.stringify(name)} must not contain ${JSON.stringify(offending[0])}`);
  }
  return name;
}

/**
 * `none`: nothing hangs on the seed. Keyed luck is one half for everything, and a stream spreads its draws evenly, 1/2, 1/4, 3/4, 1/8 and so
 * on; then a link of 20 to 80 ms takes 50 ms, and what is lost less often than not is not lost.
 */
export type Chance = 'seed' | 'none';

/** Of a luck that is always one half. */
const NO_LUCK = Number.NaN;

/** All the chance of one run. */
export class Streams {
  readonly seed: string;
  readonly #chance: Chance;
  readonly #streams = new Map<string, Draw>();

  constructor(seed: string | number, chance: Chance = 'seed') {
    this.seed = canonicalSeed(seed);
    this.#chance = chance;
  }

  /** The stream of a path such as `('link', 'sensor~hub', 'jitter')`; created on first use, the same one ever after. */
  stream(...path: readonly string[]): Draw {
    const key = this.#key(path);
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = this.#chance === 'none' ? evenDraws() : alea(key);
      this.#streams.set(key, stream);
    }
    return stream;
  }

  /** The number that keyed luck of a path starts from; see {@link luck}. */
  luckSeed(...path: readonly string[]): number {
    return this.#chance === 'none' ? NO_LUCK : hashString(this.#key(path));
  }

  #key(path: readonly string[]): string {
    for (const part of path) {
      if (part === '' || part.includes('/')) {
        throw new NameError(
          `a part of the path of a stream must be neither empty nor contain '/': ${JSON.stringify(path)}`,
        );
      }
    }
    return `${this.seed}/${path.join('/')}`;
  }
}

/** The sequence of van der Corput: never the same twice, and no part of [0, 1) is left out for long. */
function evenDraws(): Draw {
  let count = 0;
  return () => {
    count++;
    let draw = 0;
    for (let rest = count, weight = 0.5; rest > 0; rest = Math.floor(rest / 2), weight /= 2)
      draw += (rest % 2) * weight;
    return draw;
  };
}

/** The number that the luck of one purpose starts from, made of the one that the luck of a path does. */
export function luckFor(seed: number, purpose: number): number {
  return Number.isNaN(seed) ? NO_LUCK : mix(seed, purpose);
}

/** Stirs one whole number (up to 2^53) into a hash of 32 bits. The multipliers are those of MurmurHash3. */
export function mix(hash: number, value: number): number {
  let mixed = mix32(hash, value | 0);
  // Offsets beyond 4 GiB differ only above the 32 bits that `| 0` keeps.
  if (value > 0xffffffff || value < -0x80000000) mixed = mix32(mixed, Math.floor(value / 0x100000000) | 0);
  return mixed;
}

function mix32(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** A hash of 32 bits of a text, for keys of {@link luck}. */
export function hashString(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = mix32(hash, text.charCodeAt(i));
  return avalanche(hash);
}

/** The luck, in [0, 1), of the thing with this key, for the purpose that the seed stands for. */
export function luck(seed: number, key: number): number {
  if (Number.isNaN(seed)) return 0.5;
  return (avalanche(mix32(mix32(seed, key), 0x9e3779b9)) >>> 0) / 0x100000000;
}

/** Every bit of the input changes every bit of the output with a chance of one half. */
function avalanche(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
