/** A promise of the run: it knows whether anybody looked at its outcome, and never becomes an unhandled rejection. */

const ignore = (): void => {};

/** A call, and what settles it. */
export interface Settling<T> {
  readonly call: Call<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

export class Call<T> extends Promise<T> {
  /** What `then` makes is an ordinary promise: whoever made it has taken over. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** True once somebody awaits it or has given it a handler. */
  handled = false;

  static open<T>(): Settling<T> {
    let resolve!: (value: T) => void;
    let reject!: (error: Error) => void;
    const call = new Call<T>((whenDone, whenFailed) => {
      resolve = whenDone;
      reject = whenFailed;
    });
    return {
      call,
      resolve,
      reject: (error) => {
        // The run owns calls that nobody awaits; see Script.neglected.
        if (!call.handled) Promise.prototype.then.call(call, undefined, ignore);
        reject(error);
      },
    };
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
