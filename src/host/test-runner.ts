/**
 * The loader of vitest, which asks another process for each module of a test: what it has under way counts as that of Node does, for a
 * hosted node must not go on before its modules are there.
 */

/** The part of vitest's state of a test file that is needed. */
interface Worker {
  rpc?: Record<string, unknown>;
}

/** What is asked for modules: `fetch`, and in older versions `fetchModule` and `resolveId`. */
const REQUEST = /^(?:fetch|resolve)/;

/** Packages that vitest is made of. */
const PACKAGES = /\/node_modules\/(?:@?vitest|vite|vite-node|birpc)\//;

/** True for a file of the test runner, which goes on with its work while a node loads its modules. */
export function isOfTestRunner(file: string): boolean {
  return PACKAGES.test(file);
}

/** Counts what it asks for: `begun` at each request, and what that gives back at its answer. Without vitest it does nothing. */
export function watchTestRunner(begun: (specifier: string) => () => void): void {
  const worker = Reflect.get(globalThis, '__vitest_worker__') as Worker | undefined;
  if (worker?.rpc === undefined) return;
  worker.rpc = new Proxy(worker.rpc, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string' || !REQUEST.test(name)) return method;
      return (...args: unknown[]): unknown => {
        const ended = begun(String(args[0]));
        const answer = Reflect.apply(method, target, args) as unknown;
        Promise.resolve(answer).then(ended, ended);
        return answer;
      };
    },
  });
}
