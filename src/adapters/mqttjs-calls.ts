/** What an application asks of a client of MQTT.js, in the words of a trace. */
import type { IClientOptions } from 'mqtt';
import type { QoS, UserProperties } from '../mqtt/codec/packet.ts';
import type { CallWithoutNumber } from '../scenario/client-call.ts';
import type { TraceMessage } from '../trace/event.ts';

/** As both ends of MQTT.js have it: what is said of a message besides its topic and payload. */
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

/** A message; its payload is a copy, for the application may write into its own. */
export function messageOf(
  topic: string,
  payload: unknown,
  { qos = 0, retain = false, properties = {} }: Said = {},
): TraceMessage {
  const { contentType, responseTopic, correlationData, messageExpiryInterval } = properties;
  const { payloadFormatIndicator, userProperties } = properties;
  return {
    topic,
    payload: bytesOf(payload),
    qos,
    retain,
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: bytesOf(correlationData) }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    ...(payloadFormatIndicator === undefined
      ? {}
      : { payloadFormatIndicator: payloadFormatIndicator ? (1 as const) : (0 as const) }),
    ...(userProperties === undefined ? {} : { userProperties: pairsOf(userProperties) }),
  };
}

export function connectCall(to: string, options: IClientOptions): CallWithoutNumber {
  const { clientId = '', clean = true, keepalive = 60, will, properties } = options;
  const sessionExpiry = options.protocolVersion === 5 ? properties?.sessionExpiryInterval : undefined;
  return {
    op: 'connect',
    to,
    clean,
    client: clientId,
    keepAlive: keepalive,
    ...(sessionExpiry === undefined ? {} : { sessionExpiry }),
    ...(will === undefined ? {} : { will: messageOf(will.topic, will.payload, will as Said) }),
  };
}

export function publishCall([topic, payload, options]: readonly unknown[]): CallWithoutNumber {
  const said = typeof options === 'object' && options !== null ? (options as Said) : {};
  return { op: 'publish', message: messageOf(`${topic}`, payload, said) };
}

/** Undefined for what the library asks of itself when it has connected again. */
export function subscribeCall([asked, options]: readonly unknown[]): CallWithoutNumber | undefined {
  const usual = qosOf(options) ?? 0;
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) {
    return {
      op: 'subscribe',
      filters: [asked].flat().map((filter) => ({ filter: `${filter}`, qos: usual })),
    };
  }
  if ('resubscribe' in asked) return undefined;
  return {
    op: 'subscribe',
    filters: Object.entries(asked).map(([filter, each]) => ({ filter, qos: qosOf(each) ?? usual })),
  };
}

export function unsubscribeCall([filters]: readonly unknown[]): CallWithoutNumber {
  return { op: 'unsubscribe', filters: [filters].flat().map((filter) => `${filter}`) };
}

function qosOf(options: unknown): QoS | undefined {
  return typeof options === 'object' && options !== null ? (options as Said).qos : undefined;
}

/** What is neither text nor bytes the library refuses by itself. */
function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return new Uint8Array(payload);
  return new Uint8Array(Buffer.from(typeof payload === 'string' ? payload : ''));
}

function pairsOf(values: Readonly<Record<string, string | readonly string[]>>): UserProperties {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, each] as const),
  );
}
