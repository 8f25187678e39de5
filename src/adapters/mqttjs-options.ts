/** What a story says of clients and their messages, in the options of MQTT.js. */
import type { IClientOptions, IClientPublishOptions } from 'mqtt';
import type { ClientOptions } from '../mqtt/client/application.ts';
import { clientDefaults } from '../mqtt/client/defaults.ts';
import type { Message } from '../mqtt/session/message.ts';
import { byName, propertiesFor } from './mqttjs-messages.ts';

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
                    ...propertiesFor(will.properties ?? {}),
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
  return { qos, retain, ...(properties === undefined ? {} : { properties: propertiesFor(properties) }) };
}
