/** What an application asks of a client of MQTT.js, in the words of a trace. */
import type { IClientOptions } from 'mqtt';
import type { QoS } from '../mqtt/codec/packet.ts';
import { traced } from '../scenario/client-call.ts';
import type { Asked } from '../trace/recorder.ts';
import { messageOf, type Said } from './mqttjs-messages.ts';

export function connectCall(to: string, options: IClientOptions): Asked {
  const { clientId = '', clean = true, keepalive = 60, will, properties } = options;
  const sessionExpiry = options.protocolVersion === 5 ? properties?.sessionExpiryInterval : undefined;
  return {
    op: 'connect',
    to,
    clean,
    client: clientId,
    keepAlive: keepalive,
    ...(sessionExpiry === undefined ? {} : { sessionExpiry }),
    ...(will === undefined ? {} : { will: traced(messageOf(will.topic, will.payload, will as Said)) }),
  };
}

export function publishCall([topic, payload, options]: readonly unknown[]): Asked {
  const said = typeof options === 'object' && options !== null ? (options as Said) : {};
  return { op: 'publish', message: traced(messageOf(`${topic}`, payload, said)) };
}

/** Undefined for what the library asks of itself when it has connected again. */
export function subscribeCall([asked, options]: readonly unknown[]): Asked | undefined {
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

export function unsubscribeCall([filters]: readonly unknown[]): Asked {
  return { op: 'unsubscribe', filters: [filters].flat().map((filter) => `${filter}`) };
}

function qosOf(options: unknown): QoS | undefined {
  return typeof options === 'object' && options !== null ? (options as Said).qos : undefined;
}
