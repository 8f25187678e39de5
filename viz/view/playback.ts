/**
 * Plays a trace: moves a head through virtual time, or from event to event. It knows nothing of panes; who holds it says what the
 * head is and hears where it goes.
 */

/** Virtual seconds for each second, or half seconds of reading for each event. */
export const SPEEDS: readonly number[] = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000,
];
/** At speed 1, paced by events. */
const EVENT_MILLIS = 500;
/** A page that was in the background does not catch up. */
const FRAME_MILLIS_MAX = 100;

export type Pace = 'time' | 'events';

export interface Played {
  /** Where the head is, in microseconds. */
  time(): number;
  /** Of the last event, in microseconds. */
  end(): number;
  moveTo(time: number): void;
  /** To the next event; false when there is none. */
  nextEvent(): Promise<boolean>;
  /** It began or ceased to play. */
  changed(): void;
}

export class Playback {
  speed = 1;
  pace: Pace = 'time';
  readonly #played: Played;
  #frame = 0;
  #last = 0;
  /** Milliseconds since the last event, when paced by events. */
  #waited = 0;
  #stepping = false;

  constructor(played: Played) {
    this.#played = played;
  }

  get plays(): boolean {
    return this.#frame !== 0;
  }

  /** From the head, or from the beginning when it is at the end. */
  start(): void {
    if (this.plays) return;
    if (this.#played.time() >= this.#played.end()) this.#played.moveTo(0);
    this.#last = performance.now();
    this.#waited = 0;
    this.#frame = requestAnimationFrame(this.#onFrame);
    this.#played.changed();
  }

  stop(): void {
    if (!this.plays) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#played.changed();
  }

  toggle(): void {
    if (this.plays) this.stop();
    else this.start();
  }

  /** To the next speed of {@link SPEEDS}. */
  faster(direction: 1 | -1): void {
    const at = SPEEDS.indexOf(this.speed);
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + direction))]!;
    this.#played.changed();
  }

  #onFrame = (now: number): void => {
    const passed = Math.min(FRAME_MILLIS_MAX, now - this.#last);
    this.#last = now;
    this.#frame = requestAnimationFrame(this.#onFrame);
    if (this.pace === 'events') this.#paceByEvents(passed);
    else this.#paceByTime(passed);
  };

  #paceByTime(passed: number): void {
    const end = this.#played.end();
    const time = this.#played.time() + passed * 1_000 * this.speed;
    this.#played.moveTo(Math.min(end, time));
    if (time >= end) this.stop();
  }

  #paceByEvents(passed: number): void {
    this.#waited += passed * this.speed;
    if (this.#waited < EVENT_MILLIS || this.#stepping) return;
    this.#waited = 0;
    this.#stepping = true;
    void this.#played.nextEvent().then((more) => {
      this.#stepping = false;
      if (!more) this.stop();
    });
  }
}
