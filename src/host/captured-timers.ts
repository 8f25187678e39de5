/**
 * Timers that nobody made virtual. Code that was loaded before the dispatchers were installed may have kept Node's own `setImmediate` or
 * `setTimeout`, as MQTT.js does: what it starts would come in real time, which no seed brings back. Whoever starts one as code of a
 * hosted node is told what to do, and the run ends.
 */
import { formatSite, siteOf } from '../scenario/call-site.ts';
import { wholeStack } from './formed-stacks.ts';
import { currentProcessWorld } from './process-world.ts';
import { isHostTiming } from './real.ts';
import { currentPhase, currentWorld, refuse } from './script-world.ts';
import { isOfTestRunner } from './test-runner.ts';

/** What Node 24 reads a blob with, piece by piece: each goes on in an immediate. */
const BLOBS = 'node:internal/blob';
/** Between a timer and who started it. */
const FRAMES = 20;

/** What every timer of Node does while it is made: an Immediate refers to itself, a Timeout writes down that it was not destroyed. */
interface MadeImmediate {
  _onImmediate: () => void;
}
interface ImmediatePrototype {
  ref(this: MadeImmediate): unknown;
}
interface MadeTimeout {
  _repeat: number | null;
}

const nothing = (): void => {};

export function watchCapturedTimers(): void {
  const immediate = setImmediate(() => {});
  clearImmediate(immediate);
  const immediates = Object.getPrototypeOf(immediate) as ImmediatePrototype;
  const { ref } = immediates;
  const noticed = function (this: MadeImmediate): unknown {
    if (!isHostTiming() && currentWorld() !== undefined && currentPhase() === 'running') {
      const frame = starterFrame();
      if (currentProcessWorld() !== undefined) started('setImmediate', frame);
      if (frame?.includes(BLOBS) === true) {
        currentWorld()!.after(0, this._onImmediate);
        this._onImmediate = nothing;
      }
    }
    return Reflect.apply(ref, this, []);
  };
  immediates.ref = noticed;

  const timeout = setTimeout(() => {}, 1);
  clearTimeout(timeout);
  Object.defineProperty(Object.getPrototypeOf(timeout), '_destroyed', {
    configurable: true,
    set(this: MadeTimeout, value: boolean) {
      if (currentProcessWorld() !== undefined)
        started(this._repeat === null ? 'setTimeout' : 'setInterval', starterFrame());
      Object.defineProperty(this, '_destroyed', {
        ...{ configurable: true, enumerable: true, writable: true },
        value,
      });
    },
  });
}

function started(call: string, frame: string | undefined): void {
  const by = starter(frame);
  if (by !== undefined)
    refuse(
      call,
      `${by} has the real one, for it was loaded before time was virtual; load mqtt-amber/register before it ` +
        "(node --import mqtt-amber/register, or in vitest setupFiles: ['mqtt-amber/register'])",
    );
}

/** The line that started a timer. Undefined for Node's own modules, which know what they do, and for those of a test runner. */
function starter(frame: string | undefined): string | undefined {
  if (frame === undefined || /\bnode:/.test(frame)) return undefined;
  const site = siteOf(frame);
  return site === undefined || isOfTestRunner(site.file) ? undefined : formatSite(site);
}

/** Of the stack, what called the functions of Node that make the timer. */
function starterFrame(): string | undefined {
  const frames = wholeStack(FRAMES);
  const made = frames.findIndex(isOfTimers);
  // Further down may be the timer in which all of this happens.
  return made < 0 ? undefined : frames.slice(made).find((frame) => !isOfTimers(frame));
}

function isOfTimers(frame: string): boolean {
  return /\bnode:(?:internal\/)?timers\b/.test(frame);
}
