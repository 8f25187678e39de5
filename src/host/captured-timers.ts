/**
 * Timers that nobody made virtual. Code that was loaded before the dispatchers were installed may have kept Node's own `setImmediate` or
 * `setTimeout`, as MQTT.js does: what it starts would come in real time, which no seed brings back. Whoever starts one as code of a
 * hosted node is told what to do, and the run ends.
 */
import { formatSite, siteOf } from '../scenario/call-site.ts';
import { currentProcessWorld } from './process-world.ts';
import { isHostTiming } from './real.ts';
import { refuse } from './script-world.ts';
import { isOfTestRunner } from './test-runner.ts';

/** Between a timer and who started it. */
const FRAMES = 20;

/** What every timer of Node does while it is made: an Immediate refers to itself, a Timeout writes down that it was not destroyed. */
interface ImmediatePrototype {
  ref(this: unknown): unknown;
}
interface MadeTimeout {
  _repeat: number | null;
}

export function watchCapturedTimers(): void {
  const immediate = setImmediate(() => {});
  clearImmediate(immediate);
  const immediates = Object.getPrototypeOf(immediate) as ImmediatePrototype;
  const { ref } = immediates;
  immediates.ref = function () {
    if (!isHostTiming() && currentProcessWorld() !== undefined) started('setImmediate');
    return Reflect.apply(ref, this, []);
  };

  const timeout = setTimeout(() => {}, 1);
  clearTimeout(timeout);
  Object.defineProperty(Object.getPrototypeOf(timeout), '_destroyed', {
    configurable: true,
    set(this: MadeTimeout, value: boolean) {
      if (currentProcessWorld() !== undefined) started(this._repeat === null ? 'setTimeout' : 'setInterval');
      Object.defineProperty(this, '_destroyed', {
        ...{ configurable: true, enumerable: true, writable: true },
        value,
      });
    },
  });
}

function started(call: string): void {
  const by = starter();
  if (by !== undefined)
    refuse(
      call,
      `${by} has the real one, for it was loaded before time was virtual; load mqtt-amber/register before it ` +
        "(node --import mqtt-amber/register, or in vitest setupFiles: ['mqtt-amber/register'])",
    );
}

/** The line that started a timer. Undefined for Node's own modules, which know what they do, and for those of a test runner. */
function starter(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const frames = stack.split('\n');
  const made = frames.findLastIndex((frame) => /\bnode:(?:internal\/)?timers\b/.test(frame));
  const by = frames[made + 1];
  if (by === undefined || /\bnode:/.test(by)) return undefined;
  const site = siteOf(by);
  return site === undefined || isOfTestRunner(site.file) ? undefined : formatSite(site);
}
