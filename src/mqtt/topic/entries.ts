/** One subscription in the trie. Its sequence says when the key first subscribed to the filter. */
export interface Entry<K, V> {
  readonly key: K;
  value: V;
  readonly sequence: number;
}

/**
 * The subscriptions to one filter in the order they were made. Most filters have one subscriber and few have many,
 * so there are three shapes: the entry itself, an exact array while a search is cheap, a Map after that.
 */
export type Entries<K, V> = Entry<K, V> | readonly Entry<K, V>[] | Map<K, Entry<K, V>>;

/** Up to this many a linear search beats a Map, in time and in bytes. */
const ARRAY_LIMIT = 8;

export function findEntry<K, V>(entries: Entries<K, V> | undefined, key: K): Entry<K, V> | undefined {
  if (entries === undefined) return undefined;
  if (entries instanceof Map) return entries.get(key);
  if (isArray(entries)) return entries.find((entry) => entry.key === key);
  return entries.key === key ? entries : undefined;
}

/** The entries with one more, whose key they do not have yet. */
export function withEntry<K, V>(entries: Entries<K, V> | undefined, entry: Entry<K, V>): Entries<K, V> {
  if (entries === undefined) return entry;
  if (entries instanceof Map) return entries.set(entry.key, entry);
  if (!isArray(entries)) return [entries, entry];
  if (entries.length < ARRAY_LIMIT) return [...entries, entry];
  const map = new Map<K, Entry<K, V>>();
  for (const old of entries) map.set(old.key, old);
  return map.set(entry.key, entry);
}

/** The entries without that key, undefined when none is left. */
export function withoutEntry<K, V>(entries: Entries<K, V>, key: K): Entries<K, V> | undefined {
  if (entries instanceof Map) {
    entries.delete(key);
    return entries.size > ARRAY_LIMIT / 2 ? entries : [...entries.values()];
  }
  if (!isArray(entries)) return entries.key === key ? undefined : entries;
  const rest = entries.filter((entry) => entry.key !== key);
  return rest.length > 1 ? rest : rest[0];
}

export function pushEntries<K, V>(entries: Entries<K, V>, onto: Entry<K, V>[]): void {
  if (entries instanceof Map) {
    for (const entry of entries.values()) onto.push(entry);
  } else if (isArray(entries)) {
    for (let i = 0; i < entries.length; i++) onto.push(entries[i]!);
  } else {
    onto.push(entries);
  }
}

function isArray<K, V>(entries: Entries<K, V>): entries is readonly Entry<K, V>[] {
  return Array.isArray(entries);
}
