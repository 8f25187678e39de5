/** WebAssembly of a run: what Node compiles on threads, and has when they are ready, is compiled at once. */
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

/** The part of it that is needed; Node's types leave it to browsers. */
interface WebAssemblyNamespace {
  Module: new (bytes: unknown) => object;
  Instance: new (module: object, imports: unknown) => object;
}

export function installWebAssembly(): void {
  const owner = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyNamespace;
  const { Module, Instance } = owner;
  const install = (name: 'compile' | 'instantiate', virtual: Loose): void => {
    replace<Loose>(
      owner,
      name,
      (real) =>
        (...args: unknown[]) =>
          currentWorld() === undefined ? real(...args) : virtual(...args),
    );
  };
  install('compile', async (bytes: unknown) => new Module(bytes));
  install('instantiate', async (source: unknown, imports: unknown) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return { module, instance: new Instance(module, imports) };
  });
}
