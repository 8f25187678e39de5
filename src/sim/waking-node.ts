/**
 * A node that is woken when it has asked for it: by the time of its own clock, in an event for each wake, which moves when the machine or
 * the clock moves it.
 *
 * A million idle clients have two wakes each, one here and one at the broker. So a wake has no record: what it is for is the argument of
 * its event, and the event is known to the line that it is for, or here, where there are few.
 */
import { type Micros, type WakeKey, wakeName } from '../mqtt/machine.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Line } from './line.ts';
import type { Happening } from './simulator.ts';
import { StoringNode } from './storing-node.ts';

/** What the event of a wake does not tell. */
interface Asked {
  /** When it is due by the clock of the node, which may have changed its pace since. */
  readonly at: Micros;
  /** When it was asked for, in virtual time. */
  readonly armed: Micros;
}

export abstract class WakingNode extends StoringNode implements Happening {
  /** The event of the wake that has a name, or of each that has one. */
  #named: EventId | Map<string, EventId> = NO_EVENT;
  /** Undefined while nobody records wakes and the clock has never gone other than true: then events tell enough. */
  #asked: Map<WakeKey, Asked> | undefined;

  /** Undefined when the node has no such line, or not any more. */
  protected abstract lineOf(connection: number): Line | undefined;
  protected abstract get lines(): Iterable<Line>;
  /** `armed` is when that was asked for, in virtual time; known where it is recorded. */
  protected abstract wakeDue(key: WakeKey, armed: Micros): void;

  /**
   * The wake of this key is due when the node's monotone clock shows `at`; never, when it is Infinity.
   *
   * @returns when that is, in virtual time.
   */
  protected setWake(key: WakeKey, at: Micros): Micros {
    const event = this.eventOf(key);
    if (at === Infinity) {
      if (event !== NO_EVENT) this.cancel(key, event);
      return Infinity;
    }
    const { simulator } = this;
    const due = this.dueOf(at);
    if (event === NO_EVENT) this.keep(key, simulator.schedule(due, 0, this, key));
    else simulator.move(event, due);
    if (simulator.recorder.full) this.#asked ??= new Map();
    this.#asked?.set(key, { at, armed: simulator.now });
    return due;
  }

  /** Its machine has nothing to do with this line any more. */
  protected silence(line: Line): void {
    if (line.alarm === NO_EVENT) return;
    this.simulator.cancel(line.alarm);
    line.alarm = NO_EVENT;
  }

  /** Forgets all wakes. */
  protected forgetWakes(): void {
    for (const [key, event] of this.pending()) this.cancel(key, event);
  }

  /** For the events of wakes only. */
  due(_kind: number, argument: unknown): void {
    const key = argument as WakeKey;
    this.keep(key, NO_EVENT);
    const armed = this.#asked?.get(key)?.armed ?? 0;
    this.#asked?.delete(key);
    if (this.paused) this.ringLater(key, armed);
    else this.wakeDue(key, armed);
  }

  /** On its own: what makes a function keeps what it knows for it, and most wakes need none. */
  private ringLater(key: WakeKey, armed: Micros): void {
    this.whenRunning(() => this.wakeDue(key, armed));
  }

  /** The clock changed its pace: what it will show when is different now. What is due at one time stays in its order. */
  protected onPaceChanged(): void {
    const { simulator } = this;
    const { queue, now } = simulator;
    const pending = this.pending().sort(([, a], [, b]) => (queue.precedes(a, b) ? -1 : 1));
    if (this.#asked === undefined) {
      // Until now a microsecond of the clock was one of true time.
      this.#asked = new Map();
      for (const [key, event] of pending)
        this.#asked.set(key, { at: this.localNow + (queue.timeOf(event) - now), armed: 0 });
    }
    for (const [key, event] of pending) simulator.move(event, this.dueOf(this.#asked.get(key)!.at));
  }

  private dueOf(at: Micros): Micros {
    return Math.max(this.simulator.now, this.trueTimeOf(at));
  }

  private eventOf(key: WakeKey): EventId {
    if (typeof key === 'number') return this.lineOf(key)?.alarm ?? NO_EVENT;
    const named = this.#named;
    if (typeof named === 'object') return named.get(key) ?? NO_EVENT;
    return named !== NO_EVENT && this.simulator.queue.argumentOf(named) === key ? named : NO_EVENT;
  }

  private cancel(key: WakeKey, event: EventId): void {
    this.simulator.cancel(event);
    this.keep(key, NO_EVENT);
    this.#asked?.delete(key);
  }

  /** This is the event of the wake from now on. */
  private keep(key: WakeKey, event: EventId): void {
    if (typeof key === 'number') {
      const line = this.lineOf(key);
      if (line !== undefined) line.alarm = event;
      else if (event !== NO_EVENT)
        throw new Error(`${this.name} asks for ${wakeName(key)}, which it does not have`);
      return;
    }
    const named = this.#named;
    if (typeof named === 'object') {
      if (event !== NO_EVENT) named.set(key, event);
      else if (named.delete(key) && named.size === 0) this.#named = NO_EVENT;
    } else if (named === NO_EVENT || event === NO_EVENT) this.#named = event;
    else
      this.#named = new Map([
        [this.simulator.queue.argumentOf(named) as string, named],
        [key, event],
      ]);
  }

  private pending(): [WakeKey, EventId][] {
    const { queue } = this.simulator;
    const named = this.#named;
    const pending: [WakeKey, EventId][] = [];
    if (typeof named === 'object') pending.push(...named);
    else if (named !== NO_EVENT) pending.push([queue.argumentOf(named) as string, named]);
    for (const { id, alarm } of this.lines) if (alarm !== NO_EVENT) pending.push([id, alarm]);
    return pending;
  }
}
