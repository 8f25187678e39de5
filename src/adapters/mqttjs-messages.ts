/** Messages as MQTT.js has them, at both ends, and as we do. */
import type { IClientPublishOptions } from 'mqtt';
import type { MessageProperties, QoS, UserProperties } from '../mqtt/codec/packet.ts';
import type { Message } from '../mqtt/session/message.ts';

/** What is said of a message besides its topic and payload. */
export interface Said {
  qos?: QoS;
  retain?: boolean;
  properties?: {
    contentType?: string;
    responseTopic?: string;
    correlationData?: Uint8Array;
    messageExpiryInterval?: number;
    payloadFormatIndicator?: boolean | number;
    userProperties?: Readonly<Record<string, string | readonly string[]>>;
  };
}

/** A message of MQTT.js in our terms; its bytes are copies, for the application may write into its own. */
export function messageOf(
  topic: string,
  payload: unknown,
  { qos = 0, retain = false, properties = {} }: Said = {},
): Message {
  const { contentType, responseTopic, correlationData, messageExpiryInterval } = properties;
  const { payloadFormatIndicator, userProperties } = properties;
  const said: MessageProperties = {
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: bytesOf(correlationData) }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    ...(payloadFormatIndicator === undefined
      ? {}
      : { payloadFormatIndicator: payloadFormatIndicator ? 1 : 0 }),
    ...(userProperties === undefined ? {} : { userProperties: pairsOf(userProperties) }),
  };
  const message: Message = { topic, payload: bytesOf(payload), qos, retain };
  if (Object.keys(said).length > 0) message.properties = said;
  return message;
}

/** What is neither text nor bytes the library refuses by itself. */
function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return new Uint8Array(payload);
  return new Uint8Array(Buffer.from(typeof payload === 'string' ? payload : ''));
}

/** Properties of a message of ours, in the terms of MQTT.js. */
export function propertiesFor({
  contentType,
  responseTopic,
  correlationData,
  messageExpiryInterval,
  payloadFormatIndicator,
  userProperties,
}: MessageProperties): NonNullable<IClientPublishOptions['properties']> {
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

export function pairsOf(values: Readonly<Record<string, string | readonly string[]>>): UserProperties {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  );
}
