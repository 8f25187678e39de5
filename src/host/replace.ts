/** Puts a dispatcher in the place of a function, so that nobody sees a difference but in what it does. */

type Callable = (...args: never[]) => unknown;

/**
 * Replaces `owner[name]`, which must be a function, by what `make` builds around it; own properties (`promisify.custom`, the
 * statics of a class) are carried over. A name this version of Node does not have is left alone.
 *
 * @returns the original, or undefined when there is none.
 */
export function replace<F extends Callable>(
  owner: object,
  name: string,
  make: (real: F) => F,
): F | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || descriptor.configurable === false) return undefined;
  // Some globals (crypto, fetch) are lazy accessors; reading them once is what any script would do.
  const real: unknown = Reflect.get(owner, name);
  if (typeof real !== 'function') return undefined;
  const dispatcher = make(real as F);
  for (const key of Reflect.ownKeys(real)) {
    const own = Object.getOwnPropertyDescriptor(dispatcher, key);
    if (own !== undefined && own.configurable === false) continue;
    Object.defineProperty(dispatcher, key, {
      ...Object.getOwnPropertyDescriptor(real, key),
      configurable: true,
    });
  }
  Object.defineProperty(owner, name, {
    value: dispatcher,
    writable: true,
    configurable: true,
    enumerable: descriptor.enumerable ?? true,
  });
  return real as F;
}

/** Who has `name`, of `owner` and what it inherits from: a browser's globals stand on several prototypes. `owner` when nobody has. */
export function holderOf(owner: object, name: string): object {
  for (let at: object | null = owner; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, name)) return at;
  }
  return owner;
}
