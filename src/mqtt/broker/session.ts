import { acknowledgementOf } from '../codec/encode.ts';
import type { ProtocolVersion, Puback, Pubcomp, Publish, Pubrec } from '../codec/packet.ts';
import type { Micros, StateValue } from '../machine.ts';
import type { Exchange } from '../session/exchange.ts';
import { Incoming, type ReceiverPort } from '../session/incoming.ts';
import { bytesOf } from '../session/message.ts';
import { Outgoing } from '../session/outgoing.ts';
import { PacketIds } from '../session/packet-ids.ts';
import type { SenderPort } from '../session/sender-port.ts';
import type { MessageRecords, SessionRecords } from '../session/session-records.ts';
import { isWorthAnAlias } from '../session/topic-alias.ts';
import { NOT_AUTHORIZED } from './access.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import type { Copy } from './copy.ts';
import { NOT_FOR_CLIENTS, TOPIC_NAME_INVALID } from './routing.ts';
import type { Granted } from './subscriptions.ts';

/** What people are told of a message that is not taken, by its reason code. */
const EXPLANATIONS: ReadonlyMap<number, string> = new Map([
  [TOPIC_NAME_INVALID, NOT_FOR_CLIENTS],
  [NOT_AUTHORIZED, 'this client may not publish to this topic'],
]);

/** What a PUBLISH has beside its message, roughly. */
const HEADER_BYTES = 16;

const NOTHING: readonly Exchange<Copy>[] = [];

/** What a session needs from the broker it belongs to. */
export interface SessionHost extends Context {
  readonly messageRecords: MessageRecords<Copy>;
  /** Takes ownership of a message from this session's client. Returns the reason code of its acknowledgement. */
  accept(session: Session, publish: Publish): number;
  /** A session ended before its client had this copy, or before it said so. */
  handOver(copy: Copy, sent: boolean): void;
}

/**
 * What the server keeps of a client [3.1.1/3.1.2.4]: its existence, its subscriptions, and the two halves of QoS 1
 * and 2. Halves are made when they are first needed: most of a million clients never do.
 */
export class Session implements SenderPort<Copy>, ReceiverPort {
  // What every packet needs comes first, to lie together in memory.
  connection: Connection | undefined = undefined;
  readonly #host: SessionHost;
  #outgoing: Outgoing<Copy> | undefined = undefined;
  #incoming: Incoming<Copy> | undefined = undefined;
  readonly clientId: string;
  /** Seconds it outlives its connection: 0 for Clean Session 1, Infinity for ever. */
  expirySeconds: number;
  /** When it ends if its client stays away, in wall time; undefined while connected, and when it never does. */
  endsAt: Micros | undefined = undefined;
  /** By filter. */
  subscriptions: Map<string, Granted> | undefined = undefined;
  /** How many of them match topics of the $SYS tree. */
  sysSubscriptions = 0;
  /** Undefined when nothing of it survives a crash, since it ends with its connection. */
  readonly #records: SessionRecords<Copy> | undefined;

  constructor(
    clientId: string,
    expirySeconds: number,
    host: SessionHost,
    records: SessionRecords<Copy> | undefined,
  ) {
    this.clientId = clientId;
    this.expirySeconds = expirySeconds;
    this.#host = host;
    this.#records = records;
  }

  /** Whether its time without a connection is over at this wall time. */
  isOverAt(wall: Micros): boolean {
    return this.endsAt !== undefined && this.endsAt <= wall;
  }

  get durable(): boolean {
    return this.#records !== undefined;
  }

  get outgoing(): Outgoing<Copy> {
    if (this.#outgoing === undefined) {
      this.#outgoing = new Outgoing<Copy>(
        this,
        new PacketIds(),
        this.#records,
        this.#host.options.limits.queue,
        this.#host.options.limits.queueBytes,
      );
      if (this.connection !== undefined) this.resume();
    }
    return this.#outgoing;
  }

  get incoming(): Incoming<Copy> {
    this.#incoming ??= new Incoming<Copy>(this, this.#records);
    return this.#incoming;
  }

  /** The halves as far as they exist. */
  get halves(): { outgoing: Outgoing<Copy> | undefined; incoming: Incoming<Copy> | undefined } {
    return { outgoing: this.#outgoing, incoming: this.#incoming };
  }

  /**
   * A connection stands; what was sent to it before is re-sent, and the queue goes on [3.1.1/MQTT-4.4.0-1], as far as the
   * client takes it at once [5.0/MQTT-3.3.4-9].
   */
  resume(): void {
    const { receiveMaximum } = this.connection!.terms;
    this.#outgoing?.resume(Math.min(this.#host.options.limits.inflight, receiveMaximum));
  }

  /** The connection is gone: what is in flight waits until the next, which may be long. */
  suspend(): void {
    if (this.#outgoing === undefined) return;
    this.#outgoing.suspend();
    if (this.#outgoing.inflightCount === 0) return;
    for (const { message } of this.#outgoing.exchanges()) message?.keep();
  }

  /** The transport or the disk has caught up. */
  refill(): void {
    this.#outgoing?.fill();
  }

  /** Ends both halves; their records go too. Returns what was not finished. */
  clear(): readonly Exchange<Copy>[] {
    this.#incoming?.clear();
    return this.#outgoing?.clear() ?? NOTHING;
  }

  /** 2: takes a message now. 1: has others waiting. 0: has no connection. */
  get readiness(): 0 | 1 | 2 {
    if (this.connection === undefined) return 0;
    if (!this.connection.writable()) return 1;
    return this.#outgoing === undefined || this.#outgoing.queuedCount === 0 ? 2 : 1;
  }

  /**
   * Hands over one copy of a message: it is sent, queued, also for a client that is away [3.1.1/MQTT-3.1.2-5], or dropped at a
   * limit.
   */
  offer(copy: Copy): void {
    const { connection } = this;
    if (copy.qos === 0) {
      if (connection === undefined) {
        if (!this.#host.options.queueQoS0) {
          this.drop(copy, 'QoS 0 is not kept for a client that is away');
          return;
        }
      } else if (!connection.writable()) {
        this.drop(copy, 'its connection is too far behind', 'limit.backlog');
        return;
      } else if (this.#outgoing === undefined || this.#outgoing.queuedCount === 0) {
        if (this.fits(copy, 0)) this.send(connection, copy, undefined, false, copy.reveals);
        return;
      }
    }
    const { outgoing } = this;
    const outcome = outgoing.offer(copy);
    const { queue, queueBytes } = this.#host.options.limits;
    if (outcome === 'full') this.drop(copy, `its queue is full (${queue})`, 'limit.queue');
    else if (outcome === 'full-of-bytes') {
      this.drop(copy, `its queue is full (${queueBytes} bytes)`, 'limit.queueBytes');
    } else if (outcome === 'queued') {
      copy.keep();
      if (!this.attentive) return;
      this.#host.sink.note({
        step: 'queued',
        text: `QoS ${copy.qos} for ${this.clientId}, which now has ${outgoing.queuedCount} waiting`,
        client: this.clientId,
        topic: copy.topic,
      });
    }
  }

  // SenderPort

  get attentive(): boolean {
    return this.#host.sink.attentive;
  }

  observe(key: string, value: StateValue | undefined): void {
    this.#host.sink.state(`session/${this.clientId}`, key, value);
  }

  writable(): boolean {
    return this.connection?.writable() ?? false;
  }

  /** Whether it is still to be sent: not what expired before anybody began to send it [5.0/MQTT-3.3.2-5]. */
  admits(exchange: Exchange<Copy>): boolean {
    const copy = exchange.message!;
    return (exchange.sent || this.lives(copy)) && this.fits(copy, exchange.packetId);
  }

  publish(copy: Copy, exchange: Exchange<Copy>, dup: boolean, reveals: boolean): void {
    const { connection } = this;
    if (connection !== undefined) this.send(connection, copy, exchange, dup, reveals || copy.reveals);
  }

  release(packetId: number, reasonCode: number): void {
    const version = this.connection?.version ?? 4;
    this.connection?.sendPacket({ type: 'pubrel', packetId, ...reason(version, reasonCode) }, true);
  }

  stray(type: 'PUBACK' | 'PUBREC' | 'PUBCOMP', packetId: number): void {
    if (!this.attentive) return;
    this.#host.sink.note({
      step: 'dropped',
      text: `${type} of identifier ${packetId} from ${this.clientId}: nothing is in flight under it`,
      client: this.clientId,
    });
  }

  /** Nobody waits for the end of an exchange here: the publisher had its acknowledgement long ago. */
  finished(): void {}

  // ReceiverPort

  deliver(publish: Publish): number {
    const reasonCode = this.#host.accept(this, publish);
    // Before 5.0 a message that was understood cannot be refused.
    return this.connection?.version === 5 ? reasonCode : 0;
  }

  acknowledge(type: 'puback' | 'pubrec' | 'pubcomp', packetId: number, reasonCode: number): void {
    const { connection } = this;
    if (connection === undefined) return;
    const since5 = connection.version === 5;
    const settles = since5 && (type !== 'pubrec' || reasonCode >= 0x80);
    const transmission = settles ? connection.since5 : undefined;
    const plain = !since5 || reasonCode === 0 ? acknowledgementOf(type, packetId) : undefined;
    if (plain !== undefined) {
      connection.acknowledge(plain, transmission);
      return;
    }
    const packet: Puback | Pubrec | Pubcomp = { type, packetId, reasonCode };
    const reasonString = EXPLANATIONS.get(reasonCode);
    if (reasonString !== undefined && connection.terms.problemInformation) {
      packet.properties = { reasonString };
    }
    connection.sendPacket(packet, true, transmission);
  }

  /**
   * What has to wait for the disk is made when that has it: what is left of its life is told as of then [5.0/MQTT-3.3.2-6], it may be over
   * [5.0/MQTT-3.3.2-5], and aliases are given in the order in which they are written. `exchange` is absent for QoS 0 that was not queued.
   */
  private send(
    connection: Connection,
    copy: Copy,
    exchange: Exchange<Copy> | undefined,
    dup: boolean,
    reveals: boolean,
  ): void {
    const packetId = exchange?.packetId ?? 0;
    if (!connection.holds(reveals)) {
      connection.send(this.encode(connection, copy, packetId, dup), false, exchange);
    } else this.sendLater(connection, copy, exchange, dup, reveals);
  }

  private sendLater(
    connection: Connection,
    copy: Copy,
    exchange: Exchange<Copy> | undefined,
    dup: boolean,
    reveals: boolean,
  ): void {
    const packetId = exchange?.packetId ?? 0;
    const make = (): Uint8Array | undefined => {
      if (dup || this.lives(copy)) return this.encode(connection, copy, packetId, dup);
      if (packetId !== 0) this.outgoing.expired(exchange!);
      return undefined;
    };
    connection.send({ size: HEADER_BYTES + bytesOf(copy), make }, reveals, exchange);
  }

  /** Whether its publisher still wants it sent; people are told when not. */
  private lives(copy: Copy): boolean {
    if (copy.expiresAt > this.#host.clock.wall) return true;
    if (this.attentive) {
      this.#host.sink.note({
        step: 'expired',
        text: `the message waited longer for ${this.clientId} than its publisher allowed`,
        client: this.clientId,
        topic: copy.topic,
      });
    }
    return false;
  }

  /**
   * With a Topic Alias where the client takes one, and no other [5.0/MQTT-3.1.2-26] [5.0/MQTT-3.1.2-27]: the first of a topic brings it, the
   * next go without the topic.
   */
  private encode(connection: Connection, copy: Copy, packetId: number, dup: boolean): Uint8Array {
    const { wall } = this.#host.clock;
    const { maximumPacketSize } = connection.terms;
    const topicAliasMaximum = Math.min(connection.terms.topicAliasMaximum, this.#host.options.topicAliases);
    if (topicAliasMaximum === 0 || !isWorthAnAlias(copy.topic))
      return copy.encode(connection.version, packetId, dup, wall);
    const { aliases } = connection.since5;
    const known = aliases.get(copy.topic);
    if (known !== undefined) return copy.encode(5, packetId, dup, wall, known, '');
    const alias = aliases.next(topicAliasMaximum);
    if (alias !== undefined) {
      const bytes = copy.encode(5, packetId, dup, wall, alias);
      if (bytes.length <= maximumPacketSize) {
        aliases.give(copy.topic, alias);
        return bytes;
      }
    }
    return copy.encode(5, packetId, dup, wall);
  }

  /** What is too large for the client is dropped, and as good as delivered [5.0/MQTT-3.1.2-25]. */
  private fits(copy: Copy, packetId: number): boolean {
    const { connection } = this;
    if (connection === undefined || connection.terms.maximumPacketSize === Infinity) return true;
    const { maximumPacketSize } = connection.terms;
    // Any identifier takes two bytes.
    const bytes = copy.encode(5, copy.qos === 0 ? 0 : packetId || 1, false, this.#host.clock.wall);
    if (bytes.length <= maximumPacketSize) return true;
    this.drop(
      copy,
      `its client takes ${maximumPacketSize} bytes, this PUBLISH has ${bytes.length}`,
      '5.0/MQTT-3.1.2-25',
    );
    return false;
  }

  /** Without a rule nothing went wrong: QoS 0 is not owed to a client that is away. */
  private drop(copy: Copy, why: string, rule?: string): void {
    if (rule !== undefined) this.#host.traffic.messagesDropped++;
    if (!this.attentive) return;
    const note = {
      step: 'dropped' as const,
      text: `not for ${this.clientId}: ${why}`,
      client: this.clientId,
      topic: copy.topic,
    };
    this.#host.sink.note(rule === undefined ? note : { ...note, rule });
  }
}

/** Acknowledgements have a reason code in 5.0 only. */
function reason(version: ProtocolVersion, reasonCode: number): { reasonCode?: number } {
  return version === 5 ? { reasonCode } : {};
}
