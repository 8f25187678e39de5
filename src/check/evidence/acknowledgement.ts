/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP: of what is sent at QoS 2 seven packets in eight. There is little to know of one: its type, the packet
 * that it is for, and whether it refuses that. So each is a number.
 */
import type { Packet, Puback, Pubcomp, Pubrec, Pubrel } from '../../mqtt/codec/packet.ts';
import { PACKET_TYPES, packetTypeDefinition } from '../../mqtt/codec/packet-type.ts';
import { acknowledgedBy } from '../../mqtt/codec/plain-acknowledgement.ts';

/** The Packet Identifier, with the type above it, and above that whether it refuses. */
export type Acknowledgement = number;

/** Types of packets that answer others, as the first byte has them. */
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBACK = 9;
export const UNSUBACK = 11;

export type Answer =
  | typeof PUBACK
  | typeof PUBREC
  | typeof PUBREL
  | typeof PUBCOMP
  | typeof SUBACK
  | typeof UNSUBACK;

const IDENTIFIERS = 0x1_0000;
const REFUSAL = 16 * IDENTIFIERS;

type AcknowledgingPacket = Puback | Pubrec | Pubrel | Pubcomp;

/** What these bytes acknowledge, when they say nothing else; 0 for any other packet. */
export function plainlyAcknowledged(bytes: Uint8Array): Acknowledgement {
  const packetId = acknowledgedBy(bytes);
  return packetId === 0 ? 0 : keyOf((bytes[0]! >> 4) as Answer, packetId);
}

export function acknowledges(packet: Packet): packet is AcknowledgingPacket {
  const { type } = packet;
  return type === 'puback' || type === 'pubrec' || type === 'pubrel' || type === 'pubcomp';
}

export function acknowledgementOf({ type, packetId, reasonCode = 0 }: AcknowledgingPacket): Acknowledgement {
  const key = keyOf(packetTypeDefinition(type).code as Answer, packetId);
  return reasonCode >= 0x80 ? key | REFUSAL : key;
}

/** One number for an answer and its Packet Identifier: that of an acknowledgement that does not refuse. */
export function keyOf(answer: Answer, packetId: number): number {
  return answer * IDENTIFIERS + packetId;
}

export function answerOf(acknowledgement: Acknowledgement): Answer {
  return ((acknowledgement >> 16) & 0xf) as Answer;
}

export function identifierOf(acknowledgement: Acknowledgement): number {
  return acknowledgement & (IDENTIFIERS - 1);
}

/** Whether it says that its message, or its identifier, is not taken [5.0/3.5.2.1]. */
export function refuses(acknowledgement: Acknowledgement): boolean {
  return acknowledgement >= REFUSAL;
}

/** As the standard writes it: `PUBREC`. */
export function answerName(answer: Answer): string {
  return PACKET_TYPES[answer]!.name;
}
