/**
 * What an event looks like from far away: the family of its packet, trouble, a broken promise, or some other mark. What a
 * sequence diagram does not show has no group; state, timers, disks and segments belong to other views.
 */
import { PACKET_TYPES } from '../../src/mqtt/codec/packet-type.ts';
import { fails } from '../../src/trace/assertion.ts';
import type { CommonLines } from '../../src/trace/common-lines.ts';
import type { PacketSent, TraceEvent } from '../../src/trace/event.ts';
import { FAMILIES, type Family, familyOf } from './family.ts';

export type Group = Family | 'violation' | 'mark';

/** A group has its place in this list as its number. */
export const GROUPS: readonly Group[] = [...FAMILIES, 'violation', 'mark'];

/** The number of what has no group. */
export const UNDRAWN = 255;

const FAULT = GROUPS.indexOf('fault');
const VIOLATION = GROUPS.indexOf('violation');
const MARK = GROUPS.indexOf('mark');
/** By the upper four bits of the first byte. */
const OF_TYPE = Uint8Array.from({ length: 16 }, (_, code) =>
  GROUPS.indexOf(familyOf(PACKET_TYPES[code]?.type)),
);

/** The number of a packet's group. */
function groupOfPacket({ bytes, malformed }: PacketSent): number {
  return bytes.length === 0 || malformed !== undefined ? FAULT : OF_TYPE[bytes[0]! >> 4]!;
}

/** As {@link groupOf}, of an event that was read as a line. */
export function groupOfLine({ bytes, kind, length, ok }: CommonLines): number {
  if (kind === 'packet.sent') return length === 0 ? FAULT : OF_TYPE[bytes[0]! >> 4]!;
  return kind === 'app.settled' && ok ? UNDRAWN : MARK;
}

/** The number of an event's group; a `packet.received` has that of its packet, which the event alone does not tell. */
export function groupOf(event: TraceEvent): number {
  switch (event.k) {
    case 'packet.sent':
      return groupOfPacket(event);
    case 'packet.received':
    case 'conn.dialled':
    case 'conn.established':
    case 'conn.ended':
    case 'app.call':
    case 'app.delivered':
    case 'node.resumed':
    case 'fault.ended':
    case 'note':
      return MARK;
    case 'packet.lost':
    case 'node.crashed':
    case 'node.power-cut':
    case 'node.paused':
    case 'fault.began':
      return FAULT;
    case 'websocket.sent':
      // Frames are drawn with what they carry.
      return event.what === 'request' || event.what === 'response' ? MARK : UNDRAWN;
    case 'verdict':
      return event.outcome === 'broken' ? VIOLATION : MARK;
    case 'node.started':
      return event.life > 1 ? MARK : UNDRAWN;
    case 'app.settled':
      return event.outcome === 'failed' ? MARK : UNDRAWN;
    case 'assert':
      return fails(event) ? VIOLATION : UNDRAWN;
    default:
      return UNDRAWN;
  }
}

/** True for what a sequence diagram shows. */
export function isDrawn(event: TraceEvent): boolean {
  return groupOf(event) !== UNDRAWN;
}
