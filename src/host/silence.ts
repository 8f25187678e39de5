/**
 * How long nothing has moved on another thread, counted in looks and not by a clock: while the machine sleeps, or has no time for this process,
 * there are none, and no script is blamed for that.
 */
import type { Heartbeat } from './run-messages.ts';

/** Between two looks. */
export const LOOK_MILLIS = 200;
/** A thread that has not begun loads modules, on a busy machine slowly; it gets so much more patience. */
const START_MILLIS = 10_000;

export class Silence {
  readonly #heartbeat: Heartbeat;
  readonly #patienceMillis: number;
  #beats = -1;
  #looks = 0;

  /** @param patienceMillis of real time without any progress after which a script is taken for one that never ends. */
  constructor(heartbeat: Heartbeat, patienceMillis: number) {
    this.#heartbeat = heartbeat;
    this.#patienceMillis = patienceMillis;
  }

  /** To be asked every {@link LOOK_MILLIS}: has anything moved since the last look, or nothing for too long? */
  look(): 'moved' | 'silent' | 'stuck' {
    const { beats } = this.#heartbeat;
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#looks = 0;
      return 'moved';
    }
    const patience = this.#patienceMillis + (beats > 0 ? 0 : START_MILLIS);
    return ++this.#looks * LOOK_MILLIS > patience ? 'stuck' : 'silent';
  }

  /** It begins anew: the thread was given something to do, or has gone on after all. */
  end(): void {
    this.#looks = 0;
  }
}
