/** An end of a connection that virtual TCP carries. */
import type { Micros } from '../mqtt/machine.ts';
import type { Connection } from './connection.ts';
import type { Lane } from './duplex-link.ts';
import { Endpoint } from './endpoint.ts';
import type { Host } from './host.ts';
import type { Tap } from './tap.ts';
import { createTcpEnd } from './tcp/index.ts';
import type { Segment, TransportEnd } from './transport.ts';

export class TcpEndpoint extends Endpoint {
  readonly #end: TransportEnd;

  constructor(connection: Connection, host: Host, outgoing: Tap, incoming: Tap, lane: Lane, hash: number) {
    super(connection, host, outgoing, incoming, lane, hash);
    this.#end = createTcpEnd(connection.link.carriage.tcpOptions, this);
  }

  protected begin(now: Micros): void {
    this.#end.dial(now);
  }
  protected extend(now: Micros, length: number): void {
    this.#end.write(now, length);
  }
  protected taken(now: Micros, to: number): void {
    this.#end.read(now, to);
  }
  protected finish(now: Micros): void {
    this.#end.finish(now);
  }
  protected release(now: Micros): void {
    this.#end.release(now);
  }
  protected abort(now: Micros): void {
    this.#end.abort(now);
  }
  protected arrived(now: Micros, segment: Segment): void {
    this.#end.arrived(now, segment);
  }
  protected woken(now: Micros): void {
    this.#end.woken(now);
  }
  protected get unacknowledged(): number {
    return this.#end.backlog;
  }
  protected get space(): number {
    return this.#end.room;
  }
}
