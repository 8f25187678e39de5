/**
 * Families of control packets: what shares a colour and a line in every picture of a trace.
 *
 * The type of a packet is read from its first byte [MQTT-2.1.1], so that a picture of a long trace need
 * not decode what it does not show.
 */
import type { PacketType } from '../../src/mqtt/codec/packet.ts';
import { PACKET_TYPES } from '../../src/mqtt/codec/packet-type.ts';

export type Family = 'publish' | 'qos2' | 'connect' | 'subscribe' | 'ping' | 'fault';

/** In the order in which legends name them and bars are stacked. */
export const FAMILIES: readonly Family[] = ['publish', 'qos2', 'connect', 'subscribe', 'ping', 'fault'];

const FAMILY_OF: Readonly<Record<PacketType, Family>> = {
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
  return type === undefined ? 'fault' : FAMILY_OF[type];
}
