/**
 * The discipline of the wire: what the two sides of a connection owe each other packet by packet, whatever the packets are about.
 *
 * Every side is judged by its own eyes: by what it had read when it wrote. This file says which family looks at which packet; the
 * families keep what they remember in the {@link Side}.
 */
import type { CodecError } from '../mqtt/codec/codec-error.ts';
import type { Packet } from '../mqtt/codec/packet.ts';
import { PACKET_TYPES, packetName } from '../mqtt/codec/packet-type.ts';
import {
  type Acknowledgement,
  answerName,
  answerOf,
  identifierOf,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  refuses,
} from './evidence/acknowledgement.ts';
import type { Conn } from './evidence/conn.ts';
import { type Garbled, garbledBy } from './evidence/garbled.ts';
import type { Side } from './evidence/side.ts';
import { Announcements } from './families/announcements.ts';
import { Answers } from './families/answers.ts';
import { Authentication } from './families/authentication.ts';
import { FlowControl } from './families/flow-control.ts';
import { Formats } from './families/formats.ts';
import { Identifiers } from './families/identifiers.ts';
import { KeepAlive } from './families/keep-alive.ts';
import { goesAstray, Order } from './families/order.ts';
import { PacketSize } from './families/packet-size.ts';
import { TopicAliases } from './families/topic-aliases.ts';
import type { Tally } from './tally.ts';

export class Wire {
  readonly #flow: FlowControl;
  readonly #answers: Answers;
  readonly #identifiers: Identifiers;
  readonly #aliases: TopicAliases;
  readonly #size: PacketSize;
  readonly #keepAlive: KeepAlive;
  readonly #order: Order;
  readonly #authentication: Authentication;
  readonly #announcements: Announcements;
  readonly #formats: Formats;

  /** Who is seen to read what it reads when it reads it: elsewhere nobody knows by when a client had read its CONNACK. */
  readonly #seesClients: boolean;
  readonly #seesBothEnds: boolean;

  constructor(tally: Tally) {
    this.#seesBothEnds = tally.vantage === 'both-ends';
    this.#seesClients = this.#seesBothEnds || tally.vantage === 'client';
    this.#flow = new FlowControl(tally);
    this.#answers = new Answers(tally);
    this.#identifiers = new Identifiers(tally);
    this.#aliases = new TopicAliases(tally);
    this.#size = new PacketSize(tally);
    this.#keepAlive = new KeepAlive(tally);
    this.#order = new Order(tally);
    this.#authentication = new Authentication(tally);
    this.#announcements = new Announcements(tally);
    this.#formats = new Formats(tally);
  }

  /** `side` wrote a packet that acknowledges no message. */
  sent(side: Side, packet: Packet, bytes: number, i: number, t: number): void {
    this.#formats.sent(side, packet, i);
    this.#order.sent(side, packet, i);
    this.#size.sent(side, packet, bytes, i);
    if (side.isServer) this.#sentByServer(side, packet, i, t);
    else this.#sentByClient(side, packet, i, t);
    side.spokeAt = i;
    side.spokeTime = t;
  }

  /** `side` wrote an acknowledgement, of which less has to be asked; `packet` is absent where it says no more. */
  acknowledged(
    side: Side,
    acknowledgement: Acknowledgement,
    packet: Packet | undefined,
    bytes: number,
    i: number,
    t: number,
  ): void {
    const answer = answerOf(acknowledgement);
    this.#formats.acknowledged(side, packet, i);
    this.#order.acknowledged(side, answer, i);
    this.#size.acknowledged(side, answer, packet, bytes, i);
    if (!side.isServer) {
      this.#keepAlive.spoke(side, i, t);
      if (side.connack === undefined) this.#authentication.early(side, PACKET_TYPES[answer]!.type, i);
    }
    this.#answers.acknowledged(side, answer, identifierOf(acknowledgement), i);
    if (side.isServer) this.#announcements.explained(side, packet, i);
    side.spokeAt = i;
    side.spokeTime = t;
  }

  #sentByClient(side: Side, packet: Packet, i: number, t: number): void {
    this.#keepAlive.spoke(side, i, t);
    if (side.connack === undefined) this.#authentication.early(side, packet.type, i);
    switch (packet.type) {
      case 'connect':
        if (side.connect === undefined) side.opens(packet);
        return;
      case 'publish':
        this.#flow.sent(side, packet, i);
        this.#aliases.sent(side, packet, i);
        this.#identifiers.published(side, packet, i);
        this.#announcements.published(side, packet, i);
        return;
      case 'subscribe':
        this.#announcements.subscribed(side, packet, i);
        this.#identifiers.requested(side, packet, i);
        return;
      case 'unsubscribe':
        this.#identifiers.requested(side, packet, i);
        return;
      case 'pingreq':
        this.#keepAlive.pinged(side);
        side.pings++;
        return;
      case 'auth':
        this.#authentication.sent(side, packet, i);
        return;
      case 'disconnect':
        this.#aliases.refused(side, packet, i);
        this.#order.farewell(side, packet, i, t);
        return;
    }
  }

  #sentByServer(side: Side, packet: Packet, i: number, t: number): void {
    switch (packet.type) {
      case 'connack':
        this.#authentication.sent(side, packet, i);
        this.#announcements.accepted(side, packet, i);
        this.#answers.accepted(side, packet, i);
        this.#order.answered(side, i);
        this.#order.farewell(side, packet, i, t);
        if (side.connack === undefined) side.answers(packet);
        return;
      case 'publish':
        this.#flow.sent(side, packet, i);
        this.#aliases.sent(side, packet, i);
        return;
      case 'suback':
      case 'unsuback':
        this.#answers.coded(side, packet, i);
        this.#answers.answered(side, packet, i);
        break;
      case 'pingresp':
        this.#answers.ponged(side, i, t);
        return;
      case 'auth':
        this.#authentication.sent(side, packet, i);
        break;
      case 'disconnect':
        this.#aliases.refused(side, packet, i);
        this.#size.refused(side, packet, i);
        this.#answers.refused(side, packet, i);
        this.#keepAlive.heard(side, i, t);
        this.#keepAlive.timedOut(side, packet, i, t);
        this.#order.farewell(side, packet, i, t);
        return;
    }
    this.#announcements.explained(side, packet, i);
  }

  /** `side` read one. */
  acknowledgementRead(side: Side, acknowledgement: Acknowledgement, i: number, t: number): void {
    if (side.isServer) this.#heard(side, i, t);
    const answer = answerOf(acknowledgement);
    switch (answer) {
      case PUBACK:
      case PUBCOMP:
        this.#flow.returned(side);
        break;
      case PUBREC:
        if (refuses(acknowledgement)) this.#flow.returned(side);
        else this.#answers.asked(side, PUBREL, identifierOf(acknowledgement), i);
        break;
      case PUBREL:
        this.#answers.asked(side, PUBCOMP, identifierOf(acknowledgement), i);
        break;
    }
    if (side.isServer && side.connect === undefined) this.#unannounced(side, answerName(answer), i, t);
  }

  #heard(side: Side, i: number, t: number): void {
    this.#keepAlive.heard(side, i, t);
    side.heardAt = i;
    side.heardTime = t;
  }

  #unannounced(side: Side, packet: string, i: number, t: number): void {
    this.#order.offended(side, `read ${packet} instead of CONNECT`, i, t);
  }

  /** `side` read such a packet. */
  read(side: Side, packet: Packet, i: number, t: number): void {
    if (side.isServer) this.#heard(side, i, t);
    if (goesAstray(packet.type, side.other))
      this.#order.offended(side, `read ${packetName(packet.type)}, which only it may send`, i, t);
    switch (packet.type) {
      case 'connect':
        if (side.connect !== undefined) this.#order.offended(side, 'read a second CONNECT', i, t);
        else side.hears(packet);
        return;
      case 'connack':
        side.heardAt = i;
        side.heardTime = t;
        side.answers(packet);
        if (this.#seesClients) side.learns(packet);
        // What it had before it was first seen nobody knows anywhere else.
        if (this.#seesBothEnds) this.#order.welcomed(side, packet, i, t);
        return;
      case 'publish':
        this.#aliases.read(side, packet);
        this.#answers.published(side, packet, i);
        break;
      case 'subscribe':
      case 'unsubscribe':
        this.#answers.requested(side, packet, i);
        break;
      case 'suback':
      case 'unsuback':
        this.#identifiers.answered(side, packet.packetId);
        break;
      case 'pingreq':
        this.#answers.pinged(side, i, t);
        break;
      case 'pingresp':
        side.pings = 0;
        break;
      case 'auth':
        this.#authentication.passed(side, packet);
        break;
    }
    if (side.isServer && side.connect === undefined) this.#unannounced(side, packetName(packet.type), i, t);
  }

  /** `side` wrote bytes that are not even cut as a packet is, or only the beginning of one. */
  garbled(side: Side, i: number, what: Garbled = 'bytes'): void {
    side.aliasesInvalid = true;
    side.garbled ??= new Map();
    side.garbled.set(i, what);
  }

  /** `side` wrote a packet that the codec refuses. */
  misformed(side: Side, bytes: Uint8Array, error: CodecError, i: number): void {
    this.#formats.refused(side, bytes, error, i);
    this.garbled(side, i, garbledBy(bytes, error));
  }

  /** `side` read something whose sending was no packet, when it was `sentAt`. */
  readGarbled(side: Side, sentAt: number, i: number, t: number): void {
    const what = side.other.garbled?.get(sentAt);
    if (what === undefined) return;
    side.other.garbled!.delete(sentAt);
    this.#order.misread(side, what, i, t);
  }

  /** `side` learned or decided that the connection is over. */
  ended(side: Side, i: number, t: number): void {
    if (side.ended) return;
    side.ended = true;
    this.#look(side, i, t);
    // What is known of the other end is that it is gone.
    if (!this.#seesBothEnds) this.ended(side.other, i, t);
  }

  /** The run is over, at `t`. `quiet`: nobody owes anybody anything. */
  finish(conns: Iterable<Conn>, quiet: boolean, t: number): void {
    for (const conn of conns) {
      for (const side of [conn.clientSide, conn.serverSide]) {
        if (side.ended) continue;
        this.#look(side, 0, t);
        const standing =
          conn.taken && !side.other.ended && side.party.isRunning && side.other.party.isRunning;
        if (!quiet || !standing || side.duty !== undefined || (conn.leaving && !side.isServer)) continue;
        if (side.connack === undefined) this.#answers.unaccepted(side);
        else if (side.connack.reasonCode === 0) this.#answers.finish(side);
      }
    }
  }

  /** What has lasted too long by now. */
  #look(side: Side, i: number, t: number): void {
    this.#order.closed(side, i, t);
    if (side.isServer) {
      this.#keepAlive.heard(side, i, t);
      this.#answers.unponged(side, t);
    } else this.#keepAlive.spoke(side, i, t);
  }
}
