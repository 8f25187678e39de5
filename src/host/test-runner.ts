/**
 * The loader of vitest, which asks another process for each module of a test: what it has under way counts as that of Node does, for a
 * hosted node must not go on before its modules are there.
 */
import { wholeStack } from './formed-stacks.ts';

/** The part of vitest's state of a test file that is needed. */
interface Worker {
  rpc?: Record<string, unknown>;
}

/** Who puts modules together there, and keeps them: the mocker of a test file knows it. */
interface Mocker {
  moduleRunner?: Runner;
}
interface Runner {
  cachedModule?: (url: string, importer: string) => Promise<unknown>;
}

/** What is told of its imports. */
export interface ImportWatch {
  /** It asks the other process; what this gives back is called at the answer. */
  asked(specifier: string): () => void;
  /** Code calls `import()`: what this gives back takes the place of what `begin` does. */
  called<T>(specifier: string, parent: string, begin: () => Promise<T>): Promise<T>;
}

/** What is asked for modules: `fetch`, and in older versions `fetchModule` and `resolveId`. */
const REQUEST = /^(?:fetch|resolve)/;
/** The function of a module that stands where it says `import()`, between it and who puts modules together. */
const BY_IMPORT_CALL = /\bdynamicRequest\b/;
const FRAMES = 5;

/** Packages that vitest is made of. */
const PACKAGES = /\/node_modules\/(?:@?vitest|vite|vite-node|birpc)\//;

/** True for a file of the test runner, which goes on with its work while a node loads its modules. */
export function isOfTestRunner(file: string): boolean {
  return PACKAGES.test(file);
}

/** @returns false without vitest. */
export function watchTestRunner(watch: ImportWatch): boolean {
  const worker = Reflect.get(globalThis, '__vitest_worker__') as Worker | undefined;
  if (worker?.rpc === undefined) return false;
  worker.rpc = new Proxy(worker.rpc, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string' || !REQUEST.test(name)) return method;
      return (...args: unknown[]): unknown => {
        const ended = watch.asked(String(args[0]));
        const answer = Reflect.apply(method, target, args) as unknown;
        Promise.resolve(answer).then(ended, ended);
        return answer;
      };
    },
  });
  watchCalls(watch);
  return true;
}

/** Builtin modules, and what is there already, it asks nobody for. */
function watchCalls({ called }: ImportWatch): void {
  const mocker = Reflect.get(globalThis, '__vitest_mocker__') as Mocker | undefined;
  const runner = mocker?.moduleRunner;
  if (typeof runner?.cachedModule !== 'function') return;
  const { cachedModule } = runner;
  const watched = async function (this: Runner, ...asked: [string, string]): Promise<unknown> {
    const begin = (): Promise<unknown> => Reflect.apply(cachedModule, this, asked);
    return BY_IMPORT_CALL.test(wholeStack(FRAMES).join()) ? called(...asked, begin) : begin();
  };
  runner.cachedModule = watched;
}
