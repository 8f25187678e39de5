/** `mqtt-amber/mqttjs`: a client of MQTT.js, the npm package `mqtt`, on a node of its own, judged as our clients are. */
import type { IClientOptions, MqttClient } from 'mqtt';
import { traced } from '../scenario/client-call.ts';
import type { Simulation } from '../scenario/simulation.ts';
import type { Asked } from '../trace/recorder.ts';
import { ApplicationRecord } from './application-record.ts';
import { hostOf, librariesOf, type Mounted, type MountSettings } from './mounted.ts';
import { connectCall, publishCall, subscribeCall, unsubscribeCall } from './mqttjs-calls.ts';
import { messageOf, type Said } from './mqttjs-messages.ts';

export type { Mounted, MountSettings } from './mounted.ts';

/**
 * A node that connects a client of MQTT.js, and does so again at each restart. The client is the library's own, at the version that is
 * installed; what is asked of it by publish, subscribe, unsubscribe, end and reconnect, how that ended, and the messages that it hands over
 * are recorded, as they are of our clients.
 *
 * @param url of a broker, by the name of its node: `mqtt://hub`.
 * @param options those of `mqtt.connect`.
 * @param settings of the node, as `sim.host` takes them, unless the script has made it before, to lay a link to it; and which library.
 * @returns once there is a client, which may not be connected yet.
 * @throws ScriptError (as a rejection) when the package is not there.
 * @example
 * const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', clean: false });
 * await sensor.do((client) => client.publishAsync('plant/1/temperature', '21.5', { qos: 1 }));
 */
export async function mqttjs(
  sim: Simulation,
  name: string,
  url: string,
  options: IClientOptions = {},
  settings: MountSettings = {},
): Promise<Mounted<MqttClient>> {
  const node = hostOf(sim, name, settings);
  const record = new ApplicationRecord();
  await node.boot(async () => {
    const [mqtt] = await librariesOf({ name: 'mqtt', settings, usual: () => import('mqtt') });
    const { connect } = mqtt as { connect(url: string, options: IClientOptions): MqttClient };
    // The library writes into what it is given.
    const client = connect(url, { ...options });
    watch(client, new URL(url).hostname, record);
    return client;
  });
  return node as Mounted<MqttClient>;
}

// biome-ignore lint/suspicious/noExplicitAny: a method is called with whatever overload the application chose
type Method = (this: MqttClient, ...args: any[]) => unknown;

/** Tells the record of all that the application does with a client from now on. */
function watch(client: MqttClient, to: string, record: ApplicationRecord): void {
  /** The call of connect that has no answer yet. */
  let connecting: number | undefined;
  const connects = (command: () => unknown): void =>
    record.called(connectCall(to, client.options), (call) => {
      connecting = call;
      command();
    });
  const answered = (outcome: 'ok' | 'failed', text: string): void => {
    if (connecting !== undefined) record.settled(connecting, outcome, text);
    connecting = undefined;
  };

  connects(() => {});
  client.on('connect', ({ sessionPresent }) =>
    answered('ok', sessionPresent ? 'session present' : 'new session'),
  );
  client.on('message', (topic, payload, packet) => {
    record.delivered(traced(messageOf(topic, payload, packet as Said)), packet.dup);
  });

  const methods = client as unknown as Record<
    'publish' | 'subscribe' | 'unsubscribe' | 'end' | 'reconnect',
    Method
  >;
  methods.publish = watched(client, methods.publish, record, publishCall);
  methods.subscribe = watched(client, methods.subscribe, record, subscribeCall, grantedText);
  methods.unsubscribe = watched(client, methods.unsubscribe, record, unsubscribeCall);
  const end = watched(client, methods.end, record, () => ({ op: 'disconnect' }));
  const ended: Method = (...args) => {
    answered('failed', 'the application has ended the client');
    return Reflect.apply(end, client, args) as unknown;
  };
  const { reconnect } = methods;
  const reconnected: Method = (...args) => {
    // What comes now answers the later call.
    answered('failed', 'the application asked again before there was an answer');
    let result: unknown;
    connects(() => {
      result = Reflect.apply(reconnect, client, args);
    });
    return result;
  };
  methods.end = ended;
  methods.reconnect = reconnected;
}

/** A method that calls back at its end, and tells the record of both. */
function watched(
  client: MqttClient,
  method: Method,
  record: ApplicationRecord,
  callOf: (args: readonly unknown[]) => Asked | undefined,
  textOf: (result: unknown) => string = () => 'done',
): Method {
  return (...args) => {
    const call = callOf(args);
    if (call === undefined) return Reflect.apply(method, client, args) as unknown;
    let result: unknown;
    record.called(call, (number) => {
      let settled = false;
      const settle = (error: unknown, given: unknown): void => {
        if (settled) return;
        settled = true;
        if (error) record.settled(number, 'failed', (error as Error).message);
        else record.settled(number, 'ok', textOf(given));
      };
      // Without a callback a client that is ending tells of the error as an event.
      if (client.disconnecting && !args.some(isFunction)) {
        settle(new Error('client disconnecting'), undefined);
        result = Reflect.apply(method, client, args);
        return;
      }
      try {
        result = Reflect.apply(method, client, withCallback(args, settle));
      } catch (error) {
        settle(error, undefined);
        throw error;
      }
    });
    return result;
  };
}

/** The same arguments, with a callback that tells `settle` before it calls back whom it called. */
function withCallback(
  args: readonly unknown[],
  settle: (error: unknown, given: unknown) => void,
): readonly unknown[] {
  const at = args.findLastIndex(isFunction);
  const callback = args[at] as ((...given: unknown[]) => unknown) | undefined;
  const told = (...given: unknown[]): unknown => {
    settle(given[0], given[1]);
    return callback?.(...given);
  };
  if (at !== -1) return args.with(at, told);
  // Arguments that were left out at the end leave their place to the callback.
  const count = args.findLastIndex((argument) => argument !== undefined) + 1;
  return [...args.slice(0, count), told];
}

function isFunction(argument: unknown): boolean {
  return typeof argument === 'function';
}

/** Of SUBACK. */
function grantedText(granted: unknown): string {
  const codes = Array.isArray(granted) ? (granted as { qos: number }[]) : [];
  return codes
    .map(({ qos }) => (qos < 0x80 ? `granted QoS ${qos}` : `refused 0x${qos.toString(16)}`))
    .join(', ');
}
