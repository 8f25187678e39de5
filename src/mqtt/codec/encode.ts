import type { Packet, ProtocolVersion } from './packet.ts';
import { isPlain } from './plain-acknowledgement.ts';
import { plainPublish, write, writer } from './write-packet.ts';

/** A power of two. Packet Identifiers in use are mostly small, so most acknowledgements have been made before. */
const SMALL = 1024;

/** Those of the identifiers below {@link SMALL}, each at its own place, and behind them as many of others. */
type Remembered = (Uint8Array | undefined)[];

function nothing(): Remembered {
  const places: Remembered = [];
  for (let i = 0; i < 2 * SMALL; i++) places.push(undefined);
  return places;
}

const puback: Remembered = nothing();
const pubrec: Remembered = nothing();
const pubrel: Remembered = nothing();
const pubcomp: Remembered = nothing();

/**
 * Encodes a packet. Refuses whatever {@link decode} would refuse, by the same rules, and what the version has no
 * place for: properties or No Local before 5.0. What comes back is never written again; a short packet is a view of
 * a slab of 64 KiB, so copy what is to be kept for long.
 *
 * @param version of the connection; for a CONNECT its own counts instead
 * @throws {CodecError}
 */
export function encode(packet: Packet, version: ProtocolVersion): Uint8Array {
  // Half of all packets are acknowledgements that say nothing but which packet they are for, alike in every version. This is short enough
  // to become part of whoever encodes.
  const { type } = packet;
  let made: Remembered;
  if (type === 'puback') made = puback;
  else if (type === 'pubrec') made = pubrec;
  else if (type === 'pubrel') made = pubrel;
  else if (type === 'pubcomp') made = pubcomp;
  else return encodeOther(packet, version);
  const { packetId, properties, reasonCode } = packet;
  if (properties === undefined && (reasonCode === undefined || reasonCode === 0) && packetId < SMALL) {
    const known = made[packetId];
    if (known !== undefined) return known;
  }
  return encodeOther(packet, version);
}

function encodeOther(packet: Packet, version: ProtocolVersion): Uint8Array {
  return plain(packet, version) ?? writer.finish(write(packet, version));
}

/** What is made without much ado; undefined for any other packet. */
function plain(packet: Packet, version: ProtocolVersion): Uint8Array | undefined {
  switch (packet.type) {
    case 'publish':
      return plainPublish(packet, version);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return isPlain(packet.reasonCode, packet.properties)
        ? acknowledgementOf(packet.type, packet.packetId)
        : undefined;
    default:
      return undefined;
  }
}

/**
 * The four bytes of an acknowledgement that says nothing but which packet it is for; undefined where that is no Packet Identifier. Encoded
 * packets never change, so the same bytes serve again.
 */
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

/** Bytes {@link encode} would make of the packet, which Maximum Packet Size limits [5.0/MQTT-3.1.2-24]. */
export function encodedLength(packet: Packet, version: ProtocolVersion): number {
  write(packet, version);
  return writer.abandon();
}

function remembered(made: Remembered, firstByte: number, packetId: number): Uint8Array | undefined {
  const place = packetId < SMALL ? packetId : SMALL + (packetId & (SMALL - 1));
  const known = made[place];
  if (known !== undefined && (place < SMALL || ((known[2]! << 8) | known[3]!) === packetId)) return known;
  // What is no Packet Identifier is refused by the one who says why.
  if (!(packetId >= 1 && packetId <= 65_535 && Number.isInteger(packetId))) return undefined;
  // Of its own, not from a slab: it may live as long as the process.
  const bytes = new Uint8Array(4);
  bytes[0] = firstByte;
  bytes[1] = 2;
  bytes[2] = packetId >> 8;
  bytes[3] = packetId;
  made[place] = bytes;
  return bytes;
}
