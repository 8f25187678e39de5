import { encodedLength } from '../codec/encode.ts';
import type { Connack, Packet, ProtocolVersion, Subscribe, Unsubscribe } from '../codec/packet.ts';
import { hasWildcard, parseShared } from '../topic/index.ts';
import type { ClientError } from './application.ts';
import type { ClientMessage } from './client-session.ts';
import { publishPacket } from './packets.ts';

/** What the server of one connection takes, as its CONNACK said; before 5.0 nothing is said and everything goes. */
export class ServerLimits {
  readonly #version: ProtocolVersion;
  readonly #maximumPacketSize: number;
  readonly #maximumQoS: number;
  readonly #retainAvailable: boolean;
  readonly #wildcards: boolean;
  readonly #shared: boolean;
  readonly #subscriptionIdentifiers: boolean;
  /** Unacknowledged PUBLISHes with QoS above 0. */
  readonly receiveMaximum: number;
  /** The highest topic alias we may give; 0 is none [5.0/MQTT-3.2.2-17] [5.0/MQTT-3.2.2-18]. */
  readonly topicAliasMaximum: number;

  constructor(connack: Connack, version: ProtocolVersion) {
    this.#version = version;
    this.#maximumPacketSize = connack.properties?.maximumPacketSize ?? Infinity;
    this.#maximumQoS = connack.properties?.maximumQoS ?? 2;
    this.#retainAvailable = connack.properties?.retainAvailable !== 0;
    this.#wildcards = connack.properties?.wildcardSubscriptionAvailable !== 0;
    this.#shared = connack.properties?.sharedSubscriptionAvailable !== 0;
    this.#subscriptionIdentifiers = connack.properties?.subscriptionIdentifiersAvailable !== 0;
    this.receiveMaximum = connack.properties?.receiveMaximum ?? 65_535;
    this.topicAliasMaximum = connack.properties?.topicAliasMaximum ?? 0;
  }

  equals(other: ServerLimits): boolean {
    return (
      this.#version === other.#version &&
      this.#maximumPacketSize === other.#maximumPacketSize &&
      this.#maximumQoS === other.#maximumQoS &&
      this.#retainAvailable === other.#retainAvailable &&
      this.#wildcards === other.#wildcards &&
      this.#shared === other.#shared &&
      this.#subscriptionIdentifiers === other.#subscriptionIdentifiers &&
      this.receiveMaximum === other.receiveMaximum &&
      this.topicAliasMaximum === other.topicAliasMaximum
    );
  }

  /** Whether a packet is no longer than the server takes [5.0/MQTT-3.2.2-15]. */
  takes(packet: Packet): boolean {
    return (
      this.#maximumPacketSize === Infinity || encodedLength(packet, this.#version) <= this.#maximumPacketSize
    );
  }

  /** Why a PUBLISH of this message may not be sent, if so [5.0/MQTT-3.2.2-11] [5.0/MQTT-3.2.2-14] [5.0/MQTT-3.2.2-15]. */
  objection(message: ClientMessage): ClientError | undefined {
    if (message.qos > this.#maximumQoS) {
      return { kind: 'refused', message: `the server takes QoS ${this.#maximumQoS} at most` };
    }
    if (message.retain && !this.#retainAvailable) {
      return { kind: 'refused', message: 'the server takes no retained messages' };
    }
    if (this.#maximumPacketSize === Infinity) return undefined;
    const length = encodedLength(publishPacket(message, 1, false, 0), this.#version);
    if (length <= this.#maximumPacketSize) return undefined;
    return {
      kind: 'packet-too-large',
      message: `the message makes a packet of ${length} bytes, the server takes ${this.#maximumPacketSize}`,
    };
  }

  /**
   * Why a SUBSCRIBE or UNSUBSCRIBE may not be sent, if so [5.0/3.2.2.3.11 to 3.2.2.3.13] [5.0/MQTT-3.2.2-15]. The reason code is the one
   * the server would have to answer with.
   */
  requestObjection(packet: Subscribe | Unsubscribe): (ClientError & { reasonCode: number }) | undefined {
    if (packet.type === 'subscribe') {
      if (!this.#subscriptionIdentifiers && packet.properties?.subscriptionIdentifier !== undefined) {
        return refusal('the server knows no subscription identifiers', 0xa1);
      }
      for (const { filter } of packet.subscriptions) {
        if (!this.#shared && parseShared(filter) !== undefined) {
          return refusal(`the server has no shared subscriptions, '${filter}' is one`, 0x9e);
        }
        if (!this.#wildcards && hasWildcard(filter)) {
          return refusal(`the server takes no wildcards, '${filter}' has one`, 0xa2);
        }
      }
    }
    if (this.takes(packet)) return undefined;
    const message = `the ${packet.type} is longer than the ${this.#maximumPacketSize} bytes the server takes`;
    return { kind: 'packet-too-large', message, reasonCode: 0x95 };
  }
}

/** Those of the CONNACK before, by version: a fleet is told the same again and again. */
const last = new Map<ProtocolVersion, ServerLimits>();

export function limitsOf(connack: Connack, version: ProtocolVersion): ServerLimits {
  const before = last.get(version);
  const limits = new ServerLimits(connack, version);
  if (before?.equals(limits) === true) return before;
  last.set(version, limits);
  return limits;
}

function refusal(message: string, reasonCode: number): ClientError & { reasonCode: number } {
  return { kind: 'refused', message, reasonCode };
}
