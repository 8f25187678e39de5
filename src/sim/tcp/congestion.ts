/**
 * The congestion window: Reno (RFC 5681), counted in segments as Linux does.
 *
 * The count matters for MQTT: ten small publishes fill a window that would hold 14 kB, and what waits behind it is
 * sent together later.
 */
import type { Micros } from '../../mqtt/machine.ts';

/** RFC 6928. */
export const INITIAL_WINDOW = 10;
const LEAST_THRESHOLD = 2;
/** Segments that never fit into a window; a small integer, for a field that holds any other number keeps it apart. */
const NO_THRESHOLD = 0x3fff_ffff;

export class CongestionWindow {
  /** Segments that may be in flight. */
  size = INITIAL_WINDOW;
  #threshold = NO_THRESHOLD;
  /** Segments acknowledged towards the next increase in congestion avoidance. */
  #credit = 0;
  /** Whether the window was what limited, and how many segments were out at most, since `#usageEnd` was sent. */
  #limited = false;
  #mostOut = 0;
  #usageEnd = 0;
  /** What an undo restores. */
  #priorSize = 0;
  #priorThreshold = 0;

  /** Both the size and the threshold become half of what was in use (RFC 5681, 3.2). */
  halve(): void {
    this.#reduce();
    this.size = this.#threshold;
  }

  /** A timeout: half for the threshold, and the size that lets just one segment out. */
  collapse(inFlight: number, newEpisode: boolean): void {
    if (newEpisode) this.#reduce();
    this.size = inFlight + 1;
    this.#credit = 0;
  }

  /** The end of fast recovery. */
  settle(): void {
    if (this.#threshold !== NO_THRESHOLD) this.size = this.#threshold;
  }

  /** The reduction turned out to be for nothing. */
  restore(): void {
    this.size = Math.max(this.size, this.#priorSize);
    this.#threshold = Math.max(this.#threshold, this.#priorThreshold);
  }

  /** Notes whether the window is used up, so that one that nobody fills does not grow (RFC 7661). */
  noteUsage(inNetwork: number, out: number, acknowledged: number, next: number): void {
    const limited = inNetwork >= this.size;
    if (acknowledged >= this.#usageEnd || limited || (!this.#limited && out > this.#mostOut)) {
      this.#limited = limited;
      this.#mostOut = out;
      this.#usageEnd = next;
    }
  }

  /** `segments` arrived, and the acknowledgement advanced. */
  grow(segments: number): void {
    const slowStart = this.size < this.#threshold;
    if (!this.#limited && !(slowStart && this.size < 2 * this.#mostOut)) return;
    let rest = segments;
    if (slowStart) {
      const step = Math.min(rest, this.#threshold - this.size);
      this.size += step;
      rest -= step;
      if (rest === 0) return;
    }
    this.#credit += rest;
    while (this.#credit >= this.size) {
      this.#credit -= this.size;
      this.size++;
    }
  }

  /** After idling longer than the timeout the window halves once a timeout, down to the initial one (RFC 2861). */
  idled(idle: Micros, timeout: Micros): void {
    if (this.size <= INITIAL_WINDOW) return;
    if (this.#threshold !== NO_THRESHOLD) {
      this.#threshold = Math.max(this.#threshold, Math.floor((3 * this.size) / 4));
    }
    for (let left = idle - timeout; left > 0 && this.size > INITIAL_WINDOW; left -= timeout) {
      this.size = Math.max(INITIAL_WINDOW, this.size >> 1);
    }
  }

  /** More than one SYN was lost (RFC 5681, 3.1). */
  startSmall(): void {
    this.size = 1;
  }

  #reduce(): void {
    this.#priorSize = this.size;
    this.#priorThreshold = this.#threshold;
    this.#threshold = Math.max(LEAST_THRESHOLD, this.size >> 1);
    this.#credit = 0;
  }
}
