/** Lets this thread import scenarios and applications in TypeScript, without a build step and on every Node from 20. */
import * as nodeModule from 'node:module';
import {
  askImporter,
  type ImportCall,
  importFailed,
  isThereAtOnceByStack,
  queueImport,
  watchRequests,
} from './asked-imports.ts';
import { reading } from './file-reading.ts';
import { formStacks } from './formed-stacks.ts';
import { handsOverImports, takeImports } from './import-channel.ts';
import { outsideOf } from './insides.ts';
import { loadLone } from './lone-story.ts';
import {
  AT,
  candidatesOf,
  FENCE,
  isOfPackage,
  isOwnName,
  keyedUrl,
  type LoaderData,
  withoutKey,
} from './module-names.ts';
import { nativeImport } from './native-import.ts';
import { currentProcess } from './process-world.ts';
import { realFiles, yieldToEventLoop } from './real.ts';
import { requireAs } from './required-modules.ts';
import { stripped } from './stripped-ahead.ts';
import { watchTestRunner } from './test-runner.ts';
import { isTypeScript } from './typescript.ts';
import { unmarked, unmarkedModule } from './unmarked-source.ts';

/** The part of `module.registerHooks` (Node 22.15) that is needed: hooks on the thread itself. */
interface SynchronousHooks {
  resolve(
    specifier: string,
    context: { parentURL?: string; conditions?: Iterable<string> },
    next: (specifier: string, context?: object) => { url: string },
  ): object;
  load(
    url: string,
    context: { conditions?: Iterable<string> },
    next: (url: string, context?: object) => object,
  ): object;
}
type RegisterHooks = (hooks: SynchronousHooks) => void;

/** Of this package: its modules are one for all. */
const OWN = new URL('..', import.meta.url).href;
const KEY_BYTES = 1_024;
/** So often in a row nothing may have moved before the loader counts as idle: an answer of the hooks may still be on its way here. */
const IDLE_ROUNDS = 3;

const data: LoaderData = {
  state: new Int32Array(new SharedArrayBuffer(AT.length * Int32Array.BYTES_PER_ELEMENT)),
  key: new Uint8Array(new SharedArrayBuffer(KEY_BYTES)),
};
let registered = false;
let watched = false;
/** A story was loaded without hooks: they come when something is hosted, or the next story. */
let alone = false;
/** The hooks are on a thread of their own. */
let apart = false;

/** Names the life, or the story, that the modules belong to which are asked for from now on; ASCII. */
function setLoadingKey(name = ''): void {
  for (let i = 0; i < name.length; i++) data.key[i] = name.charCodeAt(i);
  Atomics.store(data.state, AT.keyLength, Math.min(name.length, KEY_BYTES));
}

/** How often something was found in a package on this thread: packages are there once, and keep what they keep. */
export function packagesLoaded(): number {
  return Atomics.load(data.state, AT.packages);
}

/**
 * Resolves when the loader has nothing to do any more: what was asked of it is loaded, and the bodies of those modules have run as far
 * as they come without time passing.
 */
export async function loaderIdle(): Promise<void> {
  let seen = -1;
  let quiet = 0;
  while (quiet < IDLE_ROUNDS) {
    await roundTrip();
    const asked = Atomics.load(data.state, AT.begun);
    const moves = asked !== seen || asked !== Atomics.load(data.state, AT.ended);
    quiet = moves ? 0 : quiet + 1;
    seen = asked;
  }
}

/** The loader was asked for something; what this gives back is called when it is there. */
function begun(): () => void {
  Atomics.add(data.state, AT.begun, 1);
  return () => {
    Atomics.add(data.state, AT.ended, 1);
  };
}

/**
 * What was asked of the hooks before has reached them after it, and what they answered before has reached this thread: requests come
 * one after the other, and each answer wakes whoever waits for one.
 */
async function roundTrip(): Promise<void> {
  if (apart) await nativeImport(FENCE);
  await yieldToEventLoop();
}

/** Tells the hooks, before they are registered, of a story whose types another thread leaves out. */
export function offerAhead(memory: SharedArrayBuffer | undefined): void {
  data.ahead = memory;
}

/** Asks at imports from now on, also where nothing is hosted, but for a story that imports nothing; further calls do nothing. */
export function watchImports(): void {
  if (watched || alone) return;
  watched = true;
  const isTest = watchTestRunner({
    asked(specifier) {
      askImporter(specifier, () => false);
      return begun();
    },
    called(specifier, parent, begin) {
      askImporter(specifier, () => false);
      return whenItIsItsTurn(specifier, parent, begin);
    },
  });
  // A test hosts something or not, and many do not.
  if (!isTest) registerLoader();
}

/**
 * Loads the first story of this thread without hooks, where it needs none and they would have a thread of their own.
 *
 * @returns its module, or undefined.
 * @throws what its lines throw.
 */
export async function loadedAlone(path: string): Promise<object | undefined> {
  if (registered || alone || hooksOfThread() !== undefined) return undefined;
  formStacks();
  const file = realFiles.realpathSync(path);
  const module = await loadLone(file, realFiles.readFileSync(file, 'utf8'), data.ahead);
  alone = module !== undefined;
  return module;
}

/** Of Node, where it has hooks on the thread itself and these are told of imports. */
function hooksOfThread(): RegisterHooks | undefined {
  const { registerHooks } = nodeModule as { registerHooks?: RegisterHooks };
  return registerHooks !== undefined && handsOverImports() ? registerHooks : undefined;
}

/** Registers the hooks on this thread; further calls do nothing. */
export function registerLoader(): void {
  if (registered) return;
  registered = true;
  formStacks();
  const registerHooks = hooksOfThread();
  if (registerHooks !== undefined) {
    registerHooks(synchronousHooks());
    takeImports(({ url, parentURL }, begin) => whenItIsItsTurn(url, parentURL, begin));
    return;
  }
  apart = true;
  watchRequests(setLoadingKey);
  registerApart();
}

/** Hooks on a thread of their own. Node 26 warns of them in favour of those on the thread itself, which it tells of no import. */
function registerApart(): void {
  const before = Object.getOwnPropertyDescriptor(process, 'noDeprecation');
  process.noDeprecation = true;
  try {
    nodeModule.register(hooksUrl(), { data });
  } finally {
    // A property that was not there is one that a run has left on its thread, and no other run would be given to that.
    if (before === undefined) Reflect.deleteProperty(process, 'noDeprecation');
    else Object.defineProperty(process, 'noDeprecation', before);
  }
}

/** @param parent URL of the module that asks. */
function whenItIsItsTurn<T>(
  specifier: string,
  parent: string | undefined,
  begin: () => Promise<T>,
): Promise<T> {
  let turn!: () => void;
  const waits = new Promise<void>((resolve) => {
    turn = resolve;
  });
  const call: ImportCall = { specifier, parent: `${parent}`, begin: turn };
  if (!queueImport(call)) return begin();
  return waits.then(begin).catch((error: unknown) => {
    importFailed(call, error);
    throw error;
  });
}

/** The hooks are a sibling of this file in what is built from the sources; a test runner that runs the sources takes those. */
function hooksUrl(): URL {
  const beside = new URL('./loader-hooks.js', import.meta.url);
  return realFiles.existsSync(beside)
    ? beside
    : new URL('../../dist/src/host/loader-hooks.js', import.meta.url);
}

function synchronousHooks(): SynchronousHooks {
  return {
    resolve: thrownOutside((specifier, context, next) => {
      begun()();
      requireAs(currentProcess());
      const { conditions } = context;
      setLoadingKey(askImporter(specifier, () => isRequired(conditions) || isThereAtOnceByStack()));
      if (isOwnName(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
      let failure: unknown;
      for (const candidate of candidatesOf(specifier, context.parentURL)) {
        try {
          const found = reading(() => next(candidate, context));
          return { ...found, url: keyedUrl(found.url, context.parentURL, data, OWN) };
        } catch (error) {
          failure ??= error;
        }
      }
      throw failure;
    }),
    load: thrownOutside((url, context, next) => {
      begun()();
      if (!url.startsWith('file:') || !isTypeScript(url)) {
        const loaded = reading(() => next(url, context));
        return unmarkedModule(asRequired(loaded, url, context.conditions), url);
      }
      const written = realFiles.readFileSync(new URL(withoutKey(url)), 'utf8');
      const source = unmarked(stripped(written, withoutKey(url), data.ahead), url);
      return { format: 'module', source, shortCircuit: true };
    }),
  };
}

/**
 * A package in CommonJS that is imported is loaded as if it were required. Where hooks hand Node its source, Node requires for it in a way of its own, and
 * before 22.23 and 24.11 that way knew no ES module which imports something: axios and express could not be imported.
 */
function asRequired(
  loaded: { format?: string },
  url: string,
  conditions: Iterable<string> | undefined,
): object {
  const isImported = loaded.format === 'commonjs' && !isRequired(conditions);
  return isImported && isOfPackage(url) ? { ...loaded, format: 'commonjs-sync' } : loaded;
}

/** By the conditions of an import; some versions of Node have a set of them, others a list. */
function isRequired(conditions: Iterable<string> = []): boolean {
  return new Set(conditions).has('require');
}

/** What it throws is as code of a node may see it. */
function thrownOutside<A extends unknown[], R>(hook: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    try {
      return hook(...args);
    } catch (error) {
      throw outsideOf(error);
    }
  };
}
