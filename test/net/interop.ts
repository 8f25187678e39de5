/** Our client and MQTT.js as one, and whom they can talk to. */
import mqtt from 'mqtt';
import { onTestFinished } from 'vitest';
import { connect } from '../../src/net/index.ts';
import { servers } from './servers.ts';
import { heard } from './stage.ts';

export type Version = 3 | 4 | 5;
type QoS = 0 | 1 | 2;

export interface Told {
  clientId?: string;
  clean?: boolean;
  keepalive?: number;
  will?: { topic: string; payload: Buffer; qos: QoS; retain: boolean };
  properties?: { sessionExpiryInterval?: number; topicAliasMaximum?: number };
}

/** Of both libraries, as far as they are the same. */
interface Client {
  on(event: 'message', listener: (topic: string, payload: Buffer, packet: Packet) => void): unknown;
  publish(topic: string, payload: string, options: object): Promise<unknown>;
  subscribe(filter: string | string[], options: object): Promise<{ qos: number }[]>;
  unsubscribe(filter: string): Promise<unknown>;
  end(): Promise<unknown>;
  /** Leaves without a word. */
  vanish(): void;
}

interface Packet {
  qos: number;
  retain: boolean;
  properties?: Record<string, unknown>;
}

/** User properties are a list of pairs with us, and an object with MQTT.js. */
type UserProperties = (name: string, value: string) => unknown;

export const libraries: Record<
  string,
  {
    userProperties: UserProperties;
    dial(address: string, version: Version, told: Told): { emitter: object; client: Client };
  }
> = {
  'our client': {
    userProperties: (name, value) => [[name, value]],
    dial(address, protocolVersion, told) {
      const client = connect(address, { reconnectPeriod: 0, protocolVersion, ...told });
      onTestFinished(() => client.end(true));
      return {
        emitter: client,
        client: {
          on: (event, listener) => client.on(event, listener as never),
          publish: (topic, payload, options) => client.publish(topic, payload, options),
          subscribe: (filter, options) => client.subscribe(filter, options),
          unsubscribe: (filter) => client.unsubscribe(filter),
          end: () => client.end(),
          vanish: () => void client.end(true),
        },
      };
    },
  },
  'MQTT.js': {
    userProperties: (name, value) => ({ [name]: value }),
    dial(address, protocolVersion, told) {
      const client = mqtt.connect(address, {
        reconnectPeriod: 0,
        protocolVersion,
        ...(protocolVersion === 3 ? { protocolId: 'MQIsdp' as const } : {}),
        ...told,
      } as mqtt.IClientOptions);
      onTestFinished(() => client.endAsync(true));
      return {
        emitter: client,
        client: {
          on: (event, listener) => client.on(event, listener as never),
          publish: (topic, payload, options) => client.publishAsync(topic, payload, options),
          subscribe: (filter, options) => client.subscribeAsync(filter, options as never),
          unsubscribe: (filter) => client.unsubscribeAsync(filter),
          end: () => client.endAsync(),
          vanish: () => client.stream.destroy(),
        },
      };
    },
  },
};

/** A client with what it was given, from before it connects. */
export async function joined(library: string, address: string, version: Version, told: Told = {}) {
  const { emitter, client } = libraries[library]!.dial(address, version, told);
  const seen: string[] = [];
  const packets: Packet[] = [];
  client.on('message', (topic, payload, packet) => {
    seen.push(`${topic} ${payload} ${packet.qos}${packet.retain ? ' retained' : ''}`);
    packets.push(packet);
  });
  const [{ sessionPresent }] = (await heard(emitter, 'connect')) as [{ sessionPresent: boolean }];
  const messages = async (count: number) => {
    while (seen.length < count) await heard(emitter, 'message');
    return seen;
  };
  return { ...client, emitter, seen, packets, messages, sessionPresent };
}

/** Every client with every server, over every carrier, in every version that both know. */
export const cases = Object.keys(libraries).flatMap((library) =>
  Object.keys(servers).flatMap((server) =>
    (['tcp', 'ws'] as const).flatMap((carrier) =>
      // aedes has no 5.0, and answers 3.1 with a flag of 3.1.1; over WebSocket nobody speaks 3.1 any more.
      ([3, 4, 5] as const)
        .filter((version) => version === 4 || (server !== 'aedes' && !(carrier === 'ws' && version === 3)))
        .map((version) => ({ library, server, carrier, version })),
    ),
  ),
);
