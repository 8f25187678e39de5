import { topicNameFault } from '../topic/index.ts';
import { CLIENT_IDENTIFIER_NOT_VALID, UNSUPPORTED_PROTOCOL_VERSION } from './codec-error.ts';
import { decodeProperties } from './decode-properties.ts';
import type { Connect, ConnectProperties, QoS, Will, WillProperties } from './packet.ts';
import type { Reader } from './reader.ts';

/**
 * Reads a CONNECT from its Protocol Name on. It says its version itself. Its strings are UTF-8: Client Identifier
 * [3.1.1/MQTT-3.1.3-4], Will Topic [3.1.1/MQTT-3.1.3-10] and User Name [3.1.1/MQTT-3.1.3-11].
 */
export function decodeConnect(reader: Reader): Connect {
  decodeVersion(reader);
  const { version } = reader;
  const flagsAt = reader.at;
  const flags = reader.byte('Connect Flags');
  checkConnectFlags(reader, flags, flagsAt);
  const keepAlive = reader.twoBytes('Keep Alive');

  let properties: ConnectProperties | undefined;
  if (version === 5) {
    const propertiesAt = reader.at;
    properties = decodeProperties(reader, 'connect') as ConnectProperties | undefined;
    if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
      reader.protocolError(
        'Authentication Data stands without Authentication Method',
        propertiesAt,
        '5.0/3.1.2.11.10',
        '5.0/3.1.2.11.10',
      );
    }
  }

  const clientIdAt = reader.at;
  const clientId = reader.string('Client Identifier');
  const clientIdProblem = version === 3 ? clientIdFault(clientId) : undefined;
  if (clientIdProblem !== undefined) {
    reader.fail(clientIdProblem, clientIdAt, '3.1/3.1', '3.1/3.1', CLIENT_IDENTIFIER_NOT_VALID);
  }

  const packet: Connect = {
    type: 'connect',
    protocolVersion: version,
    clientId,
    cleanStart: (flags & 0x02) !== 0,
    keepAlive,
  };
  if ((flags & 0x04) !== 0) {
    mustFollow(reader, 'Will', '3.1.1/MQTT-3.1.2-9', '5.0/MQTT-3.1.2-9');
    packet.will = decodeWill(reader, flags);
  }
  if ((flags & 0x80) !== 0 && !missingIn31(reader)) {
    mustFollow(reader, 'User Name', '3.1.1/MQTT-3.1.2-19', '5.0/MQTT-3.1.2-17');
    packet.username = reader.string('User Name');
  }
  if ((flags & 0x40) !== 0 && !missingIn31(reader)) {
    mustFollow(reader, 'Password', '3.1.1/MQTT-3.1.2-21', '5.0/MQTT-3.1.2-19');
    packet.password = reader.binary('Password');
  }
  if (properties !== undefined) packet.properties = properties;
  return packet;
}

function decodeVersion(reader: Reader): void {
  const nameAt = reader.at;
  const name = reader.string('Protocol Name');
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    reader.fail(
      `Protocol Name is ${JSON.stringify(name.slice(0, 32))}, not "MQTT"`,
      nameAt,
      '3.1.1/MQTT-3.1.2-1',
      '5.0/MQTT-3.1.2-1',
      UNSUPPORTED_PROTOCOL_VERSION,
    );
  }
  const levelAt = reader.at;
  const level = reader.byte('Protocol Version');
  const known = name === 'MQTT' ? level === 4 || level === 5 : level === 3;
  if (!known) {
    reader.fail(
      `Protocol Version ${level} of "${name}" is unknown`,
      levelAt,
      '3.1.1/MQTT-3.1.2-2',
      '5.0/MQTT-3.1.2-2',
      UNSUPPORTED_PROTOCOL_VERSION,
    );
  }
  reader.version = level as 3 | 4 | 5;
}

/** Throws for combinations of Connect Flags that no version or not this one allows. */
function checkConnectFlags(reader: Reader, flags: number, at: number): void {
  const willQoS = (flags >> 3) & 3;
  if ((flags & 0x01) !== 0) {
    reader.malformed('the reserved Connect Flag is 1', at, '3.1.1/MQTT-3.1.2-3', '5.0/MQTT-3.1.2-3');
  }
  if ((flags & 0x04) === 0) {
    if (willQoS !== 0) {
      reader.malformed('Will QoS is not 0 without a Will', at, '3.1.1/MQTT-3.1.2-13', '5.0/MQTT-3.1.2-11');
    }
    if ((flags & 0x20) !== 0) {
      reader.malformed('Will Retain is 1 without a Will', at, '3.1.1/MQTT-3.1.2-15', '5.0/MQTT-3.1.2-13');
    }
  } else if (willQoS === 3) {
    reader.malformed('Will QoS is 3', at, '3.1.1/MQTT-3.1.2-14', '5.0/MQTT-3.1.2-12');
  }
  if ((flags & 0x40) !== 0 && (flags & 0x80) === 0 && reader.version < 5) {
    reader.malformed('Password stands without User Name', at, '3.1.1/MQTT-3.1.2-22', '3.1.1/MQTT-3.1.2-22');
  }
}

/**
 * What is wrong with a Client Identifier in 3.1, which alone limits it in the field's own definition. Later ones may be any
 * string, and so all that a server has to take [3.1.1/MQTT-3.1.3-5].
 */
export function clientIdFault(clientId: string): string | undefined {
  let characters = 0;
  for (const _ of clientId) characters++;
  if (characters >= 1 && characters <= 23) return undefined;
  return `Client Identifier has ${characters} characters, 3.1 allows 1 to 23`;
}

/** In 3.1 the Remaining Length outranks the flags of User Name and Password: what is not there is absent. */
function missingIn31(reader: Reader): boolean {
  return reader.version === 3 && reader.at === reader.end;
}

/** Throws where a CONNECT ends, although a flag says that there is more. */
function mustFollow(reader: Reader, field: string, before5: string, since5: string): void {
  if (reader.at === reader.end)
    reader.malformed(`there is no ${field}, and its flag is 1`, reader.at, before5, since5);
}

function decodeWill(reader: Reader, flags: number): Will {
  const properties =
    reader.version === 5 ? (decodeProperties(reader, 'will') as WillProperties | undefined) : undefined;
  const topicAt = reader.at;
  const topic = reader.string('Will Topic');
  const fault = topicNameFault(topic);
  if (fault !== undefined) reader.malformed(`Will Topic ${fault.text}`, topicAt, fault.before5, fault.since5);
  const will: Will = {
    topic,
    payload: reader.binary('Will Payload'),
    qos: ((flags >> 3) & 3) as QoS,
    retain: (flags & 0x20) !== 0,
  };
  if (properties !== undefined) will.properties = properties;
  return will;
}
