/**
 * Which run the code on this thread belongs to, if any: the one variable that every dispatcher looks at.
 *
 * A thread carries one run at a time; {@link enterWorld} refuses a second one, and `runHosted` lets them queue.
 */
import type { ScriptWorld } from '../runner/run.ts';
import { describeThrown } from '../scenario/errors.ts';

/**
 * `running`: clocks, timers and chance are virtual, the outside world is refused. `loading`: the module of a scenario is
 * being read; clocks stand still and chance is that of the seed, files may be read, timers are refused.
 */
export type WorldPhase = 'loading' | 'running';

let world: ScriptWorld | undefined;
let phase: WorldPhase = 'running';

/** The run that the code now running belongs to. */
export function currentWorld(): ScriptWorld | undefined {
  return world;
}

export function currentPhase(): WorldPhase {
  return phase;
}

/** @throws Error when this thread already carries a run. */
export function enterWorld(entered: ScriptWorld, as: WorldPhase): void {
  if (world !== undefined) {
    throw new Error(
      'another scenario is running on this thread; await its result first, or use a thread for each',
    );
  }
  world = entered;
  phase = as;
}

/** Other code of the same run has its turn: that of a hosted node, or the script again. */
export function replaceWorld(other: ScriptWorld): void {
  world = other;
}

export function leaveWorld(): void {
  world = undefined;
}

/** What to do instead, where code that a node runs has another way than the script. */
export type Advice = string | { readonly script: string; readonly hosted: string };

/** A script asked for something that is real and cannot be repeated: it names the call and what to do instead. */
export class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
  /** As people write it, `fs.readFileSync`. */
  readonly call: string;

  constructor(call: string, advised: Advice) {
    const node = world?.node;
    const advice =
      typeof advised === 'string' ? advised : node === undefined ? advised.script : advised.hosted;
    super(
      node === undefined
        ? `${call}() is not available while a scenario ${phase === 'loading' ? 'is loaded' : 'runs'}: ${advice}`
        : `${node}: ${call}() is not available to hosted code: ${advice}`,
    );
    this.call = call;
  }
}

/** Stops the run, also when the script catches the error. */
export function refuse(call: string, advice: Advice): never {
  const error = new RefusedCallError(call, advice);
  world?.violated(error);
  throw error;
}

/** What a run ends with when a promise of its script was rejected while nobody looked. */
export function rejection(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new Error(`a promise was rejected with ${describeThrown(reason)}`);
}
