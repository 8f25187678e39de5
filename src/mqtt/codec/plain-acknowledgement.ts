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
  const { type } = packet;
  if (type !== 'puback' && type !== 'pubrec' && type !== 'pubrel' && type !== 'pubcomp') return undefined;
  return isPlain(packet.reasonCode, packet.properties) ? acknowledgementOf(type, packet.packetId) : undefined;
}

/** The four bytes of an acknowledgement that says nothing but which packet it is for. */
export function acknowledgementOf(
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetId: number,
): Uint8Array | undefined {
  switch (type) {
    case 'puback':
      return remembered(puback, 0x40, packetId);
    case 'pubrec':
      return remembered(pubrec, 0x50, packetId);
    case 'pubrel':
      return remembered(pubrel, 0x62, packetId);
    case 'pubcomp':
      return remembered(pubcomp, 0x70, packetId);
  }
}

/** The Packet Identifier in an acknowledgement of four bytes, which says nothing else; 0 for any other packet. */
export function acknowledgedBy(bytes: Uint8Array): number {
  if (bytes.length !== 4 || bytes[1] !== 2) return 0;
  const first = bytes[0]!;
  if (first !== 0x40 && first !== 0x50 && first !== 0x62 && first !== 0x70) return 0;
  return (bytes[2]! << 8) | bytes[3]!;
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
