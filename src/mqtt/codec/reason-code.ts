import type { PacketType, ProtocolVersion } from './packet.ts';
import type { Sender } from './packet-type.ts';

/** Names and senders of one Reason Code in the packets that may carry it. */
export interface ReasonCodeDefinition {
  code: number;
  /** As the standard writes it. */
  name: string;
  /** The packets that may carry it with this name, each with who may send it so. */
  packets: Readonly<Partial<Record<PacketType, Sender>>>;
}

/**
 * Table 2-6 of 5.0 with the senders of Tables 3-1 to 3-11. Where they differ the wider one is taken: Table 2-6 alone
 * allows 0x8C in DISCONNECT, which a failed re-authentication needs [5.0/4.12.1].
 */
export const REASON_CODES: readonly ReasonCodeDefinition[] = [
  {
    code: 0x00,
    name: 'Success',
    packets: {
      connack: 'server',
      puback: 'both',
      pubrec: 'both',
      pubrel: 'both',
      pubcomp: 'both',
      unsuback: 'server',
      auth: 'server',
    },
  },
  { code: 0x00, name: 'Normal disconnection', packets: { disconnect: 'both' } },
  { code: 0x00, name: 'Granted QoS 0', packets: { suback: 'server' } },
  { code: 0x01, name: 'Granted QoS 1', packets: { suback: 'server' } },
  { code: 0x02, name: 'Granted QoS 2', packets: { suback: 'server' } },
  { code: 0x04, name: 'Disconnect with Will Message', packets: { disconnect: 'client' } },
  { code: 0x10, name: 'No matching subscribers', packets: { puback: 'server', pubrec: 'server' } },
  { code: 0x11, name: 'No subscription existed', packets: { unsuback: 'server' } },
  { code: 0x18, name: 'Continue authentication', packets: { auth: 'both' } },
  { code: 0x19, name: 'Re-authenticate', packets: { auth: 'client' } },
  {
    code: 0x80,
    name: 'Unspecified error',
    packets: {
      connack: 'server',
      puback: 'both',
      pubrec: 'both',
      suback: 'server',
      unsuback: 'server',
      disconnect: 'both',
    },
  },
  { code: 0x81, name: 'Malformed Packet', packets: { connack: 'server', disconnect: 'both' } },
  { code: 0x82, name: 'Protocol Error', packets: { connack: 'server', disconnect: 'both' } },
  {
    code: 0x83,
    name: 'Implementation specific error',
    packets: {
      connack: 'server',
      puback: 'both',
      pubrec: 'both',
      suback: 'server',
      unsuback: 'server',
      disconnect: 'both',
    },
  },
  { code: 0x84, name: 'Unsupported Protocol Version', packets: { connack: 'server' } },
  { code: 0x85, name: 'Client Identifier not valid', packets: { connack: 'server' } },
  { code: 0x86, name: 'Bad User Name or Password', packets: { connack: 'server' } },
  {
    code: 0x87,
    name: 'Not authorized',
    packets: {
      connack: 'server',
      puback: 'both',
      pubrec: 'both',
      suback: 'server',
      unsuback: 'server',
      disconnect: 'server',
    },
  },
  { code: 0x88, name: 'Server unavailable', packets: { connack: 'server' } },
  { code: 0x89, name: 'Server busy', packets: { connack: 'server', disconnect: 'server' } },
  { code: 0x8a, name: 'Banned', packets: { connack: 'server' } },
  { code: 0x8b, name: 'Server shutting down', packets: { disconnect: 'server' } },
  { code: 0x8c, name: 'Bad authentication method', packets: { connack: 'server', disconnect: 'both' } },
  { code: 0x8d, name: 'Keep Alive timeout', packets: { disconnect: 'server' } },
  { code: 0x8e, name: 'Session taken over', packets: { disconnect: 'server' } },
  {
    code: 0x8f,
    name: 'Topic Filter invalid',
    packets: { suback: 'server', unsuback: 'server', disconnect: 'server' },
  },
  {
    code: 0x90,
    name: 'Topic Name invalid',
    packets: { connack: 'server', puback: 'both', pubrec: 'both', disconnect: 'both' },
  },
  {
    code: 0x91,
    name: 'Packet Identifier in use',
    packets: { puback: 'both', pubrec: 'both', suback: 'server', unsuback: 'server' },
  },
  { code: 0x92, name: 'Packet Identifier not found', packets: { pubrel: 'both', pubcomp: 'both' } },
  { code: 0x93, name: 'Receive Maximum exceeded', packets: { disconnect: 'both' } },
  { code: 0x94, name: 'Topic Alias invalid', packets: { disconnect: 'both' } },
  { code: 0x95, name: 'Packet too large', packets: { connack: 'server', disconnect: 'both' } },
  { code: 0x96, name: 'Message rate too high', packets: { disconnect: 'both' } },
  {
    code: 0x97,
    name: 'Quota exceeded',
    packets: { connack: 'server', puback: 'both', pubrec: 'both', suback: 'server', disconnect: 'both' },
  },
  { code: 0x98, name: 'Administrative action', packets: { disconnect: 'both' } },
  {
    code: 0x99,
    name: 'Payload format invalid',
    packets: { connack: 'server', puback: 'both', pubrec: 'both', disconnect: 'both' },
  },
  { code: 0x9a, name: 'Retain not supported', packets: { connack: 'server', disconnect: 'server' } },
  { code: 0x9b, name: 'QoS not supported', packets: { connack: 'server', disconnect: 'server' } },
  { code: 0x9c, name: 'Use another server', packets: { connack: 'server', disconnect: 'server' } },
  { code: 0x9d, name: 'Server moved', packets: { connack: 'server', disconnect: 'server' } },
  {
    code: 0x9e,
    name: 'Shared Subscriptions not supported',
    packets: { suback: 'server', disconnect: 'server' },
  },
  { code: 0x9f, name: 'Connection rate exceeded', packets: { connack: 'server', disconnect: 'server' } },
  { code: 0xa0, name: 'Maximum connect time', packets: { disconnect: 'server' } },
  {
    code: 0xa1,
    name: 'Subscription Identifiers not supported',
    packets: { suback: 'server', disconnect: 'server' },
  },
  {
    code: 0xa2,
    name: 'Wildcard Subscriptions not supported',
    packets: { suback: 'server', disconnect: 'server' },
  },
];

/** Connect Return codes of 3.1 and 3.1.1 by their value (Table 3.1 of 3.1.1); there are no others. */
export const CONNECT_RETURN_CODES: readonly string[] = [
  'Connection Accepted',
  'Connection Refused, unacceptable protocol version',
  'Connection Refused, identifier rejected',
  'Connection Refused, Server unavailable',
  'Connection Refused, bad user name or password',
  'Connection Refused, not authorized',
];

/** The rows of a packet type, by code. */
const BY_TYPE = new Map<PacketType, (ReasonCodeDefinition | undefined)[]>();
for (const definition of REASON_CODES) {
  for (const type of Object.keys(definition.packets) as PacketType[]) {
    const codes = BY_TYPE.get(type) ?? [];
    codes[definition.code] = definition;
    BY_TYPE.set(type, codes);
  }
}

/** The row of a Reason Code in a 5.0 packet; undefined when that packet may not carry it. */
export function reasonCodeDefinition(type: PacketType, code: number): ReasonCodeDefinition | undefined {
  return BY_TYPE.get(type)?.[code];
}

/** Who may send this Reason Code in such a 5.0 packet; undefined when nobody may. */
export function reasonCodeSender(type: PacketType, code: number): Sender | undefined {
  return reasonCodeDefinition(type, code)?.packets[type];
}

/** Whether the standard lets this packet carry this Reason Code, Connect Return code or SUBACK return code. */
export function isReasonCode(type: PacketType, code: number, version: ProtocolVersion): boolean {
  if (version === 5) return reasonCodeDefinition(type, code) !== undefined;
  if (type === 'connack') return CONNECT_RETURN_CODES[code] !== undefined;
  // 3.1 grants a QoS and knows no refusal; 3.1.1 added 0x80 [3.1.1/MQTT-3.9.3-2].
  if (type === 'suback') return code === 0 || code === 1 || code === 2 || (code === 0x80 && version === 4);
  return code === 0;
}

/** The name of a Reason Code as the standard writes it, or of a Connect Return code before 5.0. */
export function reasonName(type: PacketType, code: number, version: ProtocolVersion): string {
  let name: string | undefined;
  if (version === 5) name = reasonCodeDefinition(type, code)?.name;
  else if (type === 'connack') name = CONNECT_RETURN_CODES[code];
  else if (type === 'suback') name = code === 0x80 ? 'Failure' : reasonCodeDefinition(type, code)?.name;
  else if (code === 0) name = 'Success';
  return name ?? `Reserved (0x${code.toString(16).padStart(2, '0')})`;
}
