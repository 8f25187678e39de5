/**
 * The event loop of one life of a process: tasks one at a time, each of which takes its time, and timers by the clock of the node.
 *
 * The engine pauses after each task, so that what the task left to run by itself (promises, ticks) runs at the same instant and
 * before anything else. Were a process infinitely fast, all its tasks would share one instant, and whole families of races were
 * out of reach.
 */
import type { Micros } from '../mqtt/machine.ts';
import type { NodeClock } from './clock.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Draw } from './rng.ts';
import { type Happening, LimitError, type Simulator } from './simulator.ts';
import { formatTime } from './time.ts';

export type Task = () => void;

/** How long a process is busy with one task: drawn evenly between the two. */
export type TaskTime = readonly [least: Micros, most: Micros];

/** What the loop needs of its node. */
export interface LoopSurroundings {
  readonly name: string;
  readonly simulator: Simulator;
  readonly clock: NodeClock;
  readonly taskTime: TaskTime;
  readonly draw: Draw;
  /** Carries out a task as code of this process. */
  readonly execute: (task: Task) => void;
  /** Lets something happen now, or once a stopped process goes on. */
  readonly whenRunning: (happens: () => void) => void;
}

/** Tasks that wait at once; a process that piles up more never comes to rest. */
const TASKS_LIMIT = 1_000_000;

export class EventLoop implements Happening {
  readonly #surroundings: LoopSurroundings;
  /** First in, first out; what lies before `#next` is done. */
  #tasks: Task[] = [];
  /** Side by side with the tasks: the ordinal that was the cause when each was posted. */
  #causes: number[] = [];
  #next = 0;
  readonly #timers = new Set<LoopTimer>();
  /** The process is at work until then. */
  #busyUntil: Micros = 0;
  #turn: EventId = NO_EVENT;
  /** A turn came while the process was stopped, and waits for it to go on. */
  #waits = false;
  #over = false;

  constructor(surroundings: LoopSurroundings) {
    this.#surroundings = surroundings;
  }

  /** True once the process has died: nothing that is left of its code reaches the world. */
  get over(): boolean {
    return this.#over;
  }

  /** Tasks and timers that wait. */
  get pending(): number {
    return this.tasks + this.#timers.size;
  }

  /** Tasks that wait for their turn. */
  get tasks(): number {
    return this.#tasks.length - this.#next;
  }

  /** The task is carried out as soon as the process has done with what it was given before. */
  post(task: Task): void {
    if (this.#over) return;
    if (this.tasks >= TASKS_LIMIT) this.#overrun();
    const { simulator } = this.#surroundings;
    this.#tasks.push(task);
    this.#causes.push(simulator.recorder.cause);
    this.#planTurn();
  }

  /** The task is posted once the monotone clock of the node has gained `delay` microseconds. */
  after(delay: Micros, task: Task): LoopTimer {
    const { simulator, clock } = this.#surroundings;
    const timer = new LoopTimer(this, task, clock.monotone(simulator.now) + delay);
    if (this.#over) return timer;
    this.#timers.add(timer);
    timer.event = simulator.schedule(this.#trueTimeOf(timer.at), 0, timer);
    return timer;
  }

  /** The clock changed its pace: what it will show when is different now. */
  repace(): void {
    for (const timer of this.#timers)
      this.#surroundings.simulator.move(timer.event, this.#trueTimeOf(timer.at));
  }

  /** The process died: nothing it had planned happens. */
  end(): void {
    const { simulator } = this.#surroundings;
    this.#over = true;
    for (const timer of this.#timers) simulator.cancel(timer.event);
    this.#timers.clear();
    if (this.#turn !== NO_EVENT) simulator.cancel(this.#turn);
    this.#turn = NO_EVENT;
    this.#tasks = [];
    this.#causes = [];
    this.#next = 0;
  }

  due(): void {
    this.#turn = NO_EVENT;
    this.#waits = true;
    this.#surroundings.whenRunning(() => {
      this.#waits = false;
      this.#carryOut();
    });
  }

  /** For timers only. */
  fire(timer: LoopTimer): void {
    this.#timers.delete(timer);
    this.post(() => {
      if (!timer.cancelled) timer.task();
    });
  }

  /** For timers only. */
  forget(timer: LoopTimer): void {
    if (this.#timers.delete(timer)) this.#surroundings.simulator.cancel(timer.event);
  }

  #carryOut(): void {
    if (this.#over || this.#next === this.#tasks.length) return;
    const { simulator, taskTime, draw, execute } = this.#surroundings;
    const task = this.#tasks[this.#next]!;
    simulator.recorder.cause = this.#causes[this.#next]!;
    this.#next++;
    if (this.#next === this.#tasks.length) {
      this.#tasks.length = 0;
      this.#causes.length = 0;
      this.#next = 0;
    }
    const [least, most] = taskTime;
    const span = most - least;
    this.#busyUntil = simulator.now + least + (span === 0 ? 0 : Math.floor(draw() * (span + 1)));
    if (this.#next < this.#tasks.length) this.#planTurn();
    simulator.pauseForProcess();
    execute(task);
  }

  #planTurn(): void {
    if (this.#turn !== NO_EVENT || this.#waits) return;
    const { simulator } = this.#surroundings;
    this.#turn = simulator.schedule(Math.max(simulator.now, this.#busyUntil), 0, this);
  }

  #trueTimeOf(at: Micros): Micros {
    const { simulator, clock } = this.#surroundings;
    return Math.max(simulator.now, clock.trueTimeOf(at));
  }

  #overrun(): never {
    const { name, simulator } = this.#surroundings;
    throw new LimitError(
      'events',
      `${TASKS_LIMIT} tasks wait in the event loop of ${name} at ${formatTime(simulator.now)}; it does not get on with them`,
    );
  }
}

/** A task that waits for its time. */
export class LoopTimer implements Happening {
  readonly task: Task;
  /** When it is due, by the monotone clock of the node. */
  readonly at: Micros;
  /** For the loop. */
  event: EventId = NO_EVENT;
  cancelled = false;
  readonly #loop: EventLoop;

  constructor(loop: EventLoop, task: Task, at: Micros) {
    this.#loop = loop;
    this.task = task;
    this.at = at;
  }

  /** Nothing happens then, also when it is due and waits for its turn. */
  cancel(): void {
    this.cancelled = true;
    this.#loop.forget(this);
  }

  due(): void {
    this.#loop.fire(this);
  }
}
