/**
 * The loop: takes the next event, sets the clock to it, lets it happen, until somebody outside has to act.
 *
 * It is synchronous and knows nothing of scripts but that one woke: then it returns, so that whoever runs the loop can
 * let the script run on (an engine that yielded after every event would be a hundred times slower).
 */
import type { Micros } from '../mqtt/machine.ts';
import type { Recorder, Unstamped } from '../trace/recorder.ts';
import { type EventId, EventQueue, NO_EVENT } from './event-queue.ts';
import { formatDuration, formatTime } from './time.ts';

/** Whatever events are about. `kind` and `argument` are what it scheduled them with. */
export interface Happening {
  due(kind: number, argument: unknown): void;
}

/** Why {@link Simulator.run} came back: nothing is left to happen, the time is reached, a script woke, or foreign code of a node ran. */
export type Pause = 'empty' | 'time' | 'script' | 'process';

export interface SimulatorLimits {
  /** Events of one run. */
  events?: number;
  /** Virtual time. */
  micros?: Micros;
  /** Events pending at once. */
  pending?: number;
}

/** `time` is virtual; `bytes` of a trace and the `clock` of the real world are counted by whoever keeps them. */
export type LimitName = 'events' | 'time' | 'bytes' | 'clock';

/** A run did not come to its end within what it was allowed. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  readonly limit: LimitName;

  constructor(limit: LimitName, message: string) {
    super(message);
    this.limit = limit;
  }
}

const EVENTS_LIMIT = 2_000_000_000;
const TIME_LIMIT: Micros = 285 * 365 * 86_400_000_000;

export class Simulator {
  readonly recorder: Recorder;
  readonly queue: EventQueue<Happening, unknown>;
  /** Virtual time in microseconds since the beginning of the run. */
  now: Micros = 0;
  /** How many events have happened. */
  events = 0;
  readonly #eventsLimit: number;
  readonly #timeLimit: Micros;
  #scriptWoke = false;
  #processRan = false;

  constructor(recorder: Recorder, limits: SimulatorLimits = {}) {
    this.recorder = recorder;
    this.queue = new EventQueue(limits.pending);
    this.#eventsLimit = limits.events ?? EVENTS_LIMIT;
    this.#timeLimit = limits.micros ?? TIME_LIMIT;
  }

  /** Plans an event whose cause is whatever is the cause now. Times that have passed are refused. */
  schedule(at: Micros, kind: number, subject: Happening, argument?: unknown): EventId {
    if (at < this.now) this.#refuse(at, 'planned for');
    return this.queue.schedule(at, kind, subject, argument, this.recorder.cause);
  }

  /** An event that is pending is due at another time instead; its cause becomes the current one. */
  move(id: EventId, at: Micros): void {
    if (at < this.now) this.#refuse(at, 'moved to');
    this.queue.move(id, at, this.recorder.cause);
  }

  cancel(id: EventId): void {
    this.queue.cancel(id);
  }

  /** For whoever needs few events and a function for each: scripts, and faults. */
  at(at: Micros, happens: () => void): EventId {
    return this.schedule(at, 0, new Call(happens));
  }

  /** Records an event and makes it the cause of what follows. Returns its ordinal, 0 when the level leaves it out. */
  record(event: Unstamped): number {
    const ordinal = this.recorder.emit(event);
    if (ordinal > 0) this.recorder.cause = ordinal;
    return ordinal;
  }

  /** {@link run} returns after the present event: a script has something to do. */
  wakeScript(): void {
    this.#scriptWoke = true;
  }

  /**
   * {@link run} returns after the present event: foreign code has run in it, and what it left to run by itself belongs to the event.
   * The cause stays for that.
   */
  pauseForProcess(): void {
    this.#processRan = true;
  }

  /**
   * Lets events happen up to and including those due at `until`, and sets the clock to `until` when it is reached.
   * After it, the cause is 0: what a script does has no recorded ancestor; but after foreign code of a node it is what that followed from.
   *
   * @throws LimitError when the run is longer than it was allowed to be.
   */
  run(until: Micros = Infinity): Pause {
    const { queue, recorder } = this;
    for (;;) {
      if (this.#processRan) {
        this.#processRan = false;
        return 'process';
      }
      if (this.#scriptWoke) {
        this.#scriptWoke = false;
        recorder.cause = 0;
        return 'script';
      }
      const at = queue.nextAt;
      if (at > until || at === Infinity) {
        if (until !== Infinity && until > this.now) this.#setClock(until);
        recorder.cause = 0;
        return at === Infinity ? 'empty' : 'time';
      }
      if (at > this.#timeLimit) this.#overtime();
      if (++this.events > this.#eventsLimit) this.#overrun();
      const id = queue.take();
      if (id === NO_EVENT) continue;
      const subject = queue.subjectOf(id);
      const kind = queue.kindOf(id);
      const argument = queue.argumentOf(id);
      recorder.cause = queue.causeOf(id);
      queue.release(id);
      this.now = at;
      recorder.now = at;
      subject.due(kind, argument);
    }
  }

  #refuse(at: Micros, what: string): never {
    throw new RangeError(`an event cannot be ${what} ${at}us: it is ${this.now}us already`);
  }

  #setClock(now: Micros): void {
    this.now = now;
    this.recorder.now = now;
  }

  #overtime(): never {
    throw new LimitError(
      'time',
      `the run reached its limit of ${formatDuration(this.#timeLimit)} of virtual time after ${this.events} events`,
    );
  }

  #overrun(): never {
    throw new LimitError(
      'events',
      `the run reached its limit of ${this.#eventsLimit} events at ${formatTime(this.now)} of virtual time`,
    );
  }
}

class Call implements Happening {
  readonly #happens: () => void;

  constructor(happens: () => void) {
    this.#happens = happens;
  }

  due(): void {
    this.#happens();
  }
}
