/** A tail-loss probe of RFC 8985, 7: one an episode, and what the acknowledgements say about it, until repair knows what is lost without it. */
export class TailProbe {
  /** What had been sent when it went out; -1 once that is judged. */
  #end: number;
  readonly #repeats: boolean;

  /** It goes out: new payload, or a repetition of the last segment. */
  constructor(next: number, repeats: boolean) {
    this.#end = next;
    this.#repeats = repeats;
  }

  get isOut(): boolean {
    return this.#end >= 0;
  }

  /** One is out that repeats something, so that the peer may have it twice. */
  get mayDouble(): boolean {
    return this.isOut && this.#repeats;
  }

  /**
   * An acknowledgement came.
   *
   * @returns true when the probe repaired a loss that nothing else told of.
   */
  judge(ack: number, isNews: boolean, needless: boolean): boolean {
    if (this.#end < 0 || ack < this.#end) return false;
    if (!this.#repeats || needless || (ack === this.#end && !isNews)) {
      this.#end = -1;
      return false;
    }
    // That it is reached is no proof; that something later is acknowledged without a report of doubles is.
    if (ack === this.#end) return false;
    this.#end = -1;
    return true;
  }
}
