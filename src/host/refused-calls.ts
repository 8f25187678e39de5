/** Puts a refusal in the place of what a run must not touch: of functions, of classes, and of what is merely read. */
import { replace } from './replace.ts';
import { type Advice, currentPhase, currentWorld, refuse, type WorldPhase } from './script-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

/** Whether a call may pass all the same. */
export type Spared = (name: string, args: readonly unknown[]) => boolean;

/** Every function of a module; names with a capital are classes. */
export function refuseAll(
  owner: object,
  prefix: string,
  advice: Advice,
  picked = (_name: string) => true,
): void {
  refuseEach(owner, prefix, advice, namesOfFunctions(owner).filter(picked));
}

export function namesOfFunctions(owner: object): string[] {
  return Object.keys(owner).filter((name) => /^[a-z]/.test(name));
}

/**
 * What functions have that are functions themselves is refused with them: `memoryUsage.rss`, and what `util.promisify` makes of `exec`.
 *
 * @param prefix what people write before the name.
 */
export function refuseEach(
  owner: object,
  prefix: string,
  advice: Advice,
  names: readonly string[],
  phases: readonly WorldPhase[] = ['running'],
  spared: Spared = () => false,
): void {
  for (const name of names) {
    const call = prefix === '' ? name : `${prefix}.${name}`;
    const guarded = (real: Loose, named: string): Loose =>
      function (this: unknown, ...args: unknown[]) {
        if (currentWorld() !== undefined && phases.includes(currentPhase()) && !spared(name, args))
          refuse(named, advice);
        return Reflect.apply(real, this, args);
      };
    const real = replace<Loose>(owner, name, (real) => guarded(real, call));
    if (real === undefined) continue;
    const dispatcher = Reflect.get(owner, name) as object;
    for (const key of Reflect.ownKeys(real)) {
      const own = Object.getOwnPropertyDescriptor(real, key)!;
      if (key === 'prototype' || typeof own.value !== 'function') continue;
      const value = guarded(own.value as Loose, typeof key === 'string' ? `${call}.${key}` : call);
      Object.defineProperty(dispatcher, key, { ...own, configurable: true, value });
    }
  }
}

/** @param call what people write after `new`. */
export function refuseClass(owner: object, name: string, advice: Advice, call = name): void {
  const Real: unknown = Reflect.get(owner, name);
  if (typeof Real !== 'function') return;
  const refuseNow = (): void => {
    if (currentWorld() !== undefined && currentPhase() === 'running') refuse(`new ${call}`, advice);
  };
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    enumerable: Object.getOwnPropertyDescriptor(owner, name)?.enumerable ?? true,
    value: new Proxy(Real, {
      construct(target, args, newTarget): object {
        refuseNow();
        return Reflect.construct(target, args, newTarget) as object;
      },
      // Older ones of Node are called without `new`, too.
      apply(target, self, args): unknown {
        refuseNow();
        return Reflect.apply(target as Loose, self, args);
      },
    }),
  });
}

/** A property whose value is real; where this version of Node does not have it, nothing. */
export function refuseReading(owner: object, name: string, call: string, advice: Advice): void {
  const real = Object.getOwnPropertyDescriptor(owner, name);
  if (real === undefined || real.configurable === false) return;
  Object.defineProperty(owner, name, {
    configurable: true,
    enumerable: real.enumerable ?? true,
    get(this: unknown): unknown {
      if (currentWorld() !== undefined && currentPhase() === 'running') refuse(`get ${call}`, advice);
      return real.get === undefined ? real.value : Reflect.apply(real.get, this, []);
    },
    ...(real.set === undefined ? {} : { set: real.set }),
  });
}
