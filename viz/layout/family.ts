/**
 * Families of control packets: what shares a colour and a line in every picture of a trace.
 *
 * The type of a packet is read from its first byte [MQTT-2.1.1], so that a picture of a long trace need
 * not decode what it does not show.
 */
import type { PacketType } from '../../src/mqtt/codec/packet.ts';
import { PACKET_TYPES } from '../../src/mqtt/codec/packet-type.ts';

export type Family = 'publish' | 'qos2' | 'connect' | 'subscribe' | 'ping' | 'fault';

/** The second channel beside colour, so that no fact hangs on colour alone. */
export interface FamilyStyle {
  /** What the family is called in a legend. */
  title: string;
  line: 'solid' | 'long-dash' | 'dotted';
  head: 'filled' | 'open';
  /** A small square where the arrow leaves. */
  squareTail: boolean;
}

export const FAMILY_STYLES: Readonly<Record<Family, FamilyStyle>> = {
  publish: { title: 'PUBLISH, PUBACK', line: 'solid', head: 'filled', squareTail: false },
  qos2: { title: 'PUBREC, PUBREL, PUBCOMP', line: 'long-dash', head: 'filled', squareTail: false },
  connect: { title: 'CONNECT, CONNACK, DISCONNECT, AUTH', line: 'solid', head: 'filled', squareTail: true },
  subscribe: {
    title: 'SUBSCRIBE, UNSUBSCRIBE and their ACKs',
    line: 'solid',
    head: 'open',
    squareTail: false,
  },
  ping: { title: 'PINGREQ, PINGRESP', line: 'dotted', head: 'open', squareTail: false },
  fault: { title: 'lost, broken or malformed', line: 'solid', head: 'filled', squareTail: false },
};

const FAMILIES: Readonly<Record<PacketType, Family>> = {
  connect: 'connect',
  connack: 'connect',
  publish: 'publish',
  puback: 'publish',
  pubrec: 'qos2',
  pubrel: 'qos2',
  pubcomp: 'qos2',
  subscribe: 'subscribe',
  suback: 'subscribe',
  unsubscribe: 'subscribe',
  unsuback: 'subscribe',
  pingreq: 'ping',
  pingresp: 'ping',
  disconnect: 'connect',
  auth: 'connect',
};

/** The type that the first byte announces; undefined for no bytes and for the forbidden type 0. */
export function packetTypeOf(bytes: Uint8Array): PacketType | undefined {
  return bytes.length === 0 ? undefined : PACKET_TYPES[bytes[0]! >> 4]?.type;
}

export function familyOf(type: PacketType | undefined): Family {
  return type === undefined ? 'fault' : FAMILIES[type];
}
