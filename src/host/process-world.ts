/** What code of one life of a hosted node sees of the world: its own clock, its own chance, timers of its own event loop. */
import { EventEmitter } from 'node:events';
import type { ScriptWorld } from '../runner/run.ts';
import type { LoopTimer } from '../sim/event-loop.ts';
import type { Process } from '../sim/process-node.ts';
import { LimitError } from '../sim/simulator.ts';
import { currentWorld } from './script-world.ts';

/** Immediates of which each was started by the one before: code that does so for ever lets time pass, and comes to nothing else. */
const CHAIN_LIMIT = 10_000_000;

export class ProcessWorld implements ScriptWorld {
  readonly process: Process;
  readonly node: string;
  readonly life: number;
  readonly pid: number;
  readonly draw: () => number;
  /** What `process.env` is: a copy, for it may be written to. */
  env: Record<string, string>;
  readonly violated: (error: Error) => void;
  /** What `process.on` listens to. */
  readonly events = new EventEmitter();
  /** Its main has not come to its end: it may read files. */
  booting = false;
  /** Its task has asked for a module with `import()`: until it is over it may read files, as the modules do that are loaded then. */
  imports = false;
  /** How many immediates have led to the task that runs, one to the next; none to a task that something else brought. */
  immediates = 0;
  /** What the monotone clock of the node showed when the process began. */
  readonly #bornAt: number;

  constructor(
    process: Process,
    pid: number,
    draw: () => number,
    env: Readonly<Record<string, string>>,
    violated: (error: Error) => void,
  ) {
    const { node } = process;
    this.process = process;
    this.node = node.name;
    this.life = node.life;
    this.pid = pid;
    this.draw = draw;
    this.env = { ...env };
    this.violated = violated;
    this.#bornAt = node.localNow;
  }

  /** Microseconds since the process began, by the monotone clock of the node. */
  get now(): number {
    return this.process.node.localNow - this.#bornAt;
  }

  get wallMicros(): number {
    return this.process.node.wallMicros;
  }

  /** Without a delay it is a task at the end of the queue, as setImmediate wants it. */
  after(delayMicros: number, callback: () => void): () => void {
    const { loop } = this.process;
    if (delayMicros > 0) {
      const timer: LoopTimer = loop.after(delayMicros, callback);
      return () => timer.cancel();
    }
    let pending = true;
    const immediates = this.immediates + 1;
    if (immediates === CHAIN_LIMIT)
      this.violated(
        new LimitError(
          'events',
          `'${this.node}' goes round in circles: ${CHAIN_LIMIT} immediates in a row were each started by the one before; ` +
            'wait with setTimeout, or for something that happens',
        ),
      );
    loop.post(() => {
      if (!pending) return;
      this.immediates = immediates;
      callback();
    });
    return () => {
      pending = false;
    };
  }
}

/** The life of a node whose code runs now; undefined while the script does, or nothing of a run. */
export function currentProcess(): Process | undefined {
  return currentProcessWorld()?.process;
}

export function currentProcessWorld(): ProcessWorld | undefined {
  const world = currentWorld();
  return world instanceof ProcessWorld ? world : undefined;
}
