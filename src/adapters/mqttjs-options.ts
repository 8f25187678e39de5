/** What a story says of clients and messages, in the words of MQTT.js, and what that says in ours. */
import type { IClientOptions, IClientPublishOptions, IPublishPacket } from 'mqtt';
import type { ClientOptions, Delivery } from '../mqtt/client/application.ts';
import { clientDefaults } from '../mqtt/client/defaults.ts';
import type { MessageProperties, UserProperties } from '../mqtt/codec/packet.ts';
import type { Message } from '../mqtt/session/message.ts';

export const NAME = 'MQTT.js';

const FOR_EVER = 0xffff_ffff;

export function mqttjsOptions(options: ClientOptions): IClientOptions {
  const { clientId, protocolVersion, cleanStart, keepAlive, will, username, password, reconnect } = options;
  return {
    clientId,
    protocolVersion,
    protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
    clean: cleanStart,
    keepalive: keepAlive,
    reconnectPeriod: reconnect === 'off' ? 0 : reconnect.initialMicros / 1_000,
    connectTimeout: options.connackTimeoutMicros / 1_000,
    queueQoSZero: options.queueQoS0,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(will === undefined
      ? {}
      : {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: will.qos,
            retain: will.retain,
            ...(protocolVersion === 5
              ? {
                  properties: {
                    ...propertiesOf(will.properties),
                    ...(will.properties?.willDelayInterval === undefined
                      ? {}
                      : { willDelayInterval: will.properties.willDelayInterval }),
                  },
                }
              : {}),
          },
        }),
    ...(protocolVersion === 5 ? { properties: connectProperties(options) } : {}),
    ...(options.topicAliases === undefined || options.topicAliases === 0
      ? {}
      : { autoAssignTopicAlias: true }),
  };
}

function connectProperties(options: ClientOptions): NonNullable<IClientOptions['properties']> {
  const { sessionExpiry, maximumPacketSize, receiveMaximum, topicAliasMaximum, userProperties } = options;
  return {
    ...(sessionExpiry === 0 ? {} : { sessionExpiryInterval: Math.min(sessionExpiry, FOR_EVER) }),
    ...(maximumPacketSize === clientDefaults.maximumPacketSize ? {} : { maximumPacketSize }),
    ...(receiveMaximum === undefined ? {} : { receiveMaximum }),
    ...(topicAliasMaximum === undefined ? {} : { topicAliasMaximum }),
    ...(options.requestResponseInformation === undefined
      ? {}
      : { requestResponseInformation: options.requestResponseInformation }),
    ...(options.requestProblemInformation === undefined
      ? {}
      : { requestProblemInformation: options.requestProblemInformation }),
    ...(userProperties === undefined ? {} : { userProperties: byName(userProperties) }),
  };
}

export function publishOptions({
  qos,
  retain,
  properties,
}: Pick<Message, 'qos' | 'retain' | 'properties'>): IClientPublishOptions {
  return { qos, retain, ...(properties === undefined ? {} : { properties: propertiesOf(properties) }) };
}

function propertiesOf(
  properties: MessageProperties | undefined,
): NonNullable<IClientPublishOptions['properties']> {
  if (properties === undefined) return {};
  const { contentType, responseTopic, correlationData, messageExpiryInterval } = properties;
  const { payloadFormatIndicator, userProperties } = properties;
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator: payloadFormatIndicator === 1 }),
    ...(userProperties === undefined ? {} : { userProperties: byName(userProperties) }),
  };
}

/** A name that comes twice has a list of values; the order among names is that of their first. */
export function byName(pairs: UserProperties): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? all[0]! : all]));
}

/** A message that MQTT.js hands over. */
export function deliveryOf(topic: string, payload: Uint8Array, packet: IPublishPacket): Delivery {
  const { qos, retain, dup, properties = {} } = packet;
  const { contentType, responseTopic, correlationData, messageExpiryInterval } = properties;
  const { payloadFormatIndicator, userProperties, subscriptionIdentifier } = properties;
  const told: MessageProperties = {
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: new Uint8Array(correlationData) }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    ...(payloadFormatIndicator === undefined
      ? {}
      : { payloadFormatIndicator: payloadFormatIndicator ? 1 : 0 }),
    ...(userProperties === undefined ? {} : { userProperties: pairsOf(userProperties) }),
  };
  const message: Message = { topic, payload: new Uint8Array(payload), qos, retain };
  if (Object.keys(told).length > 0) message.properties = told;
  return {
    message,
    dup,
    ...(subscriptionIdentifier === undefined
      ? {}
      : { subscriptionIdentifiers: [subscriptionIdentifier].flat() }),
  };
}

function pairsOf(values: Readonly<Record<string, string | string[]>>): UserProperties {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  );
}
