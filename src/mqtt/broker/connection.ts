import { encode } from '../codec/encode.ts';
import { Framer } from '../codec/framer.ts';
import type { Packet, ProtocolVersion } from '../codec/packet.ts';
import type { ConnectionId, Micros } from '../machine.ts';
import { Outbox, type Transmission } from '../session/outbox.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

/** One network connection, from its acceptance to its end. */
export class Connection {
  readonly id: ConnectionId;
  readonly framer: Framer;
  /** What its CONNECT said; 3.1.1 while nobody knows. */
  version: ProtocolVersion = 4;
  /** From an accepted CONNECT on. */
  session: Session | undefined = undefined;
  /** Nothing more is read from it or written to it. */
  over = false;
  /** When its last Control Packet came, how long the next may take, and when its wake is due. */
  heardAt: Micros = 0;
  silenceLimitMicros: Micros = Infinity;
  wakeAt: Micros = Infinity;
  readonly #context: Context;
  /** Made when something has to wait for the disk, and thrown away when nothing does any more. */
  #outbox: Outbox | undefined = undefined;

  constructor(id: ConnectionId, context: Context) {
    this.id = id;
    this.#context = context;
    this.framer = new Framer(context.options.limits.packetSize);
  }

  /** `reveals`: it tells the peer of a change of state, and waits until that is durable. */
  send(bytes: Uint8Array, reveals: boolean, transmission?: Transmission): void {
    if (this.over) return;
    if (this.#outbox === undefined) {
      if (!reveals || this.#context.journal.barrier === 0) {
        this.#write(bytes);
        transmission?.transmitted();
        return;
      }
      this.#outbox = new Outbox(this.#context.journal, (waited) => this.#write(waited));
    }
    this.#outbox.send(bytes, reveals, transmission);
    if (this.#outbox.backlog === 0) this.#outbox = undefined;
  }

  sendPacket(packet: Packet, reveals: boolean): void {
    this.send(encode(packet, this.version), reveals);
  }

  /** Whether it takes more messages: neither the transport nor the disk is behind by more than the limit. */
  writable(): boolean {
    const limit = this.#context.options.limits.backlog;
    if (this.#context.sink.backlog(this.id) > limit) return false;
    if (this.heldBytes <= limit) return true;
    this.#context.stalled.add(this);
    return false;
  }

  /** Bytes that wait for the disk. */
  get heldBytes(): number {
    return this.#outbox?.backlog ?? 0;
  }

  /** Everything that was not written yet never will be. */
  end(): void {
    this.over = true;
    this.#outbox?.discard();
    this.#outbox = undefined;
  }

  #write(bytes: Uint8Array): void {
    this.#context.traffic.packetSent(bytes);
    this.#context.sink.send(this.id, bytes);
  }
}
