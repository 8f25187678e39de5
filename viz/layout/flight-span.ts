/** A packet between two stations of a topology, and what is said of it. */
import type { QoS } from '../../src/mqtt/codec/packet.ts';
import { PACKET_TYPES } from '../../src/mqtt/codec/packet-type.ts';
import type { PacketSent } from '../../src/trace/event.ts';
import { type Family, familyOf, packetTypeOf } from '../index/family.ts';
import { readFacts } from './packet-facts.ts';
import { labelParts } from './packet-label.ts';

export interface FlightSpan {
  /** Ordinal of its departure. */
  i: number;
  edge: number;
  from: number;
  to: number;
  t1: number;
  /** When it arrived or was lost; Infinity while under way. */
  t2: number;
  fate: 'arrived' | 'lost' | 'under-way';
  /** How far it gets: 1 is there. */
  reach: number;
  family: Family;
  /** QoS of a PUBLISH. */
  qos: QoS;
  accused: boolean;
  /** Its place among those that left in the same instant on the same way, from 0. */
  slot: number;
  text: string;
}

/** What the bytes of a packet say. */
export function flightWords(sent: PacketSent): Pick<FlightSpan, 'family' | 'qos' | 'text'> {
  const facts = readFacts(sent);
  return {
    family: facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault',
    qos: facts.type === 'publish' ? facts.qos : 0,
    text: labelParts(facts)
      .map((part) => part.text)
      .join(' '),
  };
}

/** What its first byte says, for packets that are too many to be read [5.0/2.1.1]. */
export function flightLooks(firstByte: number): Pick<FlightSpan, 'family' | 'qos' | 'text'> {
  const type = PACKET_TYPES[firstByte >> 4]?.type;
  const level = (firstByte >> 1) & 3;
  return {
    family: familyOf(type),
    qos: type === 'publish' && level !== 3 ? (level as QoS) : 0,
    text: type?.toUpperCase() ?? 'bytes',
  };
}
