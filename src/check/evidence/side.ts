/** One side of a connection, as its own eyes see it: what it wrote, and what it had read by then. */

import type { Connack, Connect, Subscribe, Unsubscribe } from '../../mqtt/codec/packet.ts';
import type { Conn } from './conn.ts';
import type { Garbled } from './garbled.ts';
import type { Party } from './party.ts';
import { Pending } from './pending.ts';

/** Receive Maximum of who names none [5.0/3.1.2.11.3] [5.0/3.2.2.3.3]. */
const RECEIVE_MAXIMUM = 65_535;

/** Why a side has to close its connection. */
export interface Duty {
  rule:
    | 'authentication.again'
    | 'authentication.refused'
    | 'error.closes'
    | 'error.connect'
    | 'error.options'
    | 'error.protocol'
    | 'order.disconnect'
    | 'order.refused'
    | 'session.strange';
  /** What it did or read, in words that follow its name. */
  text: string;
  /** Ordinal and virtual time of that. */
  i: number;
  t: number;
}

export class Side {
  readonly conn: Conn;
  readonly party: Party;
  readonly isServer: boolean;
  /** False for peers, which may do what they like. */
  readonly judged: boolean;
  /** Set once by the connection. */
  other!: Side;
  /** The CONNECT and the CONNACK that this side wrote or read. */
  connect: Connect | undefined = undefined;
  connack: Connack | undefined = undefined;
  /** In seconds; 0 while there is none, or none that this side knows. */
  keepAlive = 0;
  /** As CONNECT asked: a server explains itself in CONNACK and DISCONNECT alone [5.0/MQTT-3.1.2-29]. */
  wantsNoReasons = false;
  /** What the other side takes. Until that was read nobody can keep to it. */
  receiveMaximum = Number.POSITIVE_INFINITY;
  maximumPacketSize = Number.POSITIVE_INFINITY;
  topicAliasMaximum = Number.POSITIVE_INFINITY;
  /** Bytes of the largest packet that it has sent. */
  largest = 0;
  /** Messages of QoS 1 and 2 that it has sent, less those that gave back what they took of the quota [5.0/4.9]. */
  spent = 0;
  /** Aliases that it has set. Most connections have none, as with all that is undefined at first. */
  aliases: Set<number> | undefined = undefined;
  /** It has sent one that the other does not take, or one without a topic that was not set, or what is no packet. */
  aliasesInvalid = false;
  /** Ordinal and virtual time of the last packet that it wrote; 0 before the first. */
  spokeAt = 0;
  spokeTime = 0;
  /** Ordinal and virtual time of what it read: of a client CONNACK, of a server the last packet. */
  heardAt = 0;
  heardTime = 0;
  /** What it has read and not answered: ordinals of the reading, by `keyOf`. */
  readonly asked = new Pending<number>();
  /** Of those, how often the same came again before it was answered. */
  repeats: Map<number, number> | undefined = undefined;
  /** Those that it read while its quota was spent. */
  askedWhenSpent: Set<number> | undefined = undefined;
  /** What it has sent and has no answer to, of SUBSCRIBE and UNSUBSCRIBE; a server: what it has to answer. */
  requests: Map<number, Subscribe | Unsubscribe> | undefined = undefined;
  /** PINGREQ without an answer: of a client those it sent, of a server those it read; ordinal and virtual time of the first. */
  pings = 0;
  pingAt = 0;
  pingTime = 0;
  /** Ordinal of the DISCONNECT it wrote, or of the CONNACK that refused; 0 before. */
  farewellAt = 0;
  /** What it wrote that is no packet, by ordinal, until that is read. */
  garbled: Map<number, Garbled> | undefined = undefined;
  duty: Duty | undefined = undefined;
  /** A re-authentication is under way, as it knows. */
  proves = false;
  /** A server read a CONNECT before 5.0 with something wrong in it: there is no answer to that. */
  owesSilence = false;
  /** It knows that the connection is over. */
  ended = false;

  constructor(conn: Conn, party: Party, isServer: boolean) {
    this.conn = conn;
    this.party = party;
    this.isServer = isServer;
    this.judged = party.role !== 'peer';
  }

  /** What it has said of itself. */
  get terms() {
    return (this.isServer ? this.connack : this.connect)?.properties;
  }

  /** It wrote or read CONNECT. */
  opens(connect: Connect): void {
    this.connect = connect;
    this.wantsNoReasons = connect.properties?.requestProblemInformation === 0;
    this.#agree();
  }

  /** It wrote or read CONNACK. */
  answers(connack: Connack): void {
    this.connack = connack;
    this.#agree();
  }

  #agree(): void {
    const { connect, connack } = this;
    if (connect === undefined || connack === undefined || connack.reasonCode !== 0) this.keepAlive = 0;
    else this.keepAlive = connack.properties?.serverKeepAlive ?? connect.keepAlive;
  }

  /** A server has read what its client takes. */
  hears(connect: Connect): void {
    this.opens(connect);
    if (connect.protocolVersion === 5) this.#keepsTo(connect.properties);
  }

  /** A client has read what its server takes. */
  learns(connack: Connack): void {
    if (this.conn.v === 5) this.#keepsTo(connack.properties);
  }

  /** No more than `terms` is sent from here on. */
  #keepsTo(
    terms: { receiveMaximum?: number; maximumPacketSize?: number; topicAliasMaximum?: number } | undefined,
  ): void {
    this.receiveMaximum = terms?.receiveMaximum ?? RECEIVE_MAXIMUM;
    this.maximumPacketSize = terms?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.topicAliasMaximum = terms?.topicAliasMaximum ?? 0;
  }
}
