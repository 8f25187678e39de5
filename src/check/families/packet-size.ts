/** Maximum Packet Size of 5.0: nobody is sent a packet that is larger than it takes, and a message that would be is left out. */
import type { Disconnect, Packet } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import { type Answer, answerName } from '../evidence/acknowledgement.ts';
import type { Arrival } from '../evidence/message.ts';
import type { Session } from '../evidence/session.ts';
import type { Side } from '../evidence/side.ts';
import { matchingOf } from '../evidence/subscription.ts';
import { placeOf, type Tally } from '../tally.ts';

const MAXIMUM = placeOf('size.maximum');

const PACKET_TOO_LARGE = 0x95;
/** Header, identifiers and lengths: what a PUBLISH may have more or less of when it is sent on. */
const FRAME_BYTES = 16;
/** Of a Subscription Identifier, at most. */
const IDENTIFIER_BYTES = 5;

export class PacketSize {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  sent(side: Side, packet: Packet, bytes: number, i: number): void {
    const explains = packet.type !== 'publish' && explainsItself(packet);
    if (this.#exceeds(side, bytes, explains)) this.#broken(side, packetName(packet.type), bytes, explains, i);
  }

  /** The same of an acknowledgement; absent: it has nothing but its identifier. */
  acknowledged(side: Side, answer: Answer, packet: Packet | undefined, bytes: number, i: number): void {
    const explains = packet !== undefined && explainsItself(packet);
    if (this.#exceeds(side, bytes, explains)) this.#broken(side, answerName(answer), bytes, explains, i);
  }

  #exceeds(side: Side, bytes: number, explains: boolean): boolean {
    const { maximumPacketSize } = side;
    if (side.largest < bytes) side.largest = bytes;
    if (maximumPacketSize === Number.POSITIVE_INFINITY || !side.judged) return false;
    this.#tally.reachAt(MAXIMUM);
    if (explains) this.#tally.reach('size.explanations');
    return bytes > maximumPacketSize;
  }

  #broken(side: Side, packet: string, bytes: number, explains: boolean, i: number): void {
    const { name } = side.party;
    this.#tally.broken(
      explains ? 'size.explanations' : 'size.maximum',
      name,
      `${name} sent ${side.other.party.name} a ${packet} of ${bytes} bytes, and it takes ${side.maximumPacketSize} at most`,
      [i],
    );
  }

  /** A server sends its client away: not over what is too large for that [5.0/MQTT-3.1.2-25]. */
  refused(side: Side, packet: Disconnect, i: number): void {
    if (packet.reasonCode !== PACKET_TOO_LARGE || !side.judged) return;
    const { conn, other, party } = side;
    // It may mean what its client has sent.
    if (
      other.largest > (side.terms?.maximumPacketSize ?? Number.POSITIVE_INFINITY) ||
      other.garbled !== undefined
    )
      return;
    for (const { copies } of conn.session?.owed.all().values() ?? []) {
      const { arrival, takes } = copies[0]!;
      if (!isTooLarge(arrival, takes)) continue;
      this.#tally.broken(
        'size.maximum',
        party.name,
        `${party.name} closed ${conn.name} over a message on ${arrival.message.topic} of ${arrival.bytes} bytes, which it had to leave out: ` +
          `${conn.clientId} takes ${takes}`,
        [arrival.i, i],
      );
      return;
    }
  }
}

/** Whether a message may be larger as a PUBLISH to a session than `takes`. */
export function mayBeTooLarge({ bytes, message }: Arrival, session: Session, takes: number): boolean {
  if (takes === Number.POSITIVE_INFINITY) return false;
  const identified = matchingOf(session, message.topic).filter(
    ({ identifiers }) => identifiers?.some((id) => id > 0) ?? true,
  );
  return bytes + FRAME_BYTES + identified.length * IDENTIFIER_BYTES > takes;
}

/** Whether it certainly is. */
export function isTooLarge({ bytes }: Arrival, takes: number): boolean {
  return bytes - FRAME_BYTES > takes;
}

/** Whether a packet has a Reason String or User Properties, which are left out of what would be too large with them. */
export function explainsItself(packet: Packet): boolean {
  if (!('properties' in packet) || packet.properties === undefined) return false;
  return 'reasonString' in packet.properties || 'userProperties' in packet.properties;
}
