import { hasWildcard } from './validity.ts';

const DOLLAR = 0x24;

interface Named<V> {
  readonly name: string;
  value: V;
  readonly sequence: number;
}

/** A level of the stored names. */
class Level<V> {
  named: Named<V> | undefined = undefined;
  children: Map<string, Level<V>> | undefined = undefined;
}

/**
 * Many Topic Names, each with a value, matched against one Topic Filter at a time: the retained messages of a
 * broker. The mirror of {@link TopicTrie}. Visits are in the order in which the names were first set; a name set
 * again keeps its place, a name deleted and set again goes to the end.
 */
export class TopicNames<V> {
  readonly #byName = new Map<string, Named<V>>();
  readonly #root = new Level<V>();
  #sequence = 0;

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): V | undefined {
    return this.#byName.get(name)?.value;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Returns true if the name is new. */
  set(name: string, value: V): boolean {
    const old = this.#byName.get(name);
    if (old !== undefined) {
      old.value = value;
      return false;
    }
    const named: Named<V> = { name, value, sequence: this.#sequence++ };
    this.#byName.set(name, named);
    let level = this.#root;
    for (const text of name.split('/')) {
      level.children ??= new Map();
      let child = level.children.get(text);
      if (child === undefined) {
        child = new Level<V>();
        level.children.set(text, child);
      }
      level = child;
    }
    level.named = named;
    return true;
  }

  delete(name: string): boolean {
    if (!this.#byName.delete(name)) return false;
    const path: { level: Level<V>; text: string }[] = [];
    let level = this.#root;
    for (const text of name.split('/')) {
      path.push({ level, text });
      level = level.children!.get(text)!;
    }
    level.named = undefined;
    for (let step = path.pop(); step !== undefined; step = path.pop()) {
      if (level.named !== undefined || level.children !== undefined) break;
      level = step.level;
      level.children!.delete(step.text);
      if (level.children!.size === 0) level.children = undefined;
    }
    return true;
  }

  /** Every name with its value, in the order in which they were first set. */
  *entries(): IterableIterator<[name: string, value: V]> {
    for (const [name, named] of this.#byName) yield [name, named.value];
  }

  /** Visits every name the valid filter matches, oldest first. The visitor may change the names. */
  match(filter: string, visit: (value: V, name: string) => void): void {
    if (!hasWildcard(filter)) {
      const named = this.#byName.get(filter);
      if (named !== undefined) visit(named.value, named.name);
      return;
    }
    const found = this.#match(filter);
    found.sort((a, b) => a.sequence - b.sequence);
    for (const named of found) visit(named.value, named.name);
  }

  #match(filter: string): Named<V>[] {
    const found: Named<V>[] = [];
    let abreast: Level<V>[] = [this.#root];
    for (const text of filter.split('/')) {
      if (text === '#') {
        for (const level of abreast) takeAll(level, level === this.#root, found);
        return found;
      }
      const below: Level<V>[] = [];
      for (const level of abreast) {
        if (level.children === undefined) continue;
        if (text === '+') {
          for (const [childText, child] of level.children) {
            if (level !== this.#root || childText.charCodeAt(0) !== DOLLAR) below.push(child);
          }
        } else {
          const child = level.children.get(text);
          if (child !== undefined) below.push(child);
        }
      }
      abreast = below;
    }
    for (const level of abreast) if (level.named !== undefined) found.push(level.named);
    return found;
  }
}

/** Takes a level and everything under it; at the root not what begins with '$' [3.1.1/MQTT-4.7.2-1] [5.0/MQTT-4.7.2-1]. */
function takeAll<V>(from: Level<V>, isRoot: boolean, found: Named<V>[]): void {
  const pending: Level<V>[] = [from];
  for (let level = pending.pop(); level !== undefined; level = pending.pop()) {
    if (level.named !== undefined) found.push(level.named);
    if (level.children === undefined) continue;
    for (const [text, child] of level.children) {
      if (isRoot && level === from && text.charCodeAt(0) === DOLLAR) continue;
      pending.push(child);
    }
  }
}
