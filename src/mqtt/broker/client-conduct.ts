import type { Packet } from '../codec/packet.ts';
import { packetName } from '../codec/packet-type.ts';
import { reasonCodeSender } from '../codec/reason-code.ts';
import type { Cause } from './clients.ts';

const PROTOCOL_ERROR = 0x82;

/** The packets of a client that have Reason Codes only a server sends; AUTH is looked at by the authentication. */
const RULES = {
  puback: '5.0/MQTT-3.4.2-1',
  pubrec: '5.0/MQTT-3.5.2-1',
  disconnect: '5.0/MQTT-3.14.2-1',
} as const;

/** Which rule of 5.0 a well-formed packet breaks by coming from a client, whatever came before it. */
export function misconduct(packet: Packet): Cause | undefined {
  const { type } = packet;
  if (type !== 'puback' && type !== 'pubrec' && type !== 'disconnect') return undefined;
  const { reasonCode = 0 } = packet;
  if (reasonCode === 0 || reasonCodeSender(type, reasonCode) !== 'server') return undefined;
  const text = `${packetName(type)} with reason code ${reasonCode}, which only servers send`;
  return { rule: RULES[type], text, reasonCode: PROTOCOL_ERROR };
}
