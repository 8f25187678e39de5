/**
 * When to say that there is more of a trace to show, while it is read: as soon as there is enough for a first picture, or as soon as
 * the stream pauses, and then so rarely that showing it takes a small part of the time.
 */

/** Events in a picture that are enough for a first one, and quickly drawn. A large fleet has more than that of others before. */
const FIRST_DRAWN = 1_000;
/** A stream that has brought less by then is slow, or tells of what is happening now. */
const FIRST_MILLIS = 100;
/** No eye wants it more often. */
const INTERVAL_MILLIS = 500;
/** Of the time at most one part in so many is spent on showing. */
const SHARE = 10;
/** Of a trace that has an end the next picture is worth its work when there is so many times more, */
const FACTOR = 4;
/** and when that of the whole is not to be expected so soon. */
const SOON_MILLIS = 2_000;

export interface Watched {
  /** Events that were read. */
  events(): number;
  /** Those of them that a picture shows. */
  drawn(): number;
  /** The end of the trace is known to come, and the reader waits for it. */
  ends: boolean;
  /** Milliseconds until the end is read, at the pace until now; Infinity when nobody knows. */
  left(): number;
  /** Milliseconds that were spent on showing traces, until now. */
  spent(): number;
  tell(): void;
}

export class Growth {
  readonly #watched: Watched;
  #told = 0;
  /** Not before. */
  #due = performance.now() + FIRST_MILLIS;
  #spent: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#spent = watched.spent();
  }

  /** Something was read. */
  read(): void {
    const { ends, events } = this.#watched;
    const now = events();
    if (this.#told === 0 && this.#watched.drawn() >= FIRST_DRAWN) this.#tell();
    else if (
      this.#timer === undefined &&
      now > this.#told &&
      (!ends || this.#told === 0 || (now >= FACTOR * this.#told && this.#watched.left() > SOON_MILLIS))
    )
      this.#wait();
  }

  /** Nothing more will be told. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const spent = this.#watched.spent() - this.#spent;
    const left = this.#due + Math.max(0, SHARE * spent - INTERVAL_MILLIS) - performance.now();
    if (left <= 0) this.#tell();
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        // Showing what was told before may have taken longer than it seemed then.
        this.#wait();
      }, left);
  }

  #tell(): void {
    this.stop();
    this.#timer = undefined;
    this.#told = this.#watched.events();
    this.#due = performance.now() + INTERVAL_MILLIS;
    this.#spent = this.#watched.spent();
    this.#watched.tell();
  }
}
