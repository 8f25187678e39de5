import { encode } from '../codec/encode.ts';
import { Framer, isWholePacket } from '../codec/framer.ts';
import type { Packet, Publish } from '../codec/packet.ts';
import type { ConnectionId, Micros } from '../machine.ts';
import type { Journal } from '../session/journal.ts';
import { Outbox, type Outlet, revealsState, type Transmission } from '../session/outbox.ts';
import type { ClientOptions } from './application.ts';
import type { ServerLimits } from './limits.ts';
import { LARGEST_RECEIVE_MAXIMUM } from './packets.ts';
import { ReceiveQuota } from './receive-quota.ts';
import { InboundAliases, OutboundAliases } from './topic-aliases.ts';

/** What takes the bytes of a connection. */
export interface Wire {
  readonly options: ClientOptions;
  readonly journal: Journal;
  write(connection: ConnectionId, bytes: Uint8Array): void;
}

/** What 5.0 lets both ends say of how much they take. */
class Flow {
  readonly inboundAliases: InboundAliases;
  /** Absent when the server takes no more than it can send anyhow: there are no more packet identifiers. */
  readonly receiveQuota: ReceiveQuota | undefined;
  outboundAliases: OutboundAliases | undefined;

  constructor({ topicAliasMaximum = 0, receiveMaximum = LARGEST_RECEIVE_MAXIMUM }: ClientOptions) {
    this.inboundAliases = new InboundAliases(topicAliasMaximum);
    if (receiveMaximum < LARGEST_RECEIVE_MAXIMUM) this.receiveQuota = new ReceiveQuota(receiveMaximum);
  }
}

/** What lives as long as one connection, from being dialled to its end. */
export class Connection implements Outlet {
  readonly id: ConnectionId;
  readonly #wire: Wire;
  /** Known from CONNACK on. */
  limits: ServerLimits | undefined;
  /** Of 5.0 only. */
  readonly #flow: Flow | undefined;
  /** Made when something has to wait for the disk, or when the end of the connection has to. */
  #made: Outbox | undefined;
  /** Made when something else comes than packets one by one. */
  #cutter: Framer | undefined;
  /** After how long without a packet PINGREQ is sent; 0 while none is. */
  keepAliveMicros: Micros = 0;
  /** When a packet was written last, and the PINGREQ that has no answer. */
  lastSentAt: Micros = 0;
  pingedAt: Micros | undefined;
  /** Its CONNECT made the server forget the session. */
  readonly clean: boolean;
  sessionPresent = false;

  constructor(id: ConnectionId, clean: boolean, wire: Wire) {
    this.id = id;
    this.clean = clean;
    this.#wire = wire;
    if (wire.options.protocolVersion === 5) this.#flow = new Flow(wire.options);
  }

  get inboundAliases(): InboundAliases | undefined {
    return this.#flow?.inboundAliases;
  }

  get receiveQuota(): ReceiveQuota | undefined {
    return this.#flow?.receiveQuota;
  }

  /** Whether these bytes are one whole packet, and there is no need of the framer. */
  isWhole(bytes: Uint8Array): boolean {
    return this.#cutter === undefined && isWholePacket(bytes, this.#wire.options.maximumPacketSize);
  }

  /** What else comes goes through it from then on. */
  get framer(): Framer {
    const { maximumPacketSize, protocolVersion } = this.#wire.options;
    this.#cutter ??= new Framer(maximumPacketSize, protocolVersion);
    return this.#cutter;
  }

  /** CONNACK has said what the server takes; `aliases` is how many topics we number at most. */
  accepted(limits: ServerLimits, sessionPresent: boolean, aliases: number): void {
    this.limits = limits;
    this.sessionPresent = sessionPresent;
    const maximum = Math.min(aliases, limits.topicAliasMaximum);
    if (maximum > 0)
      this.#flow!.outboundAliases = new OutboundAliases(maximum, (packet) => limits.takes(packet));
  }

  /** Sends PUBLISH, by the alias of its topic if we number topics. */
  publish(packet: Publish, transmission: Transmission, reveals: boolean): void {
    this.send(this.#flow?.outboundAliases?.shorten(packet) ?? packet, transmission, reveals);
  }

  /** Sends a packet, which may have to wait for the disk. `reveals` says more than the packet does, if given. */
  send(packet: Packet, transmission?: Transmission, reveals: boolean = revealsState(packet)): void {
    this.sendBytes(encode(packet, this.#wire.options.protocolVersion), reveals, transmission);
  }

  /** The same of a packet that is encoded. */
  sendBytes(bytes: Uint8Array, reveals: boolean, transmission?: Transmission): void {
    if (this.#made !== undefined || (reveals && this.#wire.journal.barrier > 0)) {
      this.outbox.send(bytes, reveals, transmission);
      return;
    }
    this.write(bytes);
    transmission?.transmitted();
  }

  /** Past everything that waits. */
  write(bytes: Uint8Array): void {
    this.#wire.write(this.id, bytes);
  }

  get outbox(): Outbox {
    this.#made ??= new Outbox(this.#wire.journal, this);
    return this.#made;
  }

  /** Bytes that wait for the disk. */
  get heldBytes(): number {
    return this.#made?.backlog ?? 0;
  }
}
