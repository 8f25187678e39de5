/** The fields of packets as dialogues write them: for each packet what its places mean, which flags it has, and how a value is read. */
import type { Packet, PacketType, ProtocolVersion, Subscription } from '../mqtt/codec/packet.ts';
import { PROPERTIES, type PropertyDefinition } from '../mqtt/codec/property.ts';
import { bytesOf, numberOf, plainText, type Words } from './words.ts';

/** What was captured under a name so far: identifiers, names, aliases. */
export type Captures = Map<string, string | number>;

const propertiesByKey = new Map<string, PropertyDefinition>(
  PROPERTIES.map((definition) => [definition.key, definition]),
);

/** Fields that a word alone sets to 1. */
const FLAGS: Readonly<Partial<Record<PacketType, readonly string[]>>> = {
  publish: ['retain', 'dup'],
  connack: ['present'],
  connect: ['willRetain'],
};

/** What the places after the name of a packet are called; the last may take the rest. */
const PLACES: Readonly<Record<PacketType, readonly string[]>> = {
  connect: [],
  connack: ['code'],
  publish: ['topic', 'payload'],
  puback: ['id', 'code'],
  pubrec: ['id', 'code'],
  pubrel: ['id', 'code'],
  pubcomp: ['id', 'code'],
  subscribe: ['id', 'filters...'],
  suback: ['id', 'codes...'],
  unsubscribe: ['id', 'filters...'],
  unsuback: ['id', 'codes...'],
  pingreq: [],
  pingresp: [],
  disconnect: ['code'],
  auth: ['code'],
};

/** Other fields by their names. */
const NAMED: Readonly<Partial<Record<PacketType, readonly string[]>>> = {
  connect: [
    ...(['clientId', 'cleanStart', 'keepAlive', 'username', 'password'] as const),
    ...(['willTopic', 'willPayload', 'willQos'] as const),
  ],
  publish: ['qos', 'id'],
};

export const packetTypes = Object.keys(PLACES) as readonly PacketType[];

/** Values by the names of fields; a list where a name may repeat. */
export type Fields = ReadonlyMap<string, string | readonly string[]>;

/** @throws SyntaxError for what the packet does not have. */
export function fieldsOf(type: PacketType, { positional, named }: Words): Fields {
  const fields = new Map<string, string | string[]>();
  const places = [...PLACES[type]];
  for (const word of positional) {
    if (FLAGS[type]?.includes(word)) {
      fields.set(word, '1');
      continue;
    }
    if (word.startsWith('!') && propertiesByKey.has(word.slice(1))) {
      fields.set(word, '');
      continue;
    }
    const place = places[0];
    if (place === undefined) throw new SyntaxError(`${type} has no room for '${plainText(word)}'`);
    if (place.endsWith('...')) {
      const name = place.slice(0, -3);
      fields.set(name, [...((fields.get(name) as string[] | undefined) ?? []), word]);
    } else {
      fields.set(place, word);
      places.shift();
    }
  }
  for (const [name, value] of named) {
    if (name === 'userProperty') {
      fields.set(name, [...((fields.get(name) as string[] | undefined) ?? []), value]);
      continue;
    }
    if (!isFieldOf(type, name)) throw new SyntaxError(`${type} has no field '${name}'`);
    fields.set(name, value);
  }
  return fields;
}

function isFieldOf(type: PacketType, name: string): boolean {
  if (NAMED[type]?.includes(name) || FLAGS[type]?.includes(name)) return true;
  const definition = propertiesByKey.get(name);
  if (definition === undefined) return false;
  return definition.owners.includes(type) || (type === 'connect' && definition.owners.includes('will'));
}

/** A property of the will and not of CONNECT itself. */
export function isOfWill(name: string): boolean {
  const owners = propertiesByKey.get(name)?.owners ?? [];
  return owners.includes('will') && !owners.includes('connect');
}

/** The property of a name; a PUBLISH to a client may hold several subscription identifiers. */
export function propertyOf(name: string): PropertyDefinition | undefined {
  return propertiesByKey.get(name);
}

/** Reads the value of a property. @throws SyntaxError */
export function propertyValue(definition: PropertyDefinition, word: string): string | number | Uint8Array {
  switch (definition.wireType) {
    case 'string':
      return plainText(word);
    case 'binary':
      return bytesOf(word);
    default: {
      const number = numberOf(word);
      if (number === undefined)
        throw new SyntaxError(`${definition.key} is '${plainText(word)}', and has to be a number`);
      return number;
    }
  }
}

/** `a/#@1,noLocal`: the filter, its QoS, and its options. @throws SyntaxError */
export function subscriptionOf(word: string): Subscription {
  const text = plainText(word);
  const at = text.lastIndexOf('@');
  const filter = at === -1 ? text : text.slice(0, at);
  const [qos = '0', ...options] = at === -1 ? [] : text.slice(at + 1).split(',');
  if (!/^[012]$/.test(qos)) throw new SyntaxError(`the QoS of '${text}' is '${qos}'; it can be 0, 1 or 2`);
  const subscription: Subscription = { filter, qos: Number(qos) as 0 | 1 | 2 };
  for (const option of options) {
    const handling = /^retainHandling=([012])$/.exec(option)?.[1];
    if (option === 'noLocal') subscription.noLocal = true;
    else if (option === 'retainAsPublished') subscription.retainAsPublished = true;
    else if (handling !== undefined) subscription.retainHandling = Number(handling) as 0 | 1 | 2;
    else throw new SyntaxError(`'${option}' is no option of a subscription`);
  }
  return subscription;
}

/** The packet that a client sends. @throws SyntaxError for a value that it cannot have. */
export function packetOf(
  type: PacketType,
  words: Words,
  client: string,
  version: ProtocolVersion,
  captures: Captures,
): Packet {
  const fields = fieldsOf(type, words);
  const text = (name: string): string | undefined => {
    const word = fields.get(name) as string | undefined;
    if (word === undefined || !word.startsWith('?')) return word;
    const value = captures.get(word);
    if (value === undefined) throw new SyntaxError(`${word} was captured nowhere above`);
    return `${value}`;
  };
  const number = (name: string, otherwise: number): number => {
    const word = text(name);
    if (word === undefined) return otherwise;
    const value = numberOf(word);
    if (value === undefined) throw new SyntaxError(`${name} is '${plainText(word)}', and has to be a number`);
    return value;
  };
  const properties = sentProperties(fields, text);
  const base = version === 5 && Object.keys(properties.own).length > 0 ? { properties: properties.own } : {};
  switch (type) {
    case 'connect': {
      const willTopic = text('willTopic');
      const username = text('username');
      return {
        type,
        protocolVersion: version,
        clientId: plainText(text('clientId') ?? client),
        cleanStart: number('cleanStart', 1) === 1,
        keepAlive: number('keepAlive', 60),
        ...(willTopic === undefined
          ? {}
          : {
              will: {
                topic: plainText(willTopic),
                payload: bytesOf(text('willPayload') ?? ''),
                qos: number('willQos', 0) as 0,
                retain: fields.has('willRetain'),
                ...(version === 5 && Object.keys(properties.will).length > 0
                  ? { properties: properties.will }
                  : {}),
              },
            }),
        ...(username === undefined ? {} : { username: plainText(username) }),
        ...(fields.has('password') ? { password: bytesOf(text('password')!) } : {}),
        ...base,
      };
    }
    case 'publish': {
      const qos = number('qos', 0) as 0 | 1 | 2;
      return {
        type,
        topic: plainText(text('topic') ?? ''),
        payload: bytesOf(text('payload') ?? ''),
        qos,
        retain: fields.has('retain'),
        dup: fields.has('dup'),
        ...(qos === 0 ? {} : { packetId: number('id', 1) }),
        ...base,
      };
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return {
        type,
        packetId: number('id', 1),
        ...(version === 5 ? { reasonCode: number('code', 0) } : {}),
        ...base,
      };
    case 'subscribe':
      return {
        type,
        packetId: number('id', 1),
        subscriptions: ((fields.get('filters') ?? []) as string[]).map(subscriptionOf),
        ...base,
      };
    case 'unsubscribe':
      return {
        type,
        packetId: number('id', 1),
        filters: ((fields.get('filters') ?? []) as string[]).map(plainText),
        ...base,
      };
    case 'disconnect':
      return { type, ...(version === 5 ? { reasonCode: number('code', 0) } : {}), ...base };
    case 'auth':
      return { type, reasonCode: number('code', 0x18), ...base };
    case 'pingreq':
    case 'pingresp':
      return { type };
    default:
      throw new SyntaxError(`a client sends no ${type}; write its bytes with hex`);
  }
}

function sentProperties(
  fields: Fields,
  text: (name: string) => string | undefined,
): { own: Record<string, unknown>; will: Record<string, unknown> } {
  const own: Record<string, unknown> = {};
  const will: Record<string, unknown> = {};
  for (const name of fields.keys()) {
    const definition = propertiesByKey.get(name);
    if (definition === undefined) continue;
    const value = propertyValue(definition, text(name)!);
    if (fields.has('willTopic') && isOfWill(name)) will[name] = value;
    else if (name === 'subscriptionIdentifier' && fields.has('topic')) own.subscriptionIdentifiers = [value];
    else own[name] = value;
  }
  const pairs = fields.get('userProperty') as readonly string[] | undefined;
  if (pairs !== undefined) own.userProperties = pairs.map(pairOf);
  return { own, will };
}

/** `name:value`. */
export function pairOf(word: string): readonly [string, string] {
  const text = plainText(word);
  const at = text.indexOf(':');
  if (at === -1) throw new SyntaxError(`userProperty is '${text}'; write name:value`);
  return [text.slice(0, at), text.slice(at + 1)];
}
