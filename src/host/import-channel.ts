/**
 * Each `import()` of this thread as Node begins it: where the hooks of the loader are on the thread itself, its channel `module.import` hands over
 * what is begun before it is.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { nativeImport } from './native-import.ts';

/** What Node says of an import. */
export interface AskedImport {
  /** The specifier. */
  readonly url: string;
  readonly parentURL: string;
}

/** @returns what `import()` is to give back; `begin` asks the loader. */
export type Begin = (asked: AskedImport, begin: () => Promise<unknown>) => Promise<unknown>;

/** What the channel takes for a store of async context: it runs what it is handed. */
interface Store {
  run: Begin;
  /** How it is entered since Node 26, which hands nothing over. */
  withScope?(): object;
}
interface Channel {
  bindStore(store: Store): void;
  unbindStore(store: Store): void;
}

const channel = tracingChannel('module.import').start as unknown as Channel;

/** False in a Node that hands nothing over, as earlier ones do. */
export function handsOverImports(): boolean {
  let handed = false;
  const store: Store = {
    run: (_, begin) => {
      handed = true;
      return begin();
    },
    withScope: () => ({ [Symbol.dispose]() {} }),
  };
  channel.bindStore(store);
  void nativeImport('node:module');
  channel.unbindStore(store);
  return handed;
}

/** From now on. */
export function takeImports(run: Begin): void {
  channel.bindStore({ run });
}
