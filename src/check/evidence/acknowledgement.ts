/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP: of what is sent at QoS 2 seven packets in eight. Most say nothing but which packet they are for; of those
 * many are alike, and nobody changes a packet that was seen.
 */
import type { Puback, Pubcomp, Pubrec, Pubrel } from '../../mqtt/codec/packet.ts';
import { PACKET_TYPES } from '../../mqtt/codec/packet-type.ts';
import { acknowledgedBy } from '../../mqtt/codec/plain-acknowledgement.ts';

export type Acknowledgement = Puback | Pubrec | Pubrel | Pubcomp;

/** A power of two. */
const REMEMBERED = 256;

const remembered: (Acknowledgement | undefined)[] = [];
for (let place = 0; place < 16 * REMEMBERED; place++) remembered.push(undefined);

const PUBACK = 4;
const PUBCOMP = 7;

/** Whether these are the bytes of an acknowledgement, by the first of them. */
export function acknowledges(bytes: Uint8Array): boolean {
  const type = bytes[0]! >> 4;
  return type >= PUBACK && type <= PUBCOMP;
}

/** The packet that these bytes are, when it says only which packet it acknowledges; undefined for any other. */
export function plainlyAcknowledged(bytes: Uint8Array): Acknowledgement | undefined {
  const packetId = acknowledgedBy(bytes);
  if (packetId === 0) return undefined;
  const type = bytes[0]! >> 4;
  const place = type * REMEMBERED + (packetId & (REMEMBERED - 1));
  let packet = remembered[place];
  if (packet?.packetId !== packetId) {
    packet = { type: PACKET_TYPES[type]!.type as Acknowledgement['type'], packetId };
    remembered[place] = packet;
  }
  return packet;
}
