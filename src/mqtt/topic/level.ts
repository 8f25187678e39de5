import type { Entries } from './entries.ts';

const HASH_START = 0x11c9dc5;
const HASH_PRIME = 0x1000193;
/** Hashes are small integers also where pointers are compressed. */
const HASH_BITS = 0x3fffffff;
const SPREAD = 0x9e3779b1;
const FEWEST_SLOTS = 8;
/**
 * So far from its place is a level looked for. By chance none is; but texts with one hash are quickly found by whoever wants them, and a
 * client may subscribe to thousands.
 */
const FARTHEST = 64;

/** A level of the filters with wildcards. Filters without any are in a Map of their own. */
export class Level<K, V> {
  readonly parent: Level<K, V> | undefined;
  /** Its own text, `+` for a wildcard. */
  readonly text: string;
  readonly hash: number;
  /** Tells levels with the same text apart, under different parents. */
  readonly id: number;
  /** How many levels filters go on with, `+` among them. */
  children = 0;
  /** Subscriptions whose filter ends here. */
  here: Entries<K, V> | undefined = undefined;
  /** Subscriptions whose filter goes on with '#'. */
  rest: Entries<K, V> | undefined = undefined;
  /** Filters that go on with '+'. */
  plus: Level<K, V> | undefined = undefined;

  constructor(parent: Level<K, V> | undefined, text: string, hash: number, id: number) {
    this.parent = parent;
    this.text = text;
    this.hash = hash;
    this.id = id;
  }

  isEmpty(): boolean {
    return this.here === undefined && this.rest === undefined && this.children === 0;
  }

  /** The filter up to here, with a '/' behind it. */
  get prefix(): string {
    const texts: string[] = [];
    for (let level: Level<K, V> = this; level.parent !== undefined; level = level.parent)
      texts.push(`${level.text}/`);
    return texts.reverse().join('');
  }
}

/** Where the level that starts at `at` ends: at the next '/', or with the topic. */
export function endOfLevel(topic: string, at: number): number {
  const end = topic.indexOf('/', at);
  return end < 0 ? topic.length : end;
}

/**
 * All levels under one root, found by their parent and a part of a topic that need not be cut out of it: a text of its own for each level
 * of each name, and a Map for each level, cost more than all else of a match.
 */
export class Levels<K, V> {
  readonly root = new Level<K, V>(undefined, '', 0, 0);
  /** A level is in the slot that its parent and its text say, or in one of those after it. */
  #slots: (Level<K, V> | undefined)[] = new Array<undefined>(FEWEST_SLOTS).fill(undefined);
  /** Those for which no slot was free that is near enough, by parent and text. */
  readonly #crowded = new Map<string, Level<K, V>>();
  #count = 0;
  #made = 0;

  /** @param hash of the part of the topic, as {@link hashOf} says. */
  find(
    parent: Level<K, V>,
    topic: string,
    start: number,
    end: number,
    hash: number,
  ): Level<K, V> | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const first = home(parent, hash);
    for (let far = 0; far < FARTHEST; far++) {
      const level = slots[(first + far) & mask];
      if (level === undefined) break;
      if (level.hash === hash && level.parent === parent && isAt(level.text, topic, start, end)) return level;
    }
    return this.#crowded.size === 0 ? undefined : this.#crowded.get(nameOf(parent, topic.slice(start, end)));
  }

  /** That level, made if there is none yet. */
  under(parent: Level<K, V>, topic: string, start: number, end: number): Level<K, V> {
    const hash = hashOf(topic, start, end);
    const known = this.find(parent, topic, start, end, hash);
    if (known !== undefined) return known;
    const level = new Level(parent, topic.slice(start, end), hash, ++this.#made);
    parent.children++;
    if (level.text === '+') parent.plus = level;
    if (2 * ++this.#count > this.#slots.length) this.#grow();
    this.#put(level);
    return level;
  }

  /** Takes out a level that is empty. */
  remove(level: Level<K, V>): void {
    const parent = level.parent!;
    parent.children--;
    if (parent.plus === level) parent.plus = undefined;
    this.#count--;
    if (this.#crowded.delete(nameOf(parent, level.text))) return;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = home(parent, level.hash) & mask;
    while (slots[hole] !== level) hole = (hole + 1) & mask;
    // Whoever stands behind it and would have its slot, or one before it, moves there.
    for (let slot = (hole + 1) & mask; slots[slot] !== undefined; slot = (slot + 1) & mask) {
      const other = slots[slot]!;
      const wanted = home(other.parent!, other.hash) & mask;
      if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = other;
      hole = slot;
    }
    slots[hole] = undefined;
  }

  /** The root and all others, in no order. */
  *all(): Iterable<Level<K, V>> {
    yield this.root;
    for (const level of this.#slots) if (level !== undefined) yield level;
    yield* this.#crowded.values();
  }

  #grow(): void {
    const levels = [...this.all()];
    this.#slots = new Array<undefined>(2 * this.#slots.length).fill(undefined);
    this.#crowded.clear();
    for (const level of levels) if (level !== this.root) this.#put(level);
  }

  #put(level: Level<K, V>): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const first = home(level.parent!, level.hash);
    for (let far = 0; far < FARTHEST; far++) {
      const slot = (first + far) & mask;
      if (slots[slot] !== undefined) continue;
      slots[slot] = level;
      return;
    }
    this.#crowded.set(nameOf(level.parent!, level.text), level);
  }
}

function nameOf<K, V>(parent: Level<K, V>, text: string): string {
  return `${parent.id}/${text}`;
}

function home<K, V>(parent: Level<K, V>, hash: number): number {
  return Math.imul(hash ^ Math.imul(parent.id, SPREAD), SPREAD) >>> 8;
}

function isAt(text: string, topic: string, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== topic.charCodeAt(start + i)) return false;
  return true;
}

/** Of a part of a topic. */
export function hashOf(topic: string, start: number, end: number): number {
  let hash = HASH_START;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ topic.charCodeAt(i), HASH_PRIME);
  return hash & HASH_BITS;
}
