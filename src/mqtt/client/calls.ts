import type { CallId, ClientError, ClientSink, Outcome } from './application.ts';

/** Of a client that nobody waits for: most of the time, of most clients. */
const NONE: never[] = [];

/** Numbers the application's calls, and keeps those that wait for what happens to the connection. */
export class Calls {
  protected readonly sink: ClientSink;
  #last: CallId = 0;
  #connects: CallId[] = NONE;
  #disconnects: CallId[] = NONE;

  constructor(sink: ClientSink) {
    this.sink = sink;
  }

  next(): CallId {
    return ++this.#last;
  }

  connect(): CallId {
    const call = this.next();
    this.#connects = [...this.#connects, call];
    return call;
  }

  /** Somebody waits for CONNACK. */
  get connecting(): boolean {
    return this.#connects.length > 0;
  }

  disconnect(): CallId {
    const call = this.next();
    this.#disconnects = [...this.#disconnects, call];
    return call;
  }

  /** Call 0 belongs to nobody: it died with an earlier life of the client. */
  settle(call: CallId, outcome: Outcome): void {
    if (call !== 0) this.sink.settled(call, outcome);
  }

  fail(call: CallId, op: Outcome['op'], error: ClientError): void {
    this.settle(call, { op, ok: false, error });
  }

  connected(sessionPresent: boolean): void {
    const connects = this.#connects;
    this.#connects = NONE;
    for (const call of connects) this.sink.settled(call, { op: 'connect', ok: true, sessionPresent });
  }

  failConnects(error: ClientError): void {
    const connects = this.#connects;
    this.#connects = NONE;
    for (const call of connects) this.fail(call, 'connect', error);
  }

  disconnected(): void {
    const disconnects = this.#disconnects;
    this.#disconnects = NONE;
    for (const call of disconnects) this.sink.settled(call, { op: 'disconnect', ok: true });
  }
}
