import type { CallId, ClientError, ClientSink, Outcome } from './application.ts';

/** A call that waits for what happens to the connection. */
interface Waiting {
  readonly call: CallId;
  readonly op: 'connect' | 'disconnect';
}

/** Of a client that nobody waits for: most of the time, of most clients. */
const NOBODY: readonly Waiting[] = [];

/** Numbers the application's calls, and keeps those that wait for what happens to the connection. */
export abstract class Calls {
  protected abstract readonly sink: ClientSink;
  #last: CallId = 0;
  #waiting = NOBODY;

  next(): CallId {
    return ++this.#last;
  }

  /** A call that waits for CONNACK, or for the end. */
  wait(op: Waiting['op']): CallId {
    const call = this.next();
    this.#waiting = [...this.#waiting, { call, op }];
    return call;
  }

  /** Somebody waits for CONNACK. */
  protected get awaited(): boolean {
    return this.#waiting.some(({ op }) => op === 'connect');
  }

  /** Call 0 belongs to nobody: it died with an earlier life of the client. */
  settle(call: CallId, outcome: Outcome): void {
    if (call !== 0) this.sink.settled(call, outcome);
  }

  fail(call: CallId, op: Outcome['op'], error: ClientError): void {
    this.settle(call, { op, ok: false, error });
  }

  protected connected(sessionPresent: boolean): void {
    for (const call of this.take('connect')) this.settle(call, { op: 'connect', ok: true, sessionPresent });
  }

  protected failConnects(error: ClientError): void {
    for (const call of this.take('connect')) this.fail(call, 'connect', error);
  }

  protected disconnected(): void {
    for (const call of this.take('disconnect')) this.settle(call, { op: 'disconnect', ok: true });
  }

  /** Those of one kind wait no longer. */
  private take(op: Waiting['op']): CallId[] {
    const taken = this.#waiting.filter((waiting) => waiting.op === op);
    if (taken.length === this.#waiting.length) this.#waiting = NOBODY;
    else this.#waiting = this.#waiting.filter((waiting) => waiting.op !== op);
    return taken.map(({ call }) => call);
  }
}
