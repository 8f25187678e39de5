import { type Entries, type Entry, findEntry, pushEntries, withEntry, withoutEntry } from './entries.ts';
import { RememberedLists } from './remembered-lists.ts';
import { hasWildcard } from './validity.ts';

const DOLLAR = 0x24;

/** A level of the filters with wildcards. Filters without any are in a Map of their own. */
class Level<K, V> {
  /** Subscriptions whose filter ends here. */
  here: Entries<K, V> | undefined = undefined;
  /** Subscriptions whose filter goes on with '#'. */
  hash: Entries<K, V> | undefined = undefined;
  /** Filters that go on with '+'. */
  plus: Level<K, V> | undefined = undefined;
  /** Filters that go on with a literal level. */
  children: Map<string, Level<K, V>> | undefined = undefined;

  isEmpty(): boolean {
    return (
      this.here === undefined &&
      this.hash === undefined &&
      this.plus === undefined &&
      this.children === undefined
    );
  }
}

/**
 * Many Topic Filters, each with subscribers under a key of their own, matched against one Topic Name at a time.
 *
 * Filters and names have to be valid; a shared subscription goes in under the filter inside its `$share`. What a
 * match visits, and in which order, depends only on the calls before it: oldest subscription first. Setting a key
 * again replaces its value and keeps its place. A filter that loses its last subscriber leaves nothing behind.
 */
export class TopicTrie<K, V> {
  readonly #exact = new Map<string, Entries<K, V>>();
  readonly #root = new Level<K, V>();
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
    const pending: { prefix: string; level: Level<K, V> }[] = [{ prefix: '', level: this.#root }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { prefix, level } = next;
      take(prefix.slice(0, -1), level.here);
      take(`${prefix}#`, level.hash);
      if (level.plus !== undefined) pending.push({ prefix: `${prefix}+/`, level: level.plus });
      for (const [text, child] of level.children ?? [])
        pending.push({ prefix: `${prefix}${text}/`, level: child });
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
    let level: Level<K, V> | undefined = this.#root;
    for (let at = 0; at <= filter.length; ) {
      const text = levelAt(filter, at);
      if (text === '#') return findEntry(level.hash, key);
      level = text === '+' ? level.plus : level.children?.get(text);
      if (level === undefined) return undefined;
      at += text.length + 1;
    }
    return findEntry(level.here, key);
  }

  #insert(filter: string, entry: Entry<K, V>): void {
    let level = this.#root;
    for (let at = 0; at <= filter.length; ) {
      const text = levelAt(filter, at);
      if (text === '#') {
        level.hash = withEntry(level.hash, entry);
        return;
      }
      level = descend(level, text);
      at += text.length + 1;
    }
    level.here = withEntry(level.here, entry);
  }

  /** Removes a subscription that exists and every level nobody needs any more. */
  #remove(filter: string, key: K): void {
    const path: { level: Level<K, V>; text: string }[] = [];
    let level = this.#root;
    for (let at = 0; at <= filter.length; ) {
      const text = levelAt(filter, at);
      if (text === '#') break;
      path.push({ level, text });
      level = text === '+' ? level.plus! : level.children!.get(text)!;
      at += text.length + 1;
    }
    if (filter.endsWith('#')) level.hash = withoutEntry(level.hash!, key);
    else level.here = withoutEntry(level.here!, key);
    for (let step = path.pop(); step !== undefined && level.isEmpty(); step = path.pop()) {
      level = step.level;
      if (step.text === '+') {
        level.plus = undefined;
      } else {
        level.children!.delete(step.text);
        if (level.children!.size === 0) level.children = undefined;
      }
    }
  }

  /** Walks all matching levels abreast, so each level of the name is cut out once and no depth can overflow a stack. */
  #match(name: string): readonly Entry<K, V>[] {
    const found: Entry<K, V>[] = [];
    const exact = this.#exact.get(name);
    if (exact !== undefined) pushEntries(exact, found);

    let abreast = this.#abreast;
    let below = this.#below;
    let end = name.indexOf('/');
    abreast.length = 0;
    this.#matchFirst(name, end < 0 ? name : name.slice(0, end), abreast, found);
    while (end >= 0 && abreast.length > 0) {
      const start = end + 1;
      end = name.indexOf('/', start);
      const text = end < 0 ? name.slice(start) : name.slice(start, end);
      below.length = 0;
      for (let i = 0; i < abreast.length; i++) {
        const level = abreast[i]!;
        if (level.hash !== undefined) pushEntries(level.hash, found);
        next(level, text, below);
      }
      const walked = abreast;
      abreast = below;
      below = walked;
    }
    for (let i = 0; i < abreast.length; i++) {
      const level = abreast[i]!;
      if (level.here !== undefined) pushEntries(level.here, found);
      // 'a/#' matches its parent 'a'.
      if (level.hash !== undefined) pushEntries(level.hash, found);
    }
    return inSequence(found);
  }

  #matchFirst(name: string, text: string, onto: Level<K, V>[], found: Entry<K, V>[]): void {
    const root = this.#root;
    if (name.charCodeAt(0) !== DOLLAR) {
      if (root.hash !== undefined) pushEntries(root.hash, found);
      next(root, text, onto);
      return;
    }
    // A leading wildcard does not match such a name [3.1.1/MQTT-4.7.2-1] [5.0/MQTT-4.7.2-1].
    const child = root.children?.get(text);
    if (child !== undefined) onto.push(child);
  }
}

function next<K, V>(level: Level<K, V>, text: string, onto: Level<K, V>[]): void {
  const child = level.children?.get(text);
  if (child !== undefined) onto.push(child);
  if (level.plus !== undefined) onto.push(level.plus);
}

function descend<K, V>(level: Level<K, V>, text: string): Level<K, V> {
  if (text === '+') {
    level.plus ??= new Level<K, V>();
    return level.plus;
  }
  level.children ??= new Map();
  let child = level.children.get(text);
  if (child === undefined) {
    child = new Level<K, V>();
    level.children.set(text, child);
  }
  return child;
}

/** The level that starts at `at`: the text up to the next '/' or the end. */
function levelAt(topic: string, at: number): string {
  const end = topic.indexOf('/', at);
  return end < 0 ? topic.slice(at) : topic.slice(at, end);
}

function inSequence<K, V>(entries: Entry<K, V>[]): Entry<K, V>[] {
  for (let i = 1; i < entries.length; i++) {
    if (entries[i]!.sequence < entries[i - 1]!.sequence)
      return entries.sort((a, b) => a.sequence - b.sequence);
  }
  return entries;
}
