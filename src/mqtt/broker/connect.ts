import { CLIENT_IDENTIFIER_NOT_VALID, type CodecError } from '../codec/codec-error.ts';
import type { Connect, ProtocolVersion } from '../codec/packet.ts';
import type { BrokerOptions } from './options.ts';

/** The versions this server speaks; a CONNECT of another is refused with return code 1 [3.1.1/MQTT-3.1.2-2]. */
export const PROTOCOL_VERSIONS: readonly ProtocolVersion[] = [3, 4];

export const UNACCEPTABLE_PROTOCOL_VERSION = 0x01;
export const IDENTIFIER_REJECTED = 0x02;
export const SERVER_UNAVAILABLE = 0x03;

/** Why a CONNECT is not accepted. */
export interface Refusal {
  /** Of the CONNACK; undefined: the connection is closed without one [3.1.1/MQTT-3.2.2-6]. */
  returnCode: number | undefined;
  rule: string;
  text: string;
}

/** What to answer to a CONNECT that could not be decoded: nothing [3.1.1/MQTT-3.1.4-1], but for two cases. */
export function refusalOf(error: CodecError): Refusal {
  const { rule, message: text } = error;
  if (rule.endsWith('MQTT-3.1.2-2')) return { returnCode: UNACCEPTABLE_PROTOCOL_VERSION, rule, text };
  if (error.reasonCode === CLIENT_IDENTIFIER_NOT_VALID)
    return { returnCode: IDENTIFIER_REJECTED, rule, text };
  return { returnCode: undefined, rule, text };
}

/** Checks a well-formed CONNECT. `sessionIsNew`: it would make one more than the `sessions` there are. */
export function refusal(
  connect: Connect,
  options: BrokerOptions,
  sessions: number,
  sessionIsNew: boolean,
): Refusal | undefined {
  const { protocolVersion, clientId, cleanStart, will } = connect;
  if (!PROTOCOL_VERSIONS.includes(protocolVersion)) {
    const text = `protocol level ${protocolVersion} is not spoken here`;
    return { returnCode: UNACCEPTABLE_PROTOCOL_VERSION, rule: '3.1.1/MQTT-3.1.2-2', text };
  }
  if (clientId === '' && !cleanStart) {
    const text = 'an empty Client Identifier needs Clean Session 1';
    return { returnCode: IDENTIFIER_REJECTED, rule: '3.1.1/MQTT-3.1.3-8', text };
  }
  if (will !== undefined && will.qos > options.maximumQoS) {
    const text = `its will has QoS ${will.qos}, ${options.maximumQoS} is the highest here`;
    return { returnCode: undefined, rule: 'limit.maximumQoS', text };
  }
  if (sessionIsNew && sessions >= options.limits.sessions) {
    const text = `there are ${sessions} sessions already`;
    return { returnCode: SERVER_UNAVAILABLE, rule: 'limit.sessions', text };
  }
  return undefined;
}

/** A Client Identifier for a client that gave none [3.1.1/MQTT-3.1.3-6]. */
export function assignedClientId(chance: () => number, isTaken: (clientId: string) => boolean): string {
  const digits = Math.floor(chance() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
  let clientId = `auto-${digits}`;
  for (let next = 2; isTaken(clientId); next++) clientId = `auto-${digits}-${next}`;
  return clientId;
}
