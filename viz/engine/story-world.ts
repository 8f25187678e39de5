/**
 * The world around a story that somebody has written, in a worker: clocks, timers and chance are those of its run, as on the command
 * line, and what is real is refused by its name. The policy of the page keeps the network out as well; this says why.
 */

import { loadingWorld } from '../../src/host/loading-world.ts';
import { holderOf } from '../../src/host/replace.ts';
import { currentWorld, enterWorld, leaveWorld, refuse, rejection } from '../../src/host/script-world.ts';
import { installDateAndPerformance } from '../../src/host/virtual-date.ts';
import { installLocale } from '../../src/host/virtual-locale.ts';
import { installRandom, installWebCrypto } from '../../src/host/virtual-random.ts';
import { CLEARING, installGlobalTimers, STARTING } from '../../src/host/virtual-timer.ts';
import type { ScriptWorld } from '../../src/runner/run.ts';
import { installPrinting } from './printing.ts';
import { installUtc } from './utc-zone.ts';

const REAL = 'a story in a page reaches nothing but its simulation; connect its nodes with sim.link instead';
const THREADS = 'its result would come when the real machine is ready';

/** What a story may have: the language, and what computes without touching anything. */
const LEFT = new Set([
  ...[
    'Object',
    'Function',
    'Array',
    'Number',
    'Boolean',
    'String',
    'Symbol',
    'BigInt',
    'Date',
    'Promise',
    'RegExp',
  ],
  ...[
    'Error',
    'AggregateError',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SuppressedError',
    'SyntaxError',
  ],
  ...[
    'TypeError',
    'URIError',
    'DOMException',
    'JSON',
    'Math',
    'Intl',
    'Reflect',
    'Proxy',
    'Iterator',
    'Temporal',
  ],
  ...[
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'WeakRef',
    'FinalizationRegistry',
    'DisposableStack',
    'AsyncDisposableStack',
  ],
  ...[
    'ArrayBuffer',
    'SharedArrayBuffer',
    'DataView',
    'Atomics',
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
  ],
  ...[
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
    'Float16Array',
    'Float32Array',
    'Float64Array',
  ],
  ...[
    'BigInt64Array',
    'BigUint64Array',
    'parseFloat',
    'parseInt',
    'isFinite',
    'isNaN',
    'Infinity',
    'NaN',
    'undefined',
  ],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'eval'],
  ...[
    'globalThis',
    'self',
    'constructor',
    'console',
    'performance',
    'crypto',
    'queueMicrotask',
    'structuredClone',
  ],
  ...[
    'TextEncoder',
    'TextDecoder',
    'URL',
    'URLSearchParams',
    'atob',
    'btoa',
    'Event',
    'EventTarget',
    'CustomEvent',
  ],
  ...['AbortController', 'AbortSignal', 'addEventListener', 'removeEventListener', 'dispatchEvent'],
  ...STARTING,
  ...CLEARING,
]);

let fail: ((error: Error) => void) | undefined;

/** Makes the world of this worker that of a story, for good. @param print is told what the story prints, a line at a time. */
export function installStoryWorld(print: (line: string) => void): void {
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    fail?.(rejection(event.reason));
  });
  installDateAndPerformance();
  installUtc();
  installLocale();
  installGlobalTimers();
  installRandom();
  installWebCrypto(Object.getPrototypeOf(crypto) as object);
  refuseGetter(Object.getPrototypeOf(crypto) as object, 'subtle', 'crypto.subtle', THREADS);
  installPrinting(print);
  refuseTheRest();
}

/** Between them the module of a story is loaded. */
export function enterLoading(): void {
  enterWorld(loadingWorld(), 'loading');
}

export function enterRun(world: ScriptWorld): void {
  fail = (error) => world.violated(error);
  enterWorld(world, 'running');
}

export function leaveStoryWorld(): void {
  fail = undefined;
  if (currentWorld() !== undefined) leaveWorld();
}

/** A worker has hundreds of names, and every browser others. */
function refuseTheRest(): void {
  for (const name of namesOf(globalThis)) {
    if (LEFT.has(name)) continue;
    const holder = holderOf(globalThis, name);
    const { configurable, value } = Object.getOwnPropertyDescriptor(holder, name) ?? {};
    if (configurable === false) continue;
    if (typeof value !== 'function') refuseGetter(holder, name, name, REAL);
    else Object.defineProperty(holder, name, { configurable: false, writable: false, value: refused(name) });
  }
}

function namesOf(owner: object): string[] {
  const names = new Set<string>();
  // What all objects have is the language.
  for (let at = owner; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names];
}

function refuseGetter(holder: object, name: string, said: string, advice: string): void {
  Object.defineProperty(holder, name, {
    configurable: false,
    get: () => refuse(said, advice),
    set: () => refuse(said, advice),
  });
}

/** It may be looked at, and neither be called nor constructed. */
function refused(name: string): object {
  return new Proxy(function nothing() {}, {
    apply: () => refuse(name, REAL),
    construct: () => refuse(`new ${name}`, REAL),
  });
}
