import type { PacketType, ProtocolVersion } from './packet.ts';

/** Who may send a packet, a property or a Reason Code. */
export type Sender = 'client' | 'server' | 'both';

/** A row of Table 2-1 and Table 2-2: the types of MQTT Control Packets. */
export interface PacketTypeDefinition {
  type: PacketType;
  /** As the standard writes it. */
  name: string;
  /** The upper four bits of the first byte. */
  code: number;
  /** The lower four bits of the first byte [3.1.1/MQTT-2.2.2-1]; those of a PUBLISH carry DUP, QoS and RETAIN instead. */
  flags: number;
  sender: Sender;
  /** The statement that fixes the flags of this type, in 3.1.1 and in 5.0. */
  flagsRule: readonly [before5: string, since5: string];
}

const FLAGS = ['3.1.1/MQTT-2.2.2-2', '5.0/MQTT-2.1.3-1'] as const;

/** All 15 types by their code; index 0 is reserved and forbidden. AUTH exists since 5.0. */
export const PACKET_TYPES: readonly (PacketTypeDefinition | undefined)[] = [
  undefined,
  { type: 'connect', name: 'CONNECT', code: 1, flags: 0, sender: 'client', flagsRule: FLAGS },
  { type: 'connack', name: 'CONNACK', code: 2, flags: 0, sender: 'server', flagsRule: FLAGS },
  {
    type: 'publish',
    name: 'PUBLISH',
    code: 3,
    flags: 0,
    sender: 'both',
    flagsRule: ['3.1.1/MQTT-3.3.1-4', '5.0/MQTT-3.3.1-4'],
  },
  { type: 'puback', name: 'PUBACK', code: 4, flags: 0, sender: 'both', flagsRule: FLAGS },
  { type: 'pubrec', name: 'PUBREC', code: 5, flags: 0, sender: 'both', flagsRule: FLAGS },
  {
    type: 'pubrel',
    name: 'PUBREL',
    code: 6,
    flags: 2,
    sender: 'both',
    flagsRule: ['3.1.1/MQTT-3.6.1-1', '5.0/MQTT-3.6.1-1'],
  },
  { type: 'pubcomp', name: 'PUBCOMP', code: 7, flags: 0, sender: 'both', flagsRule: FLAGS },
  {
    type: 'subscribe',
    name: 'SUBSCRIBE',
    code: 8,
    flags: 2,
    sender: 'client',
    flagsRule: ['3.1.1/MQTT-3.8.1-1', '5.0/MQTT-3.8.1-1'],
  },
  { type: 'suback', name: 'SUBACK', code: 9, flags: 0, sender: 'server', flagsRule: FLAGS },
  {
    type: 'unsubscribe',
    name: 'UNSUBSCRIBE',
    code: 10,
    flags: 2,
    sender: 'client',
    flagsRule: ['3.1.1/MQTT-3.10.1-1', '5.0/MQTT-3.10.1-1'],
  },
  { type: 'unsuback', name: 'UNSUBACK', code: 11, flags: 0, sender: 'server', flagsRule: FLAGS },
  { type: 'pingreq', name: 'PINGREQ', code: 12, flags: 0, sender: 'client', flagsRule: FLAGS },
  { type: 'pingresp', name: 'PINGRESP', code: 13, flags: 0, sender: 'server', flagsRule: FLAGS },
  {
    type: 'disconnect',
    name: 'DISCONNECT',
    code: 14,
    flags: 0,
    sender: 'both',
    flagsRule: ['3.1.1/MQTT-3.14.1-1', '5.0/MQTT-3.14.1-1'],
  },
  {
    type: 'auth',
    name: 'AUTH',
    code: 15,
    flags: 0,
    sender: 'both',
    flagsRule: ['5.0/MQTT-3.15.1-1', '5.0/MQTT-3.15.1-1'],
  },
];

const NAMES = new Map<string, PacketTypeDefinition>();
for (const definition of PACKET_TYPES) if (definition !== undefined) NAMES.set(definition.type, definition);

/** The name as the standard writes it: `PUBLISH`. */
export function packetName(type: PacketType): string {
  return NAMES.get(type)?.name ?? String(type);
}

export function packetTypeDefinition(type: PacketType): PacketTypeDefinition {
  return NAMES.get(type)!;
}

/** Who may send this type in this version; undefined when the version does not have it. */
export function packetSender(type: PacketType, version: ProtocolVersion): Sender | undefined {
  if (version < 5 && type === 'auth') return undefined;
  if (version < 5 && type === 'disconnect') return 'client';
  return NAMES.get(type)?.sender;
}
