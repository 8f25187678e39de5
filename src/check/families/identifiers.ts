/**
 * Packet identifiers of clients: a new request has one that is not in use.
 *
 * Identifiers of messages among themselves are judged with the messages, over all connections of a session (`exchange.ts`); here
 * SUBSCRIBE and UNSUBSCRIBE join them. Those two are forgotten with their connection.
 */
import type { Publish, Subscribe, Unsubscribe } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import type { Side } from '../evidence/side.ts';
import { placeOf, type Tally } from '../tally.ts';

const UNUSED = placeOf('identifier.unused');

export class Identifiers {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A client wrote a SUBSCRIBE or UNSUBSCRIBE. */
  requested(side: Side, packet: Subscribe | Unsubscribe, i: number): void {
    const { packetId } = packet;
    const standing = side.requests?.get(packetId);
    side.requests ??= new Map();
    side.requests.set(packetId, packet);
    if (!side.judged) return;
    this.#tally.reach('identifier.unused');
    if (standing !== undefined) this.#inUse(side, packet, `a ${packetName(standing.type)}`, i);
    const { conn, party } = side;
    const flight = conn.up?.flights.get(packetId);
    // A client that lost its memory may have lost the message too.
    if (flight === undefined || flight.crashes !== party.crashes) return;
    this.#inUse(side, packet, `the message on ${flight.topic} sent at event ${flight.at}`, i);
  }

  /** A client wrote a PUBLISH. */
  published(side: Side, packet: Publish, i: number): void {
    if (packet.qos === 0 || !side.judged) return;
    this.#tally.reachAt(UNUSED);
    const standing = side.requests?.get(packet.packetId!);
    if (standing !== undefined) this.#inUse(side, packet, `a ${packetName(standing.type)}`, i);
  }

  /** A client read SUBACK or UNSUBACK. */
  answered(side: Side, packetId: number): void {
    side.requests?.delete(packetId);
  }

  #inUse(side: Side, packet: Publish | Subscribe | Unsubscribe, by: string, i: number): void {
    const { name } = side.party;
    this.#tally.broken(
      'identifier.unused',
      name,
      `${name} sent ${packetName(packet.type)} #${packet.packetId} on ${side.conn.name}, and that identifier still belongs to ${by}`,
      [i],
    );
  }
}
