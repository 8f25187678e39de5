/**
 * What is done one after the other. A run and what is asked about it are one turn: to begin another run is to close its trace, so
 * nothing that is still asked about the one before may be left then.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when all that was begun before is done, whatever came of it. It may not wait for a turn of its own. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
