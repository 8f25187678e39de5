/**
 * One object that stands for another one in each world, and is kept by whoever has it for all of them: packages that are loaded once a thread, and
 * `import { env } from 'node:process'`, a name that Node gives its value once.
 */
import { inspect } from 'node:util';

/**
 * @param present the one that it stands for now. Its methods are called on it, whoever calls them.
 * @param written what becomes of a value that is put there.
 */
export function presentObject<T extends object>(
  present: () => T,
  written: (value: unknown) => unknown = (value) => value,
): T {
  const bound = new WeakMap<object, WeakMap<object, unknown>>();
  const method = (of: T, called: object): unknown => {
    const known = bound.get(of) ?? new WeakMap<object, unknown>();
    bound.set(of, known);
    const mine = known.get(called) ?? bindTo(of, called as (...args: unknown[]) => unknown);
    known.set(called, mine);
    return mine;
  };
  // Shown as what it stands for: who shows a proxy shows what it was made around.
  const shown = Object.defineProperty({}, inspect.custom, { configurable: true, value: present });
  return new Proxy(shown as T, {
    get(_, name) {
      const of = present();
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' && name !== 'constructor' ? method(of, value) : value;
    },
    set: (_, name, value) => {
      const of = present();
      return Reflect.set(of, name, written(value), of);
    },
    has: (_, name) => Reflect.has(present(), name),
    deleteProperty: (_, name) => Reflect.deleteProperty(present(), name),
    ownKeys: () => Reflect.ownKeys(present()),
    getOwnPropertyDescriptor(_, name) {
      const own = Reflect.getOwnPropertyDescriptor(present(), name);
      return own && { ...own, configurable: true };
    },
    defineProperty: (_, name, own) => Reflect.defineProperty(present(), name, { ...own, configurable: true }),
    getPrototypeOf: () => Reflect.getPrototypeOf(present()),
    setPrototypeOf: (_, prototype) => Reflect.setPrototypeOf(present(), prototype),
    preventExtensions: () => false,
  });
}

/** What it has of its own, as a spy has, is there too. */
function bindTo(of: object, called: (...args: unknown[]) => unknown): unknown {
  return new Proxy(called, { apply: (target, _, args) => Reflect.apply(target, of, args) as unknown });
}
