/**
 * Who answers for what the code of this thread imports. It is asked on the thread itself, in the very call of `import()`: the hooks of the
 * loader may be on a thread of their own, where a request arrives when it arrives, and by then other code may run here.
 */
import { Worker } from 'node:worker_threads';
import { wholeStack } from './formed-stacks.ts';
import { FENCE, isOfPackage } from './module-names.ts';
import { isOfTestRunner } from './test-runner.ts';

/** A call of `import()`. */
export interface ImportCall {
  readonly specifier: string;
  /** URL of the module that calls, or its file. */
  readonly parent: string;
  /** Has the loader begin with it. */
  readonly begin: () => void;
  /** With the stack of the call: who queues it takes that. */
  by?: Error;
}

export interface Importer {
  /**
   * Code of this thread asks for a module.
   *
   * @param isThereAtOnce whether it waits for it, as `require` does.
   * @returns the name of the life that the module is to belong to; none when it belongs to nobody.
   * @throws where it may not import.
   */
  asksFor(specifier: string, isThereAtOnce: () => boolean): string | undefined;
  /**
   * Code of this thread calls `import()`: it is begun when those before it have led to whatever they lead to. Were several under way at once, which of
   * them goes on first would be a matter of disks, threads, and of what is loaded already.
   *
   * @param isOfPackage a module of a package calls it. Such a module is loaded once a thread: what it calls for meanwhile is part of the import
   * that was begun last, for the next time nobody calls.
   * @returns false for code that may begin at once.
   */
  queues(call: ImportCall, isOfPackage: boolean): boolean;
  /** A call that was queued has failed; where the loader does not say which it was, nobody is told. */
  failed?(call: ImportCall, error: unknown): void;
}

let importer: Importer | undefined;

/** From now on it is asked; without one nothing is refused, and modules belong to nobody. */
export function setImporter(asked: Importer | undefined): void {
  importer = asked;
}

export function askImporter(specifier: string, isThereAtOnce: () => boolean): string | undefined {
  return importer?.asksFor(specifier, isThereAtOnce);
}

/** What a test runner asks for is part of what it was asked for. */
export function queueImport(call: ImportCall): boolean {
  const { parent } = call;
  return !isOfTestRunner(parent) && importer?.queues(call, isOfPackage(parent)) === true;
}

export function importFailed(call: ImportCall, error: unknown): void {
  importer?.failed?.(call, error);
}

/** Between a call of the language and whoever is asked. */
const FRAMES = 30;

/** Does something with a stack that reaches the code which asked: what Node puts upon it for an import is more than it keeps. */
export function withDeepStack<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What a CommonJS module requires that was imported, and what is only looked up, Node resolves as if it were imported: only the stack tells. */
const THERE_AT_ONCE = /getModuleJobForRequire|initialize_import_meta/;

export function isThereAtOnceByStack(): boolean {
  return THERE_AT_ONCE.test(wholeStack(FRAMES).join());
}

const BY_IMPORT_CALL = /importModuleDynamically/;

/** What Node sends to the thread of the hooks; the answer comes on the port, or is waited for where there is none. */
interface Request {
  method?: unknown;
  args?: readonly unknown[];
  port?: unknown;
}

/**
 * Asks at each request that goes to hooks on a thread of their own: Node sends it before `import()` returns. What is thrown here is what the
 * import is rejected with.
 *
 * @param answered is told the name of the life, before the hooks have the request.
 */
export function watchRequests(answered: (key: string | undefined) => void): void {
  const { prototype } = Worker;
  const { postMessage } = prototype;
  const watched = function (this: Worker, ...sent: Parameters<Worker['postMessage']>): void {
    const { method, args, port } = (sent[0] ?? {}) as Request;
    const [specifier, parent] = args ?? [];
    const send = (): void => Reflect.apply(postMessage, this, sent);
    if (method !== 'resolve' || typeof specifier !== 'string' || specifier === FENCE) {
      send();
      return;
    }
    const key = askImporter(specifier, () => port === undefined);
    const begin = (): void => {
      answered(key);
      send();
    };
    const isCall = port !== undefined && BY_IMPORT_CALL.test(wholeStack(FRAMES).join());
    if (!isCall || !queueImport({ specifier, parent: `${parent}`, begin })) begin();
  };
  prototype.postMessage = watched;
}
