import { topicNameFault } from '../topic/index.ts';
import { CLIENT_IDENTIFIER_NOT_VALID, UNSUPPORTED_PROTOCOL_VERSION } from './codec-error.ts';
import { clientIdFault } from './decode-connect.ts';
import { encodeProperties, hasProperties } from './encode-properties.ts';
import type { Connect, Will } from './packet.ts';
import type { Writer } from './writer.ts';

/**
 * Writes a CONNECT from its Protocol Name on. Its flags are made of the fields it has, and so agree with them: a will
 * [3.1.1/MQTT-3.1.2-9] [3.1.1/MQTT-3.1.2-11], a user name [3.1.1/MQTT-3.1.2-18] [3.1.1/MQTT-3.1.2-19] [5.0/MQTT-3.1.2-16]
 * [5.0/MQTT-3.1.2-17] and a password [3.1.1/MQTT-3.1.2-20] [3.1.1/MQTT-3.1.2-21] [5.0/MQTT-3.1.2-18] [5.0/MQTT-3.1.2-19]. They stand
 * in one order [5.0/MQTT-3.1.3-1], behind a Client Identifier [5.0/MQTT-3.1.3-3], which is a UTF-8 string [5.0/MQTT-3.1.3-4] as
 * Will Topic [5.0/MQTT-3.1.3-11] and user name [5.0/MQTT-3.1.3-12] are.
 */
export function encodeConnect(writer: Writer, packet: Connect): void {
  const { protocolVersion, clientId, will, username, password, properties } = packet;
  if (protocolVersion !== 3 && protocolVersion !== 4 && protocolVersion !== 5) {
    writer.fail(
      `Protocol Version ${String(protocolVersion)} is unknown`,
      '3.1.1/MQTT-3.1.2-2',
      '5.0/MQTT-3.1.2-2',
      UNSUPPORTED_PROTOCOL_VERSION,
    );
  }
  writer.string('Protocol Name', protocolVersion === 3 ? 'MQIsdp' : 'MQTT');
  writer.byte(protocolVersion);
  if (password !== undefined && username === undefined && protocolVersion < 5) {
    writer.malformed('Password stands without User Name', '3.1.1/MQTT-3.1.2-22', '3.1.1/MQTT-3.1.2-22');
  }
  writer.byte(
    (username === undefined ? 0 : 0x80) |
      (password === undefined ? 0 : 0x40) |
      (will === undefined ? 0 : willFlags(writer, will)) |
      (packet.cleanStart ? 0x02 : 0),
  );
  writer.integer('Keep Alive', packet.keepAlive, 0, 65_535, '3.1.1/3.1.2.10', '5.0/3.1.2.10');
  writer.twoBytes(packet.keepAlive);
  if (protocolVersion === 5) {
    if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
      writer.protocolError(
        'Authentication Data stands without Authentication Method',
        '5.0/3.1.2.11.10',
        '5.0/3.1.2.11.10',
      );
    }
    encodeProperties(writer, 'connect', properties);
  } else if (hasProperties(properties) || hasProperties(will?.properties)) {
    writer.malformed('there are no properties before 5.0', '3.1.1/3.1.2', '5.0/2.2.2');
  }

  const fault = protocolVersion === 3 ? clientIdFault(clientId) : undefined;
  if (fault !== undefined) writer.fail(fault, '3.1/3.1', '3.1/3.1', CLIENT_IDENTIFIER_NOT_VALID);
  // The payload, in its order [3.1.1/MQTT-3.1.3-1] [3.1.1/MQTT-3.1.3-3].
  writer.string('Client Identifier', clientId);
  if (will !== undefined) encodeWill(writer, will);
  if (username !== undefined) writer.string('User Name', username);
  if (password !== undefined) writer.binary('Password', password);
}

function willFlags(writer: Writer, will: Will): number {
  const { qos, retain } = will;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    writer.malformed(`Will QoS is ${String(qos)}`, '3.1.1/MQTT-3.1.2-14', '5.0/MQTT-3.1.2-12');
  }
  return 0x04 | (qos << 3) | (retain ? 0x20 : 0);
}

/** All three parts are there when the flag is [5.0/MQTT-3.1.2-9]. */
function encodeWill(writer: Writer, will: Will): void {
  if (writer.version === 5) encodeProperties(writer, 'will', will.properties);
  const fault = topicNameFault(will.topic);
  if (fault !== undefined) writer.malformed(`Will Topic ${fault.text}`, fault.before5, fault.since5);
  writer.string('Will Topic', will.topic);
  writer.binary('Will Payload', will.payload);
}
