import { encode } from '../codec/encode.ts';
import { Framer, isWholePacket } from '../codec/framer.ts';
import type { Connect, Disconnect, Packet, ProtocolVersion, ReasonProperties } from '../codec/packet.ts';
import type { ConnectionId, Micros } from '../machine.ts';
import { type Draft, Outbox, type Outlet, type Transmission } from '../session/outbox.ts';
import { TopicAliases } from './aliases.ts';
import type { Authentication } from './authentication.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';
import { BEFORE_5, type Terms, termsOf } from './terms.ts';

/** One network connection, from its acceptance to its end. */
export class Connection implements Outlet {
  // What every packet needs comes first, to lie together in memory.
  /** From an accepted CONNECT on. */
  session: Session | undefined = undefined;
  /** What its CONNECT said; 3.1.1 while nobody knows. */
  version: ProtocolVersion = 4;
  /** When its last Control Packet came. */
  heardAt: Micros = 0;
  /** Nothing more is read from it or written to it. */
  over = false;
  readonly id: ConnectionId;
  readonly #context: Context;
  /** Made when something else comes than packets one by one. */
  #framer: Framer | undefined = undefined;
  /** Made when something has to wait for the disk, and thrown away when nothing does any more. */
  #outbox: Outbox | undefined = undefined;
  terms: Terms = BEFORE_5;
  /** Undefined as long as it has said nothing that only 5.0 can say. */
  #since5: Since5 | undefined = undefined;
  /** As its CONNECT said. */
  username: string | undefined = undefined;
  /** Its CONNECT was read. */
  #introduced = false;
  /** How long the next Control Packet may take; 0 for as long as it likes. */
  silenceLimitMicros: Micros = 0;

  constructor(id: ConnectionId, context: Context) {
    this.id = id;
    this.#context = context;
  }

  /** From its CONNECT on it is known what it speaks, and larger packets are taken. */
  introduced(connect: Connect): void {
    this.version = connect.protocolVersion;
    this.terms = termsOf(connect);
    this.#introduced = true;
    if (this.#framer === undefined) return;
    this.#framer.version = this.version;
    this.#framer.maximumPacketSize = this.maximumPacketSize;
  }

  private get maximumPacketSize(): number {
    const { packetSize, connectSize } = this.#context.options.limits;
    return this.#introduced ? packetSize : Math.min(packetSize, connectSize);
  }

  /** Whether these bytes are one whole packet, and there is no need of the framer. */
  isWhole(bytes: Uint8Array): boolean {
    return this.#framer === undefined && isWholePacket(bytes, this.maximumPacketSize);
  }

  /** What else comes goes through it from then on. */
  get framer(): Framer {
    this.#framer ??= new Framer(this.maximumPacketSize, this.version);
    return this.#framer;
  }

  /** Whether something that is sent now has to wait for the disk. `reveals` as for {@link send}. */
  holds(reveals: boolean): boolean {
    return this.heldBytes > 0 || (reveals && this.#context.journal.barrier > 0);
  }

  /** `reveals`: it tells the peer of a change of state, and waits until that is durable. A draft is for what {@link holds}. */
  send(packet: Uint8Array | Draft, reveals: boolean, transmission?: Transmission): void {
    if (this.over) return;
    if (this.#outbox === undefined) {
      if (packet instanceof Uint8Array && !this.holds(reveals)) {
        this.write(packet);
        transmission?.transmitted();
        return;
      }
      this.#outbox = new Outbox(this.#context.journal, this);
    }
    this.#outbox.send(packet, reveals, transmission);
    if (this.#outbox.backlog === 0) this.#outbox = undefined;
  }

  /** An acknowledgement that says only which packet it is for; it is not sent if even that is more than the client takes. */
  acknowledge(packet: Uint8Array, transmission?: Transmission): void {
    if (packet.length <= this.terms.maximumPacketSize) this.send(packet, true, transmission);
  }

  /**
   * Returns false, and sends nothing, if the packet is larger than its client takes [5.0/MQTT-3.1.2-24]. A Reason String
   * gives way before that [5.0/MQTT-3.2.2-19].
   */
  sendPacket(packet: Packet, reveals: boolean, transmission?: Transmission): boolean {
    const bytes = this.fitting(packet);
    if (bytes === undefined) return false;
    this.send(bytes, reveals, transmission);
    return true;
  }

  /** The last packet, past everything that still waits for the disk and is never sent: {@link end} has to follow. */
  farewell(packet: Disconnect): void {
    const bytes = this.fitting(packet);
    if (bytes !== undefined) this.write(bytes);
  }

  /** Of a connection of 5.0. */
  get since5(): Since5 {
    this.#since5 ??= new Since5();
    return this.#since5;
  }

  /** For one whose CONNECT names a method. */
  get authentication(): Authentication | undefined {
    return this.#since5?.authentication;
  }

  /** A CONNACK that accepts it was written: before that it may not be sent DISCONNECT [5.0/MQTT-3.14.0-1]. */
  get welcomed(): boolean {
    return this.#since5?.welcomed === true;
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

  private fitting(packet: Packet): Uint8Array | undefined {
    const { maximumPacketSize } = this.terms;
    let bytes = encode(packet, this.version);
    if (bytes.length > maximumPacketSize) bytes = encode(unexplained(packet), this.version);
    return bytes.length > maximumPacketSize ? undefined : bytes;
  }

  /** Past everything that waits. */
  write(bytes: Uint8Array): void {
    this.#context.traffic.packetSent(bytes);
    this.#context.sink.send(this.id, bytes);
  }
}

/** What a connection has that speaks 5.0, when it comes to that. */
class Since5 implements Transmission {
  /**
   * How many PUBLISHes have no acknowledgement yet, beside the Receive Maximum: rises with each one that comes, falls when PUBACK, PUBCOMP or an
   * error PUBREC is written [5.0/4.9]. It may fall below 0: an exchange of an earlier connection that ends now gives its client room for
   * one more.
   */
  unacknowledged = 0;
  welcomed = false;
  authentication: Authentication | undefined = undefined;
  #aliases: TopicAliases | undefined = undefined;

  get aliases(): TopicAliases {
    this.#aliases ??= new TopicAliases();
    return this.#aliases;
  }

  transmitted(): void {
    this.unacknowledged--;
  }

  dropped(): void {}
}

/**
 * Without its Reason String, which must not make a packet too large: CONNACK [5.0/MQTT-3.2.2-19], PUBACK [5.0/MQTT-3.4.2-2], PUBREC
 * [5.0/MQTT-3.5.2-2], PUBREL [5.0/MQTT-3.6.2-2], PUBCOMP [5.0/MQTT-3.7.2-2], SUBACK [5.0/MQTT-3.9.2-1], UNSUBACK
 * [5.0/MQTT-3.11.2-1], DISCONNECT [5.0/MQTT-3.14.2-3], AUTH [5.0/MQTT-3.15.2-2]. The same is said of User Properties, and
 * this server has none to say: [5.0/MQTT-3.2.2-20] [5.0/MQTT-3.4.2-3] [5.0/MQTT-3.5.2-3] [5.0/MQTT-3.6.2-3]
 * [5.0/MQTT-3.7.2-3] [5.0/MQTT-3.9.2-2] [5.0/MQTT-3.11.2-2] [5.0/MQTT-3.14.2-4] [5.0/MQTT-3.15.2-3].
 */
function unexplained(packet: Packet): Packet {
  if (!('properties' in packet) || packet.properties === undefined) return packet;
  const { reasonString: _explanation, ...properties } = packet.properties as ReasonProperties;
  return { ...packet, properties } as Packet;
}
