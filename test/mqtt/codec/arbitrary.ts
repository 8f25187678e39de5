import fc from 'fast-check';
import type { Packet, ProtocolVersion, PublishProperties, QoS } from '../../../src/mqtt/codec/index.ts';
import { REASON_CODES } from '../../../src/mqtt/codec/index.ts';

/** One seed for all properties of the codec, so that a failure comes back. */
export const SEED = 20_261_122;

const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'abcXYZ019 /-_.') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ü', 'Ω', '€', '\u{2A6D4}', '\uFEFF', '\u0001', '\uFFFF', '\u{10FFFF}'),
  },
);
/** Anything a UTF-8 Encoded String may hold: no surrogate, no U+0000. */
export const text = fc.string({ unit: character, maxLength: 40 });
/** A valid Topic Name. */
export const topicName = fc.string({ unit: character, minLength: 1, maxLength: 40 });
const level = fc.oneof(
  fc.constantFrom('+', '', 'a', 'b', '$x'),
  fc.string({ unit: character, maxLength: 5 }),
);
/** A valid Topic Filter, sometimes a shared one. */
export const topicFilter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.integer({ min: 0, max: 9 }))
  .map(([levels, hash, shared]) => {
    const filter = [...levels.map((part) => part), ...(hash ? ['#'] : [])].join('/');
    return shared === 0 && filter !== '' ? `$share/g/${filter}` : filter;
  })
  .filter((filter) => filter !== '' && !/\$share\/?$|^\$share\/\//.test(filter));
export const binary = fc.uint8Array({ maxLength: 40 });
const twoBytes = fc.integer({ min: 0, max: 0xffff });
const positive = fc.integer({ min: 1, max: 0xffff });
const fourBytes = fc.integer({ min: 0, max: 0xffff_ffff });
const bit = fc.constantFrom(0 as const, 1 as const);
const qos = fc.constantFrom<QoS>(0, 1, 2);
const packetId = fc.integer({ min: 1, max: 0xffff });
const userProperties = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 });
const subscriptionIdentifier = fc.integer({ min: 1, max: 268_435_455 });

/** Objects with any subset of these fields and at least one, or no object at all. */
function properties<T extends object>(model: { [K in keyof T]-?: fc.Arbitrary<T[K]> }) {
  const some = fc
    .record(model, { requiredKeys: [] })
    .filter((object) => Object.keys(object).length > 0) as unknown as fc.Arbitrary<T>;
  return fc.option(some, { nil: undefined });
}

const reason = { reasonString: text, userProperties };
const message = {
  payloadFormatIndicator: bit,
  messageExpiryInterval: fourBytes,
  contentType: text,
  responseTopic: topicName,
  correlationData: binary,
  userProperties,
};
const authentication = { authenticationMethod: text, authenticationData: binary };

function codes(type: Packet['type'], version: ProtocolVersion): fc.Arbitrary<number> {
  if (version < 5)
    return type === 'suback'
      ? fc.constantFrom(0, 1, 2, ...(version === 4 ? [0x80] : []))
      : fc.integer({ min: 0, max: 5 });
  return fc.constantFrom(...REASON_CODES.filter((row) => type in row.packets).map((row) => row.code));
}

/** Leaves out fields that are undefined, and properties before 5.0. */
function tidy(version: ProtocolVersion) {
  return (packet: object): Packet => {
    const entries = Object.entries(packet).filter(
      ([key, value]) => value !== undefined && !(version < 5 && key === 'properties'),
    );
    return Object.fromEntries(entries) as unknown as Packet;
  };
}

function connect(version: ProtocolVersion) {
  const will = fc.record({
    topic: topicName,
    payload: binary,
    qos,
    retain: fc.boolean(),
    properties: properties({ ...message, willDelayInterval: fourBytes }),
  });
  return fc
    .record({
      type: fc.constant('connect' as const),
      protocolVersion: fc.constant(version),
      clientId: version === 3 ? fc.string({ unit: character, minLength: 1, maxLength: 23 }) : text,
      cleanStart: fc.boolean(),
      keepAlive: twoBytes,
      will: fc.option(will, { nil: undefined }),
      username: fc.option(text, { nil: undefined }),
      password: fc.option(binary, { nil: undefined }),
      properties: properties({
        sessionExpiryInterval: fourBytes,
        receiveMaximum: positive,
        maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
        topicAliasMaximum: twoBytes,
        requestResponseInformation: bit,
        requestProblemInformation: bit,
        userProperties,
        ...authentication,
      }),
    })
    .map((packet) => {
      const { username, password, properties: found } = packet;
      if (version < 5 && username === undefined && password !== undefined) packet.password = undefined;
      if (found?.authenticationData !== undefined && found.authenticationMethod === undefined) {
        packet.properties = { ...found, authenticationMethod: 'SCRAM' };
      }
      if (packet.will !== undefined)
        packet.will = tidy(version)(packet.will) as unknown as typeof packet.will;
      return packet;
    });
}

function connack(version: ProtocolVersion) {
  return fc
    .record({
      type: fc.constant('connack' as const),
      sessionPresent: fc.boolean(),
      reasonCode: codes('connack', version),
      properties: properties({
        ...reason,
        ...authentication,
        sessionExpiryInterval: fourBytes,
        receiveMaximum: positive,
        maximumQoS: bit,
        retainAvailable: bit,
        maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
        assignedClientIdentifier: text,
        topicAliasMaximum: twoBytes,
        wildcardSubscriptionAvailable: bit,
        subscriptionIdentifiersAvailable: bit,
        sharedSubscriptionAvailable: bit,
        serverKeepAlive: twoBytes,
        responseInformation: text,
        serverReference: text,
      }),
    })
    .map((packet) => {
      if (packet.reasonCode !== 0 || version === 3) packet.sessionPresent = false;
      return packet;
    });
}

function publish(version: ProtocolVersion) {
  return fc
    .record({
      type: fc.constant('publish' as const),
      topic: topicName,
      payload: fc.oneof(binary, fc.uint8Array({ minLength: 100, maxLength: 300 })),
      qos,
      retain: fc.boolean(),
      dup: fc.boolean(),
      packetId,
      properties: properties<PublishProperties>({
        ...message,
        topicAlias: positive,
        subscriptionIdentifiers: fc.array(subscriptionIdentifier, { minLength: 1, maxLength: 3 }),
      }),
      empty: fc.boolean(),
    })
    .map(({ empty, ...packet }) => {
      if (empty && version === 5 && packet.properties?.topicAlias !== undefined) packet.topic = '';
      if (packet.qos > 0) return packet;
      return { ...packet, dup: false, packetId: undefined };
    });
}

function acknowledgement(type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', version: ProtocolVersion) {
  return fc.record({
    type: fc.constant(type),
    packetId,
    reasonCode: version === 5 ? codes(type, version) : fc.constant(undefined),
    properties: properties(reason),
  });
}

function subscribe(version: ProtocolVersion) {
  const subscription = fc.record({ filter: topicFilter, qos });
  const options = fc.record({
    filter: topicFilter,
    qos,
    noLocal: fc.boolean(),
    retainAsPublished: fc.boolean(),
    retainHandling: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  });
  return fc.record({
    type: fc.constant('subscribe' as const),
    packetId,
    subscriptions: fc.array(
      version === 5
        ? options.map((one) => (one.filter.startsWith('$share/') ? { ...one, noLocal: false } : one))
        : subscription,
      { minLength: 1, maxLength: 4 },
    ),
    properties: properties({ subscriptionIdentifier, userProperties }),
  });
}

function reasonCodes(type: 'suback' | 'unsuback', version: ProtocolVersion) {
  if (type === 'unsuback' && version < 5) return fc.constant(undefined);
  return fc.array(codes(type, version), { minLength: 1, maxLength: 4 });
}

/** Valid packets of one version, as decoding would make them. */
export function packets(version: ProtocolVersion): Readonly<Record<Packet['type'], fc.Arbitrary<Packet>>> {
  const finish = tidy(version);
  return {
    connect: connect(version).map(finish),
    connack: connack(version).map(finish),
    publish: publish(version).map(finish),
    puback: acknowledgement('puback', version).map(finish),
    pubrec: acknowledgement('pubrec', version).map(finish),
    pubrel: acknowledgement('pubrel', version).map(finish),
    pubcomp: acknowledgement('pubcomp', version).map(finish),
    subscribe: subscribe(version).map(finish),
    suback: fc
      .record({
        type: fc.constant('suback'),
        packetId,
        reasonCodes: reasonCodes('suback', version),
        properties: properties(reason),
      })
      .map(finish),
    unsubscribe: fc
      .record({
        type: fc.constant('unsubscribe'),
        packetId,
        filters: fc.array(topicFilter, { minLength: 1, maxLength: 4 }),
        properties: properties({ userProperties }),
      })
      .map(finish),
    unsuback: fc
      .record({
        type: fc.constant('unsuback'),
        packetId,
        reasonCodes: reasonCodes('unsuback', version),
        properties: properties(reason),
      })
      .map(finish),
    pingreq: fc.constant<Packet>({ type: 'pingreq' }),
    pingresp: fc.constant<Packet>({ type: 'pingresp' }),
    disconnect: fc
      .record({
        type: fc.constant('disconnect'),
        reasonCode: version === 5 ? codes('disconnect', version) : fc.constant(undefined),
        properties: properties({ ...reason, sessionExpiryInterval: fourBytes, serverReference: text }),
      })
      .map(finish),
    auth: fc
      .record({
        type: fc.constant('auth'),
        reasonCode: codes('auth', 5),
        properties: properties({ ...reason, ...authentication }),
      })
      .map(({ properties: found, ...packet }) =>
        packet.reasonCode === 0 && found === undefined
          ? packet
          : { ...packet, properties: { authenticationMethod: 'SCRAM', ...found } },
      )
      .map(finish),
  };
}

/** Valid packets of every type the version has. */
export function anyPacket(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const { auth, ...rest } = packets(version);
  return fc.oneof(...Object.values(rest), ...(version === 5 ? [auth] : []));
}

export const VERSIONS: readonly ProtocolVersion[] = [3, 4, 5];
