import { EventEmitter } from 'node:events';
import type { ClientError, Delivery, Outcome } from '../mqtt/client/application.ts';
import type { ClientMachine } from '../mqtt/client/client.ts';
import type {
  ConnackProperties,
  MessageProperties,
  QoS,
  Subscription,
  UserProperties,
} from '../mqtt/codec/packet.ts';
import { ClientPump } from './client-pump.ts';
import { bytesOf, type ConnectOptions, clientOptions, tlsOptions } from './connect-options.ts';
import { placeOf } from './dial.ts';
import type { Store } from './store.ts';

export interface PublishOptions {
  qos?: QoS;
  retain?: boolean;
  properties?: MessageProperties;
}

export interface SubscribeOptions {
  qos?: QoS;
  /** 5.0 has these: No Local, Retain As Published, Retain Handling. */
  nl?: boolean;
  rap?: boolean;
  rh?: 0 | 1 | 2;
  properties?: { subscriptionIdentifier?: number; userProperties?: UserProperties } | undefined;
}

/** What was granted: 0, 1 or 2, or a failure from 128 on. */
export interface Granted {
  topic: string;
  qos: number;
}

/** What a message came with. */
export interface MessagePacket {
  topic: string;
  payload: Buffer;
  qos: QoS;
  retain: boolean;
  dup: boolean;
  properties?: MessageProperties & { subscriptionIdentifiers?: readonly number[] };
}

export interface ClientEvents {
  /** CONNACK came, the first or a later one. */
  connect: [connack: { sessionPresent: boolean; properties?: ConnackProperties }];
  /** A connection is over, or did not come to be. */
  close: [];
  /** A later attempt begins. */
  reconnect: [];
  /** What was online is not any more. */
  offline: [];
  /** A server that cannot be reached or refuses, a store that fails; told only when somebody listens. */
  error: [error: Error];
  message: [topic: string, payload: Buffer, packet: MessagePacket];
  /** After {@link MqttClient.end}. */
  end: [];
}

/**
 * A call failed; `kind` lets programs tell cases apart. `reasonCode` is that of the server's answer if there is one, and what else a server of
 * 5.0 said is beside it: the reason in words, user properties, and the server to use instead (0x9C for now, 0x9D for good).
 */
export class ClientCallError extends Error {
  override readonly name = 'ClientCallError';
  readonly kind: ClientError['kind'];
  readonly reasonCode: number | undefined;
  readonly reasonString: string | undefined;
  readonly userProperties: UserProperties | undefined;
  readonly serverReference: string | undefined;

  constructor({ kind, message, reasonCode, reasonString, userProperties, serverReference }: ClientError) {
    super(message);
    this.kind = kind;
    this.reasonCode = reasonCode;
    this.reasonString = reasonString;
    this.userProperties = userProperties;
    this.serverReference = serverReference;
  }
}

type Failed = Extract<Outcome, { error: unknown }>;

interface Pending {
  resolve(outcome: Exclude<Outcome, Failed>): void;
  reject(error: Error): void;
}

/**
 * An MQTT client on a real connection, with the machine of the simulation. Made by {@link connect}; it connects again by itself when the
 * connection is lost, and messages of QoS 1 and 2 wait for that.
 */
export class MqttClient extends EventEmitter<ClientEvents> {
  readonly #pump: ClientPump;
  readonly #calls = new Map<number, Pending>();
  #connected = false;
  #attempts = 0;
  #ended: Promise<void> | undefined;
  readonly #store: Store | undefined;
  /** Why the last connection did not come to be, in the words of the system. */
  #problem: Error | undefined;
  /** Of the first connection. */
  readonly #connecting: Promise<unknown>;
  /** While the store is read. */
  #loading: Promise<void> | undefined;

  /** @internal */
  constructor(address: string, options: ConnectOptions) {
    super();
    const place = placeOf(address);
    this.#store = options.store;
    const told = clientOptions(options, place.username, place.password);
    this.#pump = new ClientPump(
      place,
      tlsOptions(options),
      {
        delivered: (delivery) => this.#delivered(delivery),
        settled: (call, outcome) => this.#settled(call, outcome),
        online: (sessionPresent, properties) => {
          this.#connected = true;
          this.emit(
            'connect',
            properties === undefined ? { sessionPresent } : { sessionPresent, properties },
          );
        },
        offline: () => {
          this.#connected = false;
          this.emit('offline');
        },
        dialling: () => {
          if (this.#attempts++ > 0) this.emit('reconnect');
        },
        hungUp: (problem) => {
          this.#problem = problem;
          if (problem !== undefined) this.#tellError(problem);
          this.emit('close');
        },
      },
      options.store,
    );
    const begin = (snapshot: Iterable<readonly [string, Uint8Array]>) =>
      this.#pump.begin(told, snapshot, (error) => this.#broken(error as Error));
    if (this.#store === undefined) begin([]);
    else {
      this.#loading = this.#store.load().then((snapshot) => {
        this.#loading = undefined;
        if (this.#ended === undefined) begin(snapshot);
      });
    }
    this.#connecting = this.#call((machine, now) => machine.connect(now));
    this.#connecting.catch((error: Error) => this.#tellError(error));
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Of the first connection, for {@link connectAsync}. @internal */
  get firstConnection(): Promise<unknown> {
    return this.#connecting;
  }

  /** Resolves when it is written (QoS 0) or acknowledged to the end (QoS 1, 2). @throws {ClientCallError} as a rejection */
  async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    await this.#call((machine, now) =>
      machine.publish(now, { topic, payload: bytesOf(payload), ...options }),
    );
  }

  /** Resolves with what was granted, in order. A filter that the server refuses is granted 128 or more. */
  async subscribe(filters: string | readonly string[], options: SubscribeOptions = {}): Promise<Granted[]> {
    const { qos = 0, nl = false, rap = false, rh = 0, properties } = options;
    const list = typeof filters === 'string' ? [filters] : filters;
    const subscriptions = list.map(
      (filter): Subscription => ({ filter, qos, noLocal: nl, retainAsPublished: rap, retainHandling: rh }),
    );
    const outcome = await this.#call((machine, now) =>
      machine.subscribe(now, { subscriptions, ...properties }),
    );
    const codes = outcome.op === 'subscribe' ? outcome.reasonCodes : [];
    return list.map((topic, index) => ({ topic, qos: codes[index] ?? 0x80 }));
  }

  async unsubscribe(filters: string | readonly string[]): Promise<void> {
    const list = typeof filters === 'string' ? [filters] : [...filters];
    await this.#call((machine, now) => machine.unsubscribe(now, list));
  }

  /** Says goodbye, so that no will is published, and lets go of everything; `force` leaves without a word. */
  end(force = false): Promise<void> {
    this.#ended ??= this.#end(force);
    return this.#ended;
  }

  async #end(force: boolean): Promise<void> {
    if (!force) {
      const left = this.#call((machine, now) => machine.disconnect(now));
      await left.catch(() => {});
    }
    this.#pump.end();
    this.#connected = false;
    this.#failAll(new ClientCallError({ kind: 'disconnected', message: 'the client was ended' }));
    await this.#store?.close();
    this.emit('end');
  }

  /** The pump cannot go on. */
  #broken(error: Error): void {
    this.#connected = false;
    this.#failAll(error);
    this.#tellError(error);
  }

  #failAll(error: Error): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { reject } of calls) reject(error);
  }

  async #call(call: (machine: ClientMachine, now: number) => number): Promise<Exclude<Outcome, Failed>> {
    if (this.#loading !== undefined) await this.#loading;
    return new Promise((resolve, reject) => {
      const ready = this.#pump.command((machine, now) => {
        this.#calls.set(call(machine, now), { resolve, reject });
      });
      if (!ready)
        reject(new ClientCallError({ kind: 'disconnected', message: 'the client is not there any more' }));
    });
  }

  #settled(call: number, outcome: Outcome): void {
    const pending = this.#calls.get(call);
    if (pending === undefined) return;
    this.#calls.delete(call);
    if (!('error' in outcome)) {
      pending.resolve(outcome);
      return;
    }
    const { error } = outcome;
    const problem = error.kind === 'connection-lost' ? this.#problem : undefined;
    const message = problem === undefined ? error.message : `${error.message} (${problem.message})`;
    pending.reject(new ClientCallError({ ...error, message }));
  }

  #delivered({ message, dup, subscriptionIdentifiers }: Delivery): void {
    const { topic, qos, retain, properties } = message;
    const payload = Buffer.from(
      message.payload.buffer,
      message.payload.byteOffset,
      message.payload.byteLength,
    );
    const packet: MessagePacket = { topic, payload, qos, retain, dup };
    if (properties !== undefined || subscriptionIdentifiers !== undefined) {
      packet.properties = {
        ...properties,
        ...(subscriptionIdentifiers === undefined ? {} : { subscriptionIdentifiers }),
      };
    }
    this.emit('message', topic, payload, packet);
  }

  #tellError(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }
}

/**
 * A client that is connecting, as `mqtt.connect` of MQTT.js makes one: listen to its events at once, so that nothing of a session
 * that goes on is missed.
 *
 * @throws {TypeError | RangeError | CodecError} for an address or options that make no CONNECT
 */
export function connect(address: string, options: ConnectOptions = {}): MqttClient {
  return new MqttClient(address, options);
}

/** A client that is connected. @throws {ClientCallError} as a rejection, when the server refuses, or cannot be reached at first */
export async function connectAsync(address: string, options: ConnectOptions = {}): Promise<MqttClient> {
  const client = new MqttClient(address, options);
  let failed: ((error: Error) => void) | undefined;
  const unreachable = new Promise<never>((_, reject) => {
    failed = reject;
    client.once('error', reject);
  });
  try {
    await Promise.race([client.firstConnection, unreachable]);
    client.off('error', failed!);
    return client;
  } catch (error) {
    await client.end(true);
    throw error;
  }
}
