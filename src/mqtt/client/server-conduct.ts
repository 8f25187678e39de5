import type { Connack, Packet } from '../codec/packet.ts';
import { reasonCodeSender } from '../codec/reason-code.ts';
import type { Violation } from '../session/violation.ts';
import type { ClientOptions } from './application.ts';

const PROTOCOL_ERROR = 0x82;

/** Which rule of 5.0 a well-formed packet breaks by coming from a server, whatever came before it. */
export function misconduct(packet: Packet, options: ClientOptions): Violation | undefined {
  const { type } = packet;
  if (
    options.requestProblemInformation === false &&
    type !== 'connack' &&
    type !== 'publish' &&
    type !== 'disconnect'
  ) {
    const properties = 'properties' in packet ? packet.properties : undefined;
    if (properties !== undefined && ('reasonString' in properties || 'userProperties' in properties)) {
      return violation(
        '5.0/MQTT-3.1.2-29',
        `${type} explains itself, and no problem information was asked for`,
      );
    }
  }
  if (type === 'disconnect') {
    if (reasonCodeSender(type, packet.reasonCode ?? 0) === 'client') {
      return violation('5.0/MQTT-3.14.2-1', 'DISCONNECT with a reason code that only clients send');
    }
    if (packet.properties?.sessionExpiryInterval !== undefined) {
      return violation('5.0/MQTT-3.14.2-2', 'DISCONNECT with a Session Expiry Interval from a server');
    }
  }
  return undefined;
}

/** Which rule of 5.0 a CONNACK that accepts breaks, given what CONNECT said. */
export function connackMisconduct(
  { properties }: Connack,
  clientId: string,
  options: ClientOptions,
): Violation | undefined {
  if (properties?.responseInformation !== undefined && options.requestResponseInformation !== true) {
    return violation('5.0/MQTT-3.1.2-28', 'CONNACK with response information, and none was asked for');
  }
  const method = options.authentication?.name;
  if (properties?.authenticationMethod !== method) {
    return method === undefined
      ? violation('5.0/MQTT-4.12.0-6', 'CONNACK with an authentication method, and CONNECT had none')
      : violation('5.0/MQTT-4.12.0-5', `CONNACK does not name the authentication method '${method}'`);
  }
  if (clientId === '' && properties?.assignedClientIdentifier === undefined) {
    return violation('5.0/MQTT-3.2.2-16', 'CONNACK does not say which Client Identifier the server assigned');
  }
  return undefined;
}

function violation(rule: string, text: string): Violation {
  return { rules: ['', rule], text, reasonCode: PROTOCOL_ERROR };
}
