/** A promise of the run: it knows whether anybody looked at its outcome, and never becomes an unhandled rejection. */

const ignore = (): void => {};

/** A call, and what settles it. */
export interface Settling<T> {
  readonly call: Call<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Of the promise that was made last: one function keeps them for all. */
const kept = { resolve: ignore as (value: unknown) => void, reject: ignore as (error: unknown) => void };
const keep = (resolve: (value: never) => void, reject: (error: unknown) => void): void => {
  kept.resolve = resolve as (value: unknown) => void;
  kept.reject = reject;
};

class Open<T> implements Settling<T> {
  readonly call: Call<T>;
  readonly resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;

  constructor(call: Call<T>, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.call = call;
    this.resolve = resolve;
    this.#reject = reject;
  }

  reject(error: Error): void {
    // The run owns calls that nobody awaits; see Script.neglected.
    if (!this.call.handled) Promise.prototype.then.call(this.call, undefined, ignore);
    this.#reject(error);
  }
}

export class Call<T> extends Promise<T> {
  /** What `then` makes is an ordinary promise: whoever made it has taken over. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** True once somebody awaits it or has given it a handler. */
  handled = false;

  static open<T>(): Settling<T> {
    return new Open(new Call<T>(keep), kept.resolve, kept.reject);
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and the only way to learn that somebody awaits it
  override then<R = T, E = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    this.handled = true;
    return super.then(onFulfilled, onRejected);
  }
}
