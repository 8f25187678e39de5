/**
 * `process.on` of a hosted process: its listeners are its own, and are gone with it. What nobody caught is told to them as Node would, and is then no
 * failure of the run. Signals and `exit` never come by themselves: nobody sends signals in a simulation, and a crash tells nobody.
 */
import type { EventEmitter } from 'node:events';
import { isCalledByNode } from './called-by-node.ts';
import { currentProcessWorld } from './process-world.ts';
import { refuse } from './script-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever they were called with
type Loose = (this: unknown, ...args: any[]) => any;

const LISTENING = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;
const OTHERS = [
  ...(['off', 'removeListener', 'removeAllListeners', 'setMaxListeners'] as const),
  ...(['listeners', 'rawListeners', 'listenerCount', 'eventNames', 'getMaxListeners'] as const),
];

/** What Node emits and nobody would tell a process here. */
const UNTOLD = ['rejectionHandled', 'multipleResolves'];

export function installProcessEvents(): void {
  for (const name of [...LISTENING, ...OTHERS]) {
    install(name, (events, args) => {
      const [event] = args;
      if (LISTENING.includes(name as 'on') && UNTOLD.includes(event as string))
        refuse(`process.${name}`, `nobody would tell it of ${String(event)}; listen to unhandledRejection`);
      const result: unknown = Reflect.apply(events[name] as Loose, events, args);
      return result === events ? process : result;
    });
  }
  install('emit', (events, args) => events.emit(...(args as [string])));
}

/** What Node does is for the real process: signals, messages of who started it, errors that the host finds the owner of. */
function install(name: string, virtual: (events: EventEmitter, args: unknown[]) => unknown): void {
  const real = Reflect.get(process, name) as Loose;
  Object.defineProperty(process, name, {
    ...{ configurable: true, enumerable: false, writable: true },
    value(...args: unknown[]): unknown {
      const events = currentProcessWorld()?.events;
      if (events !== undefined && !isCalledByNode(1)) return virtual(events, args);
      // Node prints warnings, and who listens is told of them all the same.
      if (name === 'emit' && args[0] === 'warning') events?.emit(...(args as [string]));
      return Reflect.apply(real, process, args);
    },
  });
}

/**
 * Tells the listeners of a process what none of its code caught.
 *
 * @param events of the process.
 * @param promise the one that was rejected with it; none when it was thrown.
 * @returns false when nobody listens: the process would end.
 */
export function tellUncaught(events: EventEmitter, error: unknown, promise?: Promise<unknown>): boolean {
  const origin = promise === undefined ? 'uncaughtException' : 'unhandledRejection';
  if (promise !== undefined && events.emit('unhandledRejection', error, promise)) return true;
  events.emit('uncaughtExceptionMonitor', error, origin);
  return events.emit('uncaughtException', error, origin);
}
