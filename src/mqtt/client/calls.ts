import type { CallId, ClientError, Outcome } from './application.ts';

/** Numbers the application's calls, and keeps those that wait for what happens to the connection. */
export class Calls {
  private readonly settled: (call: CallId, outcome: Outcome) => void;
  private last: CallId = 0;
  private connects: CallId[] = [];
  private disconnects: CallId[] = [];

  constructor(settled: (call: CallId, outcome: Outcome) => void) {
    this.settled = settled;
  }

  next(): CallId {
    return ++this.last;
  }

  connect(): CallId {
    const call = this.next();
    this.connects.push(call);
    return call;
  }

  /** Somebody waits for CONNACK. */
  get connecting(): boolean {
    return this.connects.length > 0;
  }

  disconnect(): CallId {
    const call = this.next();
    this.disconnects.push(call);
    return call;
  }

  /** Call 0 belongs to nobody: it died with an earlier life of the client. */
  settle(call: CallId, outcome: Outcome): void {
    if (call !== 0) this.settled(call, outcome);
  }

  fail(call: CallId, op: Outcome['op'], error: ClientError): void {
    this.settle(call, { op, ok: false, error });
  }

  connected(sessionPresent: boolean): void {
    for (const call of this.connects.splice(0)) {
      this.settled(call, { op: 'connect', ok: true, sessionPresent });
    }
  }

  failConnects(error: ClientError): void {
    for (const call of this.connects.splice(0)) this.fail(call, 'connect', error);
  }

  disconnected(): void {
    for (const call of this.disconnects.splice(0)) this.settled(call, { op: 'disconnect', ok: true });
  }
}
