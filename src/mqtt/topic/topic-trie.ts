import { type Entries, type Entry, findEntry, pushEntries, withEntry, withoutEntry } from './entries.ts';
import { endOfLevel, hashOf, type Level, Levels } from './level.ts';
import { RememberedLists } from './remembered-lists.ts';
import { hasWildcard } from './validity.ts';

const DOLLAR = 0x24;
const REST = 0x23;

/**
 * Many Topic Filters, each with subscribers under a key of their own, matched against one Topic Name at a time.
 *
 * Filters and names have to be valid; a shared subscription goes in under the filter inside its `$share`. What a
 * match visits, and in which order, depends only on the calls before it: oldest subscription first. Setting a key
 * again replaces its value and keeps its place. A filter that loses its last subscriber leaves nothing behind.
 */
export class TopicTrie<K, V> {
  readonly #exact = new Map<string, Entries<K, V>>();
  readonly #levels = new Levels<K, V>();
  /** Matches of recent topics, all of them of the current set of subscriptions. */
  readonly #matched = new RememberedLists<Entry<K, V>>();
  /** The levels a match has reached, and those under them: kept, for a list each would cost more than a level. */
  readonly #abreast: Level<K, V>[] = [];
  readonly #below: Level<K, V>[] = [];
  #sequence = 0;
  #size = 0;

  /** How many subscriptions (pairs of filter and key) there are. */
  get size(): number {
    return this.#size;
  }

  /** Subscribes a key to a filter, or replaces the value it had there. Returns true if it is new. */
  set(filter: string, key: K, value: V): boolean {
    const old = this.#find(filter, key);
    if (old !== undefined) {
      old.value = value;
      return false;
    }
    const entry: Entry<K, V> = { key, value, sequence: this.#sequence++ };
    if (hasWildcard(filter)) this.#insert(filter, entry);
    else this.#exact.set(filter, withEntry(this.#exact.get(filter), entry));
    this.#size++;
    this.#matched.clear();
    return true;
  }

  get(filter: string, key: K): V | undefined {
    return this.#find(filter, key)?.value;
  }

  /** Returns false when the key was not subscribed to exactly this filter [3.1.1/MQTT-3.10.4-1]. */
  delete(filter: string, key: K): boolean {
    if (this.#find(filter, key) === undefined) return false;
    if (hasWildcard(filter)) {
      this.#remove(filter, key);
    } else {
      const rest = withoutEntry(this.#exact.get(filter)!, key);
      if (rest === undefined) this.#exact.delete(filter);
      else this.#exact.set(filter, rest);
    }
    this.#size--;
    this.#matched.clear();
    return true;
  }

  /** Visits every subscription whose filter matches the name, the oldest first. The visitor may change the trie. */
  match(name: string, visit: (value: V, key: K) => void): void {
    const entries = this.matching(name);
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      visit(entry.value, entry.key);
    }
  }

  /**
   * The subscriptions `match` would visit, as a list that is shared between calls and never changes. It is what a
   * hot path reads: for a topic seen since the last change of subscriptions it is one look-up.
   */
  matching(name: string): readonly Entry<K, V>[] {
    const known = this.#matched.get(name);
    if (known !== undefined) return known;
    const found = this.#match(name);
    this.#matched.add(name, found);
    return found;
  }

  /** Every subscription, the oldest first. */
  subscriptions(): { filter: string; key: K; value: V }[] {
    const found: { filter: string; entry: Entry<K, V> }[] = [];
    const take = (filter: string, entries: Entries<K, V> | undefined) => {
      if (entries === undefined) return;
      const list: Entry<K, V>[] = [];
      pushEntries(entries, list);
      for (const entry of list) found.push({ filter, entry });
    };
    for (const [filter, entries] of this.#exact) take(filter, entries);
    for (const level of this.#levels.all()) {
      if (level.here === undefined && level.rest === undefined) continue;
      const { prefix } = level;
      take(prefix.slice(0, -1), level.here);
      take(`${prefix}#`, level.rest);
    }
    found.sort((a, b) => a.entry.sequence - b.entry.sequence);
    return found.map(({ filter, entry }) => ({ filter, key: entry.key, value: entry.value }));
  }

  /** Every filter that has a subscriber, in the order of its oldest subscription. */
  filters(): string[] {
    return [...new Set(this.subscriptions().map((subscription) => subscription.filter))];
  }

  #find(filter: string, key: K): Entry<K, V> | undefined {
    if (!hasWildcard(filter)) return findEntry(this.#exact.get(filter), key);
    let level: Level<K, V> | undefined = this.#levels.root;
    for (let at = 0; at <= filter.length; ) {
      const end = endOfLevel(filter, at);
      if (isRest(filter, at)) return findEntry(level.rest, key);
      level = this.#levels.find(level, filter, at, end, hashOf(filter, at, end));
      if (level === undefined) return undefined;
      at = end + 1;
    }
    return findEntry(level.here, key);
  }

  #insert(filter: string, entry: Entry<K, V>): void {
    let level = this.#levels.root;
    for (let at = 0; at <= filter.length; ) {
      if (isRest(filter, at)) {
        level.rest = withEntry(level.rest, entry);
        return;
      }
      const end = endOfLevel(filter, at);
      level = this.#levels.under(level, filter, at, end);
      at = end + 1;
    }
    level.here = withEntry(level.here, entry);
  }

  /** Removes a subscription that exists and every level nobody needs any more. */
  #remove(filter: string, key: K): void {
    let level = this.#levels.root;
    for (let at = 0; at <= filter.length && !isRest(filter, at); ) {
      const end = endOfLevel(filter, at);
      level = this.#levels.under(level, filter, at, end);
      at = end + 1;
    }
    if (filter.endsWith('#')) level.rest = withoutEntry(level.rest!, key);
    else level.here = withoutEntry(level.here!, key);
    for (let { parent } = level; parent !== undefined && level.isEmpty(); { parent } = level) {
      this.#levels.remove(level);
      level = parent;
    }
  }

  /** Walks all matching levels abreast, so each level of the name is looked at once and no depth can overflow a stack. */
  #match(name: string): readonly Entry<K, V>[] {
    const found: Entry<K, V>[] = [];
    const exact = this.#exact.get(name);
    if (exact !== undefined) pushEntries(exact, found);

    const levels = this.#levels;
    let abreast = this.#abreast;
    let below = this.#below;
    let count = 1;
    abreast[0] = levels.root;
    // A leading wildcard does not match such a name [3.1.1/MQTT-4.7.2-1] [5.0/MQTT-4.7.2-1].
    let wildly = name.charCodeAt(0) !== DOLLAR;
    for (let start = 0; start <= name.length && count > 0; wildly = true) {
      const end = endOfLevel(name, start);
      const hash = hashOf(name, start, end);
      let reached = 0;
      for (let i = 0; i < count; i++) {
        const level = abreast[i]!;
        if (level.children > 0) {
          const child = levels.find(level, name, start, end, hash);
          if (child !== undefined) below[reached++] = child;
        }
        if (!wildly) continue;
        if (level.plus !== undefined) below[reached++] = level.plus;
        if (level.rest !== undefined) pushEntries(level.rest, found);
      }
      count = reached;
      const walked = abreast;
      abreast = below;
      below = walked;
      start = end + 1;
    }
    for (let i = 0; i < count; i++) {
      const level = abreast[i]!;
      if (level.here !== undefined) pushEntries(level.here, found);
      // 'a/#' matches its parent 'a'.
      if (level.rest !== undefined) pushEntries(level.rest, found);
    }
    return inSequence(found);
  }
}

/** Whether a filter goes on with '#' there. */
function isRest(filter: string, at: number): boolean {
  return filter.charCodeAt(at) === REST;
}

function inSequence<K, V>(entries: Entry<K, V>[]): Entry<K, V>[] {
  for (let i = 1; i < entries.length; i++) {
    if (entries[i]!.sequence < entries[i - 1]!.sequence)
      return entries.sort((a, b) => a.sequence - b.sequence);
  }
  return entries;
}
