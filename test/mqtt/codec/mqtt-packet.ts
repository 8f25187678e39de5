import mqttPacket from 'mqtt-packet';
import type { Packet, ProtocolVersion, UserProperties } from '../../../src/mqtt/codec/index.ts';

type Fields = Record<string, unknown>;

/** Properties mqtt-packet holds as booleans. */
const BOOLEAN = new Set([
  'requestResponseInformation',
  'requestProblemInformation',
  'payloadFormatIndicator',
  'retainAvailable',
  'wildcardSubscriptionAvailable',
  'subscriptionIdentifiersAvailable',
  'sharedSubscriptionAvailable',
]);

/** The bytes mqtt-packet makes of our packet, or its error. */
export function generated(packet: Packet, version: ProtocolVersion): Uint8Array | Error {
  try {
    const theirs = toTheirs(packet, version) as unknown as mqttPacket.Packet;
    return mqttPacket.generate(theirs, { protocolVersion: version });
  } catch (error) {
    return error as Error;
  }
}

/** What mqtt-packet reads from bytes, in our words, or its error. */
export function parsed(bytes: Uint8Array, version: ProtocolVersion): Fields | Error {
  const parser = mqttPacket.parser({ protocolVersion: version });
  const packets: Fields[] = [];
  let failure: Error | undefined;
  parser.on('packet', (packet) => packets.push(packet as unknown as Fields));
  parser.on('error', (error) => {
    failure = error as Error;
  });
  try {
    parser.parse(Buffer.from(bytes));
  } catch (error) {
    return error as Error;
  }
  if (failure !== undefined) return failure;
  if (packets.length !== 1) return new Error(`${packets.length} packets`);
  const theirs = packets[0]!;
  return fromTheirs(theirs, theirs.cmd === 'connect' ? (theirs.protocolVersion as ProtocolVersion) : version);
}

function toTheirs(packet: Packet, version: ProtocolVersion): Fields {
  const properties = 'properties' in packet ? { properties: theirProperties(packet.properties) } : {};
  switch (packet.type) {
    case 'connect': {
      const { protocolVersion, clientId, cleanStart, keepAlive, will, username, password } = packet;
      return {
        cmd: 'connect',
        protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
        protocolVersion,
        clientId,
        clean: cleanStart,
        keepalive: keepAlive,
        ...(will && {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: will.qos,
            retain: will.retain,
            ...(will.properties && { properties: theirProperties(will.properties) }),
          },
        }),
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password: Buffer.from(password) }),
        ...properties,
      };
    }
    case 'connack': {
      const { sessionPresent, reasonCode } = packet;
      return {
        cmd: 'connack',
        sessionPresent,
        [version === 5 ? 'reasonCode' : 'returnCode']: reasonCode,
        ...properties,
      };
    }
    case 'publish': {
      const { topic, payload, qos, retain, dup, packetId } = packet;
      const id = packetId === undefined ? {} : { messageId: packetId };
      return { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup, ...id, ...properties };
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return { cmd: packet.type, messageId: packet.packetId, reasonCode: packet.reasonCode, ...properties };
    case 'subscribe':
      return {
        cmd: 'subscribe',
        messageId: packet.packetId,
        subscriptions: packet.subscriptions.map((one) => ({
          topic: one.filter,
          qos: one.qos,
          ...(version === 5 && { nl: one.noLocal, rap: one.retainAsPublished, rh: one.retainHandling }),
        })),
        ...properties,
      };
    case 'suback':
    case 'unsuback':
      return { cmd: packet.type, messageId: packet.packetId, granted: packet.reasonCodes, ...properties };
    case 'unsubscribe':
      return {
        cmd: 'unsubscribe',
        messageId: packet.packetId,
        unsubscriptions: packet.filters,
        ...properties,
      };
    case 'disconnect':
    case 'auth':
      return { cmd: packet.type, reasonCode: packet.reasonCode, ...properties };
    default:
      return { cmd: packet.type };
  }
}

function theirProperties(properties: object = {}): Fields {
  const theirs: Fields = {};
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'userProperties') theirs[key] = byName(value as UserProperties);
    else if (key === 'subscriptionIdentifiers') theirs.subscriptionIdentifier = value;
    else if (value instanceof Uint8Array) theirs[key] = Buffer.from(value);
    else theirs[key] = BOOLEAN.has(key) ? value === 1 : value;
  }
  return theirs;
}

/** mqtt-packet holds user properties by name, so it knows neither the order of names nor an empty value twice. */
function byName(pairs: UserProperties): Record<string, string | string[]> {
  const names: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    const known = names[name];
    if (known === undefined) names[name] = value;
    else names[name] = Array.isArray(known) ? [...known, value] : [known, value];
  }
  return names;
}

/** The pairs as they come out of an object that holds them by name. */
export function pairsByName(pairs: UserProperties): [string, string][] {
  return Object.entries(byName(pairs)).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value): [string, string] => [name, value]),
  );
}

function fromTheirs(theirs: Fields, version: ProtocolVersion): Fields {
  const packet: Fields = { type: theirs.cmd };
  const copy = (from: string, to: string = from) => {
    if (theirs[from] !== undefined && theirs[from] !== null) packet[to] = theirs[from];
  };
  copy('messageId', 'packetId');
  copy('reasonCode');
  copy('returnCode', 'reasonCode');
  copy('granted', 'reasonCodes');
  copy('unsubscriptions', 'filters');
  switch (theirs.cmd) {
    case 'connect':
      copy('protocolVersion');
      copy('clientId');
      copy('clean', 'cleanStart');
      copy('keepalive', 'keepAlive');
      copy('username');
      copy('password');
      if (theirs.will !== undefined) {
        const { properties, ...will } = theirs.will as Fields;
        packet.will =
          properties === undefined
            ? will
            : { ...will, properties: ourProperties(properties as Fields, 'will') };
      }
      break;
    case 'connack':
      copy('sessionPresent');
      break;
    case 'publish':
      for (const field of ['topic', 'payload', 'qos', 'retain', 'dup']) copy(field);
      break;
    case 'subscribe':
      packet.subscriptions = (theirs.subscriptions as Fields[]).map((one) => ({
        filter: one.topic,
        qos: one.qos,
        ...(version === 5 && {
          noLocal: one.nl,
          retainAsPublished: one.rap,
          retainHandling: one.rh,
        }),
      }));
      break;
  }
  if (theirs.properties !== undefined) {
    packet.properties = ourProperties(theirs.properties as Fields, String(theirs.cmd));
  }
  return packet;
}

function ourProperties(properties: Fields, owner: string): Fields {
  const ours: Fields = {};
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'userProperties') {
      ours[key] = Object.entries(value as Record<string, string | string[]>).flatMap(([name, values]) =>
        (Array.isArray(values) ? values : [values]).map((one) => [name, one]),
      );
    } else if (key === 'subscriptionIdentifier' && owner === 'publish') {
      ours.subscriptionIdentifiers = Array.isArray(value) ? value : [value];
    } else {
      ours[key] = typeof value === 'boolean' ? Number(value) : value;
    }
  }
  return ours;
}
