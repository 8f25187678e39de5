import { CLIENT_IDENTIFIER_NOT_VALID, type CodecError } from '../codec/codec-error.ts';
import type { Connect } from '../codec/packet.ts';
import { isReasonCode } from '../codec/reason-code.ts';
import { hasMoreLevels } from '../topic/index.ts';
import type { BrokerOptions } from './options.ts';

export const UNACCEPTABLE_PROTOCOL_VERSION = 0x01;
export const IDENTIFIER_REJECTED = 0x02;
export const SERVER_UNAVAILABLE = 0x03;

const PROTOCOL_ERROR = 0x82;
const RETAIN_NOT_SUPPORTED = 0x9a;
const QOS_NOT_SUPPORTED = 0x9b;
const QUOTA_EXCEEDED = 0x97;

/** Why a CONNECT is not accepted. */
export interface Refusal {
  /** Of the CONNACK, in the version its client asked for; undefined: the connection is closed without one [3.1.1/MQTT-3.2.2-6]. */
  returnCode: number | undefined;
  rule: string;
  text: string;
  /** 5.0: where to go instead. */
  serverReference?: string;
}

/** A Protocol Level nobody knows is answered in the words of 3.1.1, whichever version had to refuse it. */
const UNKNOWN_LEVEL = new Set(['3.1.1/MQTT-3.1.2-2', '5.0/MQTT-3.1.2-2']);

/**
 * What to answer to a CONNECT that could not be decoded: before 5.0 nothing [3.1.1/MQTT-3.1.4-1], but for two cases. `version5`:
 * it got as far as saying that it is one of 5.0, which has a Reason Code for everything [5.0/MQTT-3.1.4-1].
 */
export function refusalOf(error: CodecError, version5: boolean): Refusal {
  const { rule, message: text } = error;
  if (version5) {
    const { reasonCode } = error;
    return { returnCode: isReasonCode('connack', reasonCode, 5) ? reasonCode : PROTOCOL_ERROR, rule, text };
  }
  if (UNKNOWN_LEVEL.has(rule)) return { returnCode: UNACCEPTABLE_PROTOCOL_VERSION, rule, text };
  if (error.reasonCode === CLIENT_IDENTIFIER_NOT_VALID)
    return { returnCode: IDENTIFIER_REJECTED, rule, text };
  return { returnCode: undefined, rule, text };
}

/**
 * Checks a well-formed CONNECT. Any identifier will do that is one [5.0/MQTT-3.1.3-5]; which is not, is refused and its connection closed
 * [5.0/MQTT-3.1.3-8]. A will that this server could not publish as it is has to be refused at once [5.0/MQTT-3.2.2-12].
 * `sessionIsNew`: it would make one more than the `sessions` there are.
 */
export function refusal(
  connect: Connect,
  options: BrokerOptions,
  sessions: number,
  sessionIsNew: boolean,
): Refusal | undefined {
  const { clientId, cleanStart, will } = connect;
  const since5 = connect.protocolVersion === 5;
  // [3.1.1/MQTT-3.1.3-9]
  if (clientId === '' && !cleanStart && !since5) {
    const text = 'an empty Client Identifier needs Clean Session 1';
    return { returnCode: IDENTIFIER_REJECTED, rule: '3.1.1/MQTT-3.1.3-8', text };
  }
  if (will !== undefined && will.qos > options.maximumQoS) {
    const text = `its will has QoS ${will.qos}, ${options.maximumQoS} is the highest here`;
    return { returnCode: since5 ? QOS_NOT_SUPPORTED : undefined, rule: 'limit.maximumQoS', text };
  }
  if (will?.retain === true && !options.retainAvailable) {
    const text = 'its will has RETAIN 1, and nothing is retained here';
    return { returnCode: since5 ? RETAIN_NOT_SUPPORTED : undefined, rule: '5.0/MQTT-3.2.2-13', text };
  }
  if (will !== undefined && hasMoreLevels(will.topic, options.limits.topicLevels)) {
    const text = `the topic of its will has more than ${options.limits.topicLevels} levels`;
    return { returnCode: since5 ? QUOTA_EXCEEDED : undefined, rule: 'limit.topicLevels', text };
  }
  if (sessionIsNew && sessions >= options.limits.sessions) {
    const text = `there are ${sessions} sessions already`;
    return { returnCode: since5 ? QUOTA_EXCEEDED : SERVER_UNAVAILABLE, rule: 'limit.sessions', text };
  }
  return undefined;
}

/** A Client Identifier for a client that gave none: nobody else's [3.1.1/MQTT-3.1.3-6] [5.0/MQTT-3.1.3-6] [5.0/MQTT-3.1.3-7] [5.0/MQTT-3.2.2-16]. */
export function assignedClientId(chance: () => number, isTaken: (clientId: string) => boolean): string {
  const digits = Math.floor(chance() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
  let clientId = `auto-${digits}`;
  for (let next = 2; isTaken(clientId); next++) clientId = `auto-${digits}-${next}`;
  return clientId;
}
