import { encode } from '../codec/encode.ts';
import type { MessageProperties, ProtocolVersion, Publish, PublishProperties, QoS } from '../codec/packet.ts';
import type { Micros } from '../machine.ts';
import { keepOwnBytes, type Message } from '../session/message.ts';
import { type RecordReader, type RecordWriter, readMessage, writeMessage } from '../session/record.ts';
import type { MessageFormat } from '../session/session-records.ts';

const MICROS_A_SECOND = 1_000_000;

/** How a copy came by a Shared Subscription: another member may have been granted more than this one. */
export interface Shared {
  /** `$share/name/filter`. */
  readonly filter: string;
  readonly publishedQoS: QoS;
}

/**
 * A message as its subscribers get it. One copy serves every session with the same QoS, flag and identifiers, so a
 * fan-out keeps its payload once, and at QoS 0 its bytes too.
 */
export class Copy implements Message {
  readonly topic: string;
  payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  declare properties?: MessageProperties;
  /** 5.0: the Subscription Identifiers this copy answers. */
  readonly identifiers: readonly number[] | undefined;
  /** When nobody need start sending it any more, in wall time; Infinity: never. */
  readonly expiresAt: Micros;
  /**
   * A crash could make it a new message again, although it came as QoS 2 or as a will: nobody may see it before what rules that out is
   * durable.
   */
  reveals = false;
  /** The Shared Subscription it came by: another member may get it if this one's session ends before it did. */
  shared: Shared | undefined = undefined;
  /** The PUBLISH of QoS 0 before 5.0, which has nothing in it that differs from session to session. */
  #wire: Uint8Array | undefined;
  /** The same of 5.0, where there is no expiry to count down. */
  #wire5: Uint8Array | undefined;

  constructor(
    message: Message,
    qos: QoS,
    retain: boolean,
    identifiers: readonly number[] | undefined,
    expiresAt: Micros,
  ) {
    this.topic = message.topic;
    this.payload = message.payload;
    this.qos = qos;
    this.retain = retain;
    if (message.properties !== undefined) this.properties = message.properties;
    this.identifiers = identifiers;
    this.expiresAt = expiresAt;
  }

  /** It is going to wait, for room or for its client: once for all sessions that share it. */
  keep(): void {
    keepOwnBytes(this);
  }

  /**
   * `packetId` is 0 for QoS 0; `wall` decides what is left of the Message Expiry Interval [5.0/MQTT-3.3.2-6]. 5.0: `topic` may be empty
   * beside an alias.
   */
  encode(
    version: ProtocolVersion,
    packetId: number,
    dup: boolean,
    wall: Micros,
    topicAlias?: number,
    topic = this.topic,
  ): Uint8Array {
    const { payload, qos, retain } = this;
    if (version === 5) {
      // Nothing in it is of one session or one moment.
      const same = packetId === 0 && topicAlias === undefined && this.expiresAt === Infinity;
      if (same && this.#wire5 !== undefined) return this.#wire5;
      const packet: Publish =
        packetId !== 0
          ? { type: 'publish', topic, payload, qos, retain, dup, packetId }
          : { type: 'publish', topic, payload, qos, retain, dup };
      if (topicAlias !== undefined || this.properties !== undefined || this.identifiers !== undefined) {
        packet.properties = this.#propertiesAt(wall);
        if (topicAlias !== undefined) packet.properties.topicAlias = topicAlias;
      }
      const bytes = encode(packet, version);
      if (same) this.#wire5 = bytes;
      return bytes;
    }
    if (packetId !== 0)
      return encode({ type: 'publish', topic, payload, qos, retain, dup, packetId }, version);
    this.#wire ??= encode({ type: 'publish', topic, payload, qos, retain, dup }, version);
    return this.#wire;
  }

  #propertiesAt(wall: Micros): PublishProperties {
    const properties: PublishProperties = { ...this.properties };
    if (properties.messageExpiryInterval !== undefined) {
      properties.messageExpiryInterval = Math.max(0, Math.ceil((this.expiresAt - wall) / MICROS_A_SECOND));
    }
    if (this.identifiers !== undefined) properties.subscriptionIdentifiers = this.identifiers;
    return properties;
  }
}

export const copyFormat: MessageFormat<Copy> = {
  write(writer: RecordWriter, copy: Copy): void {
    writeMessage(writer, copy);
    writer.whole(copy.expiresAt);
    writer.u32(copy.identifiers?.length ?? 0);
    for (const identifier of copy.identifiers ?? []) writer.u32(identifier);
  },
  read(reader: RecordReader): Copy {
    const message = readMessage(reader);
    const expiresAt = reader.whole();
    const identifiers: number[] = [];
    for (let left = reader.u32(); left > 0; left--) identifiers.push(reader.u32());
    const some = identifiers.length > 0 ? identifiers : undefined;
    return new Copy(message, message.qos, message.retain, some, expiresAt);
  },
};

/** When a message that arrives now expires, in wall time: Infinity unless its publisher said [5.0/3.3.2.3.3]. */
export function expiryOf(message: Message, wall: Micros): Micros {
  const seconds = message.properties?.messageExpiryInterval;
  return seconds === undefined ? Infinity : wall + seconds * MICROS_A_SECOND;
}
