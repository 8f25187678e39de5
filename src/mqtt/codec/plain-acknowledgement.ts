import type { Packet } from './packet.ts';

/** A power of two. Packet Identifiers in use are mostly small, so most acknowledgements have been made before. */
const REMEMBERED = 1024;

type Remembered = (Uint8Array | undefined)[];

const puback: Remembered = new Array(REMEMBERED).fill(undefined);
const pubrec: Remembered = new Array(REMEMBERED).fill(undefined);
const pubrel: Remembered = new Array(REMEMBERED).fill(undefined);
const pubcomp: Remembered = new Array(REMEMBERED).fill(undefined);

/**
 * The four bytes of an acknowledgement that says nothing but which packet it is for: half of all packets, alike in
 * every version. Encoded packets never change, so the same bytes serve again. Undefined for any other packet.
 */
export function plainAcknowledgement(packet: Packet): Uint8Array | undefined {
  switch (packet.type) {
    case 'puback':
      return isPlain(packet.reasonCode, packet.properties)
        ? remembered(puback, 0x40, packet.packetId)
        : undefined;
    case 'pubrec':
      return isPlain(packet.reasonCode, packet.properties)
        ? remembered(pubrec, 0x50, packet.packetId)
        : undefined;
    case 'pubrel':
      return isPlain(packet.reasonCode, packet.properties)
        ? remembered(pubrel, 0x62, packet.packetId)
        : undefined;
    case 'pubcomp':
      return isPlain(packet.reasonCode, packet.properties)
        ? remembered(pubcomp, 0x70, packet.packetId)
        : undefined;
    default:
      return undefined;
  }
}

/** Whether an acknowledgement is only its Packet Identifier on the wire. */
export function isPlain(reasonCode: number | undefined, properties: object | undefined): boolean {
  return (reasonCode === undefined || reasonCode === 0) && properties === undefined;
}

function remembered(made: Remembered, firstByte: number, packetId: number): Uint8Array | undefined {
  const known = made[packetId & (REMEMBERED - 1)];
  if (known !== undefined && ((known[2]! << 8) | known[3]!) === packetId) return known;
  // What is no Packet Identifier is refused by the one who says why.
  if (!(packetId >= 1 && packetId <= 65_535 && Number.isInteger(packetId))) return undefined;
  // Of its own, not from a slab: it may live as long as the process.
  const bytes = new Uint8Array(4);
  bytes[0] = firstByte;
  bytes[1] = 2;
  bytes[2] = packetId >> 8;
  bytes[3] = packetId;
  made[packetId & (REMEMBERED - 1)] = bytes;
  return bytes;
}
